/** Who runs batches: this thread, or a pool of others. */
import type { Dispatcher } from '../model/vocabulary.ts';
import { type BatchRequest, type BatchResult, batchSize, runBatch } from './batch.ts';
import type { BatchTask } from './batch-worker.ts';
import { threads } from './threads.ts';

export type BatchRunner = {
  /** How many batches are worth having under way at once. */
  readonly width: number;
  run(request: BatchRequest): Promise<BatchResult>;
  close(): Promise<void>;
};

/** A worker thread ended while it ran a batch: out of memory, or ended by its dispatcher. */
export class WorkerDiedError extends Error {
  override readonly name = 'WorkerDiedError';
  readonly request: BatchRequest;

  constructor(request: BatchRequest, cause: unknown) {
    const { seed, batch, size, profile } = request;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const first = batch * batchSize + 1;
    super(
      `a worker died (${reason}) at seed ${seed}, histories ${first} to ${first + size - 1}, profile ${profile}: ` +
        'run the same with --workers 1 to see where',
      { cause },
    );
    this.request = request;
  }
}

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
export function inWorkers(a: Dispatcher, b: Dispatcher, workers: number): BatchRunner {
  const pool = threads(new URL('./batch-worker.js', import.meta.url), workers);
  return {
    // One more each, so that no thread waits for this one.
    width: 2 * workers,
    async run(request) {
      const task: BatchTask = { ...request, a: a.name, b: b.name };
      try {
        return await pool.run(task);
      } catch (error) {
        throw new WorkerDiedError(request, error);
      }
    },
    close: () => pool.destroy(),
  };
}
