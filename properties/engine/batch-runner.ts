/** Who runs batches: this thread, or a pool of others. */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { type BatchRequest, type BatchResult, batchSize, runBatch } from './batch.ts';
import type { BatchTask } from './batch-worker.ts';
import { Threads } from './worker-pool.ts';

export type BatchRunner = {
  /** How many batches are worth having under way at once. */
  readonly width: number;
  run(request: BatchRequest): Promise<BatchResult>;
  close(): Promise<void>;
};

export function inThisThread(a: Dispatcher, b: Dispatcher): BatchRunner {
  return {
    width: 1,
    async run(request) {
      // Lets signals and the progress display have their turn between two batches.
      await new Promise((resolve) => setImmediate(resolve));
      return runBatch(a, b, request);
    },
    close: async () => {},
  };
}

/** Threads that find both dispatchers by their names. */
export function inWorkers(a: Dispatcher, b: Dispatcher, workers: number, entry = compiledEntry): BatchRunner {
  const threads = new Threads(entry, workers);
  return {
    // One more each, so that no thread waits for this one.
    width: 2 * workers,
    run: (request) => {
      const task: BatchTask = { ...request, a: a.name, b: b.name };
      return threads.run<BatchTask, BatchResult>(task, nameOf(request));
    },
    close: () => threads.end(),
  };
}

const compiledEntry = new URL('./batch-worker.js', import.meta.url);

/** What to run again, to see what happened there. */
function nameOf({ seed, batch, size, profile }: BatchRequest): string {
  const first = batch * batchSize + 1;
  const scenarios = `scenarios ${first} to ${first + size - 1}`;
  return `seed ${seed}, ${scenarios}, profile ${profile}: run the same with --workers 1 to see where`;
}
