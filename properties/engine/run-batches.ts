/** Runs the batches of a check, several at once, up to the first one with a finding. */
import { type BatchRequest, type BatchResult, batchSize } from './batch.ts';
import { batchesOf } from './batch-plan.ts';
import type { BatchRunner } from './batch-runner.ts';
import type { Corpus } from './corpus.ts';
import type { CompleteOptions } from './options.ts';
import type { CheckReport } from './report.ts';
import { WorkerDiedError } from './worker-pool.ts';

/** What the batches of a run came to. */
export type BatchesDone = {
  /** The results that count, in order: up to the first batch with a finding. What was done after it does not count. */
  readonly results: readonly BatchResult[];
  readonly died: WorkerDiedError | undefined;
};

export const noBatches: BatchesDone = { results: [], died: undefined };

/** After Ctrl-C, what is under way may end in so many milliseconds. */
const patience = 1000;

/**
 * Runs the batches of this shard.
 *
 * @param cutShort the report of a run that ends when so much is done
 */
export async function runBatches(
  runner: BatchRunner,
  options: CompleteOptions,
  corpus: Corpus | undefined,
  cutShort: (done: BatchesDone) => CheckReport,
): Promise<BatchesDone> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
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
  const runCounted = async (request: BatchRequest): Promise<BatchResult> => {
    const result = await runner.run(corpus === undefined ? request : corpus.partOf(request));
    corpus?.take(result);
    return result;
  };
  const runOne = async (request: BatchRequest) => {
    try {
      const { candidates: _, ...result } = await runCounted(request);
      results.push(result);
      if (result.found !== undefined) last = Math.min(last, result.batch);
      done.scenarios += result.scenarios;
      done.operations += result.operations;
      onProgress?.({ ...done, milliseconds: elapsed(), soFar: () => cutShort(counted()) });
    } catch (error) {
      if (abort?.aborted) return;
      if (!(error instanceof WorkerDiedError)) throw error;
      died ??= error;
    }
  };
  const counted = (): BatchesDone => ({
    results: results.filter(({ batch }) => batch <= last).sort((one, other) => one.batch - other.batch),
    died,
  });
  const underWay = new Set<Promise<void>>();
  const loseIt = () => setTimeout(() => runner.close(), patience).unref();
  abort?.addEventListener('abort', loseIt);
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
    abort?.removeEventListener('abort', loseIt);
  }
  return counted();
}

/** How many batches that are; infinitely many where the clock ends the run. */
export function batchesDue({ runs, seconds, shard }: CompleteOptions): number {
  if (seconds !== undefined) return Number.POSITIVE_INFINITY;
  return Math.ceil(runs / batchSize) / (shard?.count ?? 1);
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
