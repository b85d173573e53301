/** Runs `check` on each mutant of a sample, several at once. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { activeMutantVariable, type Mutant } from './mutants.ts';
import type { CheckTask, Outcome } from './outcome.ts';

export type Tried = { readonly mutant: Mutant; readonly outcome: Outcome };

export type RunOptions = CheckTask & {
  /** The folder of the instrumented build. */
  readonly copy: string;
  /** Processes at once. */
  readonly workers: number;
  readonly onProgress: (done: number) => void;
  /** Ends the run with what was done so far. */
  readonly abort: AbortSignal;
};

/** The outcome of each mutant, in the order of the sample, whatever the number of processes. */
export async function runSample(sample: readonly Mutant[], options: RunOptions): Promise<Tried[]> {
  const outcomes = new Map<Mutant, Outcome>();
  const left = sample.values();
  const work = async () => {
    for (const mutant of left) {
      const outcome = await checkOne(mutant, options);
      if (options.abort.aborted) return;
      outcomes.set(mutant, outcome);
      options.onProgress(outcomes.size);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return sample.flatMap((mutant) => {
    const outcome = outcomes.get(mutant);
    return outcome === undefined ? [] : [{ mutant, outcome }];
  });
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
