/** Shrinking in a thread of its own, which Ctrl-C ends at once, whatever the dispatchers are doing. */
import { Worker } from 'node:worker_threads';
import type { Failing } from '../properties/compare/finding.ts';
import type { ShrinkMessage, ShrinkTask } from './shrink-worker.ts';

const entry = new URL('./shrink-worker.js', import.meta.url);

/**
 * The simplest failing scenario: the result, or what was reached when `interrupt` was aborted. Nothing if the pair agrees, or
 * if not even that was known yet.
 */
export async function shrinkInThread(
  task: ShrinkTask,
  interrupt: AbortSignal,
  onStep: (failing: Failing) => void,
): Promise<Failing | undefined> {
  const worker = new Worker(entry, { workerData: task });
  try {
    return await new Promise((resolve, reject) => {
      let reached: Failing | undefined;
      if (interrupt.aborted) resolve(undefined);
      interrupt.addEventListener('abort', () => resolve(reached), { once: true });
      worker.on('message', (message: ShrinkMessage) => {
        if (message.kind === 'end') {
          resolve(message.failing);
          return;
        }
        reached = message.failing;
        onStep(reached);
      });
      worker.on('error', reject);
      worker.on('exit', (status) => reject(new Error(`the shrinking thread ended with status ${status}`)));
    });
  } finally {
    await worker.terminate();
  }
}
