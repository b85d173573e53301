/** Running batches, in this thread or in a pool of worker threads. */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { type BatchRequest, type BatchResult, batchSize, runBatch } from './batch.ts';
import type { BatchTask } from './batch-worker.ts';
import { WorkerPool } from './worker-pool.ts';

export type BatchRunner = {
  /** Worker threads; 1 where this thread does it. */
  readonly workers: number;
  /** How many batches are worth having under way at once. */
  readonly width: number;
  run(request: BatchRequest): Promise<BatchResult>;
  close(): Promise<void>;
};

export function inThisThread(a: Dispatcher, b: Dispatcher): BatchRunner {
  return {
    workers: 1,
    width: 1,
    async run(request) {
      // Between two batches, signals are heard and the progress display is drawn.
      await new Promise((resolve) => setImmediate(resolve));
      return runBatch(a, b, request);
    },
    close: async () => {},
  };
}

/** Threads that load both dispatchers themselves, by these references. */
export function inWorkers(a: string, b: string, workers: number, entry = compiledEntry): BatchRunner {
  const threads = new WorkerPool(entry, workers);
  return {
    workers,
    // One more each, so that no thread waits for this one.
    width: 2 * workers,
    run: (request) => {
      const task: BatchTask = { ...request, a, b };
      return threads.run<BatchTask, BatchResult>(task, nameOf(request));
    },
    close: () => threads.end(),
  };
}

const compiledEntry = new URL('./batch-worker.js', import.meta.url);

/** What to run again, to see what happened there. */
function nameOf({ seed, batch, size }: BatchRequest): string {
  const first = batch * batchSize + 1;
  const scenarios = `scenarios ${first} to ${first + size - 1}`;
  return `seed ${seed}, ${scenarios}: run the same with --workers 1 to see where`;
}
