/** Runs `check` on each mutant of a sample, several at once. */
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Mutant } from './mutants.ts';
import { activeMutantVariable, type CheckTask, type Outcome } from './outcome.ts';

export type Tried = { readonly mutant: Mutant; readonly outcome: Outcome };

export type RunOptions = CheckTask & {
  /** The folder of the instrumented build. */
  readonly copy: string;
  /** The numbers of the mutants that scenarios come to; the others are not tried. All are tried if left out. */
  readonly reached?: ReadonlySet<number> | undefined;
  /** Processes at once. */
  readonly workers: number;
  readonly onProgress: (last: Tried, done: number) => void;
  /** Ends the run with what was done so far. */
  readonly abort: AbortSignal;
};

/** The outcome of each mutant, in the order of the sample, whatever the number of processes. */
export async function runSample(sample: readonly Mutant[], options: RunOptions): Promise<Tried[]> {
  const outcomes = new Map<Mutant, Outcome>();
  const left = sample.values();
  const work = async () => {
    for (const mutant of left) {
      const isTried = options.reached?.has(mutant.id) ?? true;
      const outcome = isTried ? await checkOne(mutant, options) : ({ kind: 'not reached' } as const);
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

/** The mutants that a run comes to, in a build that notes it. */
export async function reachedIn(copy: string, { runs, seed }: CheckTask): Promise<ReadonlySet<number>> {
  const script = join(copy, 'dist', 'measure', 'mutation', 'reach.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, `${runs}`, `${seed}`], {
    maxBuffer: 1 << 24,
  });
  return new Set(JSON.parse(stdout) as number[]);
}

function checkOne({ id }: Mutant, { copy, runs, seed, abort }: RunOptions): Promise<Outcome> {
  const script = join(copy, 'dist', 'measure', 'mutation', 'check-one.js');
  const child = spawn(process.execPath, [script, `${runs}`, `${seed}`], {
    env: { ...process.env, [activeMutantVariable]: `${id}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill();
  abort.addEventListener('abort', end);
  const printed = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.err = (printed.err + text).slice(-1000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      abort.removeEventListener('abort', end);
      if (printed.out !== '') return resolve(JSON.parse(printed.out) as Outcome);
      // V8 ends the whole process where a thread's memory is used up in one allocation.
      if (/out of memory|heap limit/i.test(printed.err)) return resolve({ kind: 'out of memory' });
      resolve({ kind: 'broke check', message: `ended with status ${status}: ${printed.err.trim()}` });
    });
  });
}
