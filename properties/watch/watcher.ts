/**
 * The thread that watches the main thread of its process: whether a scenario takes too long or too much memory, and whether whoever
 * started the process is still there. It says so on a pipe, and ends the process: the main thread may be in a loop for ever.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { type LastWord, lastWordPipe } from './last-word.ts';
import { clockFactor, type RunLimits } from './limits.ts';
import { Progress } from './progress.ts';

export type WatcherData = { readonly cells: Int32Array; readonly limits: RunLimits; readonly parent: number };

const milliseconds = 50;

function watch({ cells, limits, parent }: WatcherData): void {
  const progress = new Progress(cells);
  let runs = -1;
  let since = { processor: 0, clock: 0 };
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    const now = { processor: processorSeconds(), clock: performance.now() / 1000 };
    if (!progress.isBusy || progress.runs !== runs) {
      runs = progress.isBusy ? progress.runs : -1;
      since = now;
    }
    const isOver =
      now.processor - since.processor >= limits.seconds ||
      now.clock - since.clock >= clockFactor * limits.seconds;
    if (progress.isBusy && isOver) end('timeout', progress);
    if (progress.isBusy && process.memoryUsage.rss() > limits.mebibytes * 2 ** 20) end('memory', progress);
  }, milliseconds);
}

/** Of all threads of the process. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function end(kind: LastWord['kind'], progress: Progress): void {
  writeSync(lastWordPipe, JSON.stringify({ kind, ...progress.place } satisfies LastWord));
  process.kill(process.pid, 'SIGKILL');
}

watch(workerData as WatcherData);
