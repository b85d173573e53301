/**
 * One mutant in a process of its own: `ACTIVE_MUTANT=7 node check-one.js RUNS SEED` prints the outcome as a line of JSON.
 *
 * `check` runs in a thread, and this one watches it. Work is measured in time of the processor, which other programs do not
 * change much: a batch takes a fraction of a second of it.
 */
import { Worker } from 'node:worker_threads';
import type { CheckTask, Outcome } from './outcome.ts';

/** A thread that takes this long without ending a batch, or shrinking, hangs. */
const longestStep_s = 40;
const mostHeap_MB = 1024;
/** Memory outside the heap counts here: arrays of numbers. */
const mostResident_MB = 2048;
const watchEvery_ms = 200;

async function outcomeOf(task: CheckTask): Promise<Outcome> {
  const thread = new Worker(new URL('./check-thread.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: mostHeap_MB },
  });
  let lastStep = process.cpuUsage();
  return new Promise((resolve) => {
    thread.on('message', (message: Outcome | 'progress') => {
      lastStep = process.cpuUsage();
      if (message !== 'progress') resolve(message);
    });
    thread.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ kind: 'out of memory' });
      else resolve({ kind: 'broke check', message: `${error.message ?? error}` });
    });
    thread.on('exit', () => resolve({ kind: 'broke check', message: 'the thread ended' }));
    setInterval(() => {
      const { user, system } = process.cpuUsage(lastStep);
      if (user + system > 1e6 * longestStep_s) resolve({ kind: 'hung' });
      if (process.memoryUsage.rss() > 1e6 * mostResident_MB) resolve({ kind: 'out of memory' });
    }, watchEvery_ms);
  });
}

const [, , runs, seed] = process.argv;
const outcome = await outcomeOf({ runs: Number(runs), seed: Number(seed) });
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit());
