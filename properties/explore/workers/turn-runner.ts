/** Who runs the workers' turns: this thread, or the threads of a worker pool. */
import { InputError } from '../../../format/errors.ts';
import { WorkerPool } from '../../engine/worker-pool.ts';
import type { Setup } from '../sides/sides.ts';
import type { Turn, TurnResult } from './turn.ts';
import type { Worker } from './worker.ts';

/** Runs turns of one frontier at the same time. */
export type TurnRunner = {
  /** The number of workers. */
  readonly workers: number;
  /** Takes at most one turn for each worker. The results are in the order of the turns. */
  run(turns: readonly Turn[]): Promise<readonly TurnResult[]>;
  close(): Promise<void>;
};

/** What is sent to a thread with each turn. `exploration` tells the thread when a new one begins. */
export type TurnTask = {
  readonly exploration: number;
  readonly setup: Setup;
  /** References that a thread can load (engine/dispatchers.ts). */
  readonly a: string;
  readonly b: string;
  readonly turn: Turn;
};

/** What comes back from a thread. The class of an error would be lost on the way, so an InputError is sent as its message. */
export type TurnOutcome = TurnResult | { readonly inputError: string };

/** All turns in this thread. Between them, signals and the display of progress are handled. */
export function inThisThread(worker: Worker): TurnRunner {
  return {
    workers: 1,
    async run(turns) {
      const results = turns.map((turn) => worker.run(turn));
      await new Promise((resolve) => setImmediate(resolve));
      return results;
    },
    close: async () => {},
  };
}

const compiledEntry = new URL('./thread.js', import.meta.url);

let explorations = 0;

/**
 * A worker in each thread of a pool.
 *
 * @throws InputError where the program is not compiled
 */
export function inWorkerPool(
  workers: number,
  a: string,
  b: string,
  setup: Setup,
  entry: URL = compiledEntry,
): TurnRunner {
  const pool = new WorkerPool(entry, workers);
  const task = { exploration: ++explorations, setup, a, b };
  const at = `scope ${setup.scope.name}`;
  return {
    workers,
    run: (turns) =>
      Promise.all(
        turns.map(async (turn) => {
          const outcome = await pool.run<TurnTask, TurnOutcome>({ ...task, turn }, at);
          if ('inputError' in outcome) throw new InputError(outcome.inputError);
          return outcome;
        }),
      ),
    close: () => pool.end(),
  };
}
