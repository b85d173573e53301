/** Runs the batches of a check, several at once, up to the first one with a finding. */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { type BatchRequest, type BatchResult, batchSize } from './batch.ts';
import { batchesOf } from './batch-plan.ts';
import { type BatchRunner, inThisThread, inWorkers } from './batch-runner.ts';
import type { CompleteOptions } from './options.ts';
import type { CheckReport } from './report.ts';
import { WorkerDiedError } from './worker-pool.ts';

/** What the batches of a run came to. */
export type BatchesDone = {
  /** The results that count, in order: up to the first batch with a finding. What was done after it does not count. */
  readonly results: readonly BatchResult[];
  /** Worker threads that were started, or 1 where this thread did all. */
  readonly workers: number;
  readonly died: WorkerDiedError | undefined;
};

export const noBatches: BatchesDone = { results: [], workers: 1, died: undefined };

/** Fewer batches than this are done before another thread has started. */
const batchesWorthWorkers = 8;

export type BatchesRun = {
  readonly a: Dispatcher;
  readonly b: Dispatcher;
  readonly options: CompleteOptions;
  /** Threads; 1 is this one. */
  readonly workers: number;
  /** Milliseconds since the run began. */
  readonly elapsed: () => number;
  /** The report of a run that ends when so much is done. */
  readonly cutShort: (done: BatchesDone) => CheckReport;
};

/** Runs the batches of this shard. */
export async function runBatches(run: BatchesRun): Promise<BatchesDone> {
  const { a, b, options, workers, elapsed, cutShort } = run;
  const { seconds, abort, onProgress } = options;
  const results: BatchResult[] = [];
  const done = { scenarios: 0, operations: 0 };
  /** The least batch with a finding so far: no later one is begun. */
  let last = Number.POSITIVE_INFINITY;
  let died: WorkerDiedError | undefined;
  const isOver = ({ batch }: BatchRequest) =>
    abort?.aborted ||
    batch > last ||
    died !== undefined ||
    (seconds !== undefined && elapsed() >= 1000 * seconds);
  const runner = runnerFor(a, b, options, workers);
  const runOne = async (request: BatchRequest) => {
    try {
      const result = await runner.run(request);
      results.push(result);
      if (result.found !== undefined) last = Math.min(last, result.batch);
      done.scenarios += result.scenarios;
      done.operations += result.operations;
      onProgress?.({ ...done, milliseconds: elapsed(), soFar: () => cutShort(counted()) });
    } catch (error) {
      if (!(error instanceof WorkerDiedError)) throw error;
      died ??= error;
    }
  };
  const counted = (): BatchesDone => ({
    results: results.filter(({ batch }) => batch <= last).sort((one, other) => one.batch - other.batch),
    workers: runner.workers,
    died,
  });
  const underWay = new Set<Promise<void>>();
  try {
    for (const request of batchesOf(planOf(options))) {
      if (isOver(request)) break;
      const one = runOne(request).finally(() => underWay.delete(one));
      underWay.add(one);
      if (underWay.size >= runner.width) await Promise.race(underWay);
    }
    // A batch before the finding's may have an earlier one.
    await Promise.all(underWay);
  } finally {
    await runner.close();
  }
  return counted();
}

/** Random scenarios that this shard runs to its end; infinitely many where the clock ends it. */
export function scenariosDue(options: CompleteOptions): number {
  if (options.seconds !== undefined) return Number.POSITIVE_INFINITY;
  let due = 0;
  for (const { size } of batchesOf(planOf(options))) due += size;
  return due;
}

function planOf({ seed, profiles, runs, seconds, shard }: CompleteOptions) {
  return { seed, profiles, shard, runs: seconds === undefined ? runs : Number.POSITIVE_INFINITY };
}

function runnerFor(
  a: Dispatcher,
  b: Dispatcher,
  { runs, seconds, shard, threadEntry }: CompleteOptions,
  workers: number,
): BatchRunner {
  const batches =
    seconds === undefined ? Math.ceil(runs / batchSize) / (shard?.count ?? 1) : Number.POSITIVE_INFINITY;
  return workers > 1 && batches >= batchesWorthWorkers
    ? inWorkers(a.name, b.name, workers, threadEntry)
    : inThisThread(a, b);
}
