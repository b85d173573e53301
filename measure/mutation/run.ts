/** Runs `check` on each mutant of a sample, several at once. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { ThreadData } from './check-thread.ts';
import type { Mutant } from './mutants.ts';
import { activeMutantVariable, type CheckTask, type Outcome } from './outcome.ts';

export type Tried = { readonly mutant: Mutant; readonly outcome: Outcome };

export type RunOptions = CheckTask & {
  /** The folder of the instrumented build. */
  readonly copy: string;
  readonly typeErrors: ReadonlySet<Mutant>;
  /** Those that are not tried because they are known to be equivalent. */
  readonly equivalent?: ReadonlySet<Mutant>;
  /** The numbers of the mutants that scenarios come to; the others are not tried. All are tried if left out. */
  readonly reached?: ReadonlySet<number> | undefined;
  /** Mutants at once: a process each. */
  readonly workers: number;
  readonly onProgress: (last: Tried, done: number) => void;
  /** What a thread runs, compiled; for tests. */
  readonly thread?: URL;
  /** Ends the run with what was done so far. */
  readonly abort: AbortSignal;
};

/** The outcome of each mutant, in the order of the sample, whatever the number of processes. */
export async function runSample(sample: readonly Mutant[], options: RunOptions): Promise<Tried[]> {
  const outcomes = new Map<Mutant, Outcome>();
  const left = sample.values();
  const work = async () => {
    for (const mutant of left) {
      const outcome = untried(mutant, options) ?? (await checkOne(mutant, options));
      if (options.abort.aborted) return;
      outcomes.set(mutant, outcome);
      options.onProgress({ mutant, outcome }, outcomes.size);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return sample.flatMap((mutant) => {
    const outcome = outcomes.get(mutant);
    return outcome === undefined ? [] : [{ mutant, outcome }];
  });
}

/** The outcome of one that need not be tried. */
function untried(mutant: Mutant, { typeErrors, equivalent, reached }: RunOptions): Outcome | undefined {
  if (typeErrors.has(mutant)) return { kind: 'type error' };
  if (equivalent?.has(mutant)) return { kind: 'equivalent' };
  return reached?.has(mutant.id) === false ? { kind: 'not reached' } : undefined;
}

/** The mutants that a run comes to, in a build that notes it. */
export async function reachedIn(copy: string, { runs, seed }: CheckTask): Promise<ReadonlySet<number>> {
  const script = join(copy, 'dist', 'measure', 'mutation', 'reach.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, `${runs}`, `${seed}`], {
    maxBuffer: 1 << 24,
  });
  return new Set(JSON.parse(stdout) as number[]);
}

function checkOne(
  { id }: Mutant,
  { copy, runs, seed, abort, thread = compiledThread }: RunOptions,
): Promise<Outcome> {
  const processEntry = pathToFileURL(join(copy, 'dist', 'properties', 'watch', 'child.js'));
  const worker = new Worker(thread, {
    workerData: { runs, seed, processEntry: processEntry.href } satisfies ThreadData,
    env: { ...process.env, [activeMutantVariable]: `${id}` },
  });
  const end = () => worker.terminate();
  abort.addEventListener('abort', end);
  return new Promise<Outcome>((resolve) => {
    const broken = (message: string) => resolve({ kind: 'broke check', message });
    worker.on('message', resolve);
    worker.on('error', (error) => broken(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (status) => broken(`its thread ended with status ${status}`));
  }).finally(() => abort.removeEventListener('abort', end));
}

const compiledThread = new URL('./check-thread.js', import.meta.url);
