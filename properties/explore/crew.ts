/** Those who take turns: this thread alone, or a pool of threads. */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { Threads } from '../engine/worker-pool.ts';
import type { Setup, Turn, TurnResult, Worker } from './turn.ts';

/** Does turns of one layer at the same time. */
export interface Crew {
  readonly size: number;
  /** One turn for each list of ranges; the results in any order. */
  run(turns: readonly Turn[]): Promise<readonly TurnResult[]>;
  end(): Promise<void>;
}

/** What goes to a thread with each turn. `run` tells one exploration from the next. */
export type Task = {
  readonly run: number;
  readonly setup: Setup;
  readonly a: string;
  readonly b: string;
  readonly turn: Turn;
};

/** Everything in this thread, with pauses, so that signals and the progress display have their turn. */
export class LoneCrew implements Crew {
  readonly size = 1;
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  async run(turns: readonly Turn[]): Promise<readonly TurnResult[]> {
    const results = turns.map((turn) => this.#worker.run(turn));
    await new Promise((resolve) => setImmediate(resolve));
    return results;
  }

  async end(): Promise<void> {}
}

const compiledEntry = new URL('./thread.js', import.meta.url);

let runs = 0;

/** Threads; they find the dispatchers by name. */
export class ThreadCrew implements Crew {
  readonly size: number;
  readonly #pool: Threads;
  readonly #task: Omit<Task, 'turn'>;

  constructor(size: number, a: Dispatcher, b: Dispatcher, setup: Setup, entry: URL = compiledEntry) {
    this.size = size;
    this.#task = { run: ++runs, setup, a: a.name, b: b.name };
    this.#pool = new Threads(entry, size);
  }

  run(turns: readonly Turn[]): Promise<readonly TurnResult[]> {
    const at = `scope ${this.#task.setup.scope.name}`;
    return Promise.all(turns.map((turn) => this.#pool.run<Task, TurnResult>({ ...this.#task, turn }, at)));
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}
