/** What a thread of the pool runs: one turn for each task. Its worker is kept from task to task. */
import { loadDispatcher } from '../../engine/dispatchers.ts';
import type { TurnResult } from './turn.ts';
import type { TurnTask } from './turn-runner.ts';
import { Worker } from './worker.ts';

let current: { readonly exploration: number; readonly worker: Worker } | undefined;

export default async function perform({ exploration, setup, a, b, turn }: TurnTask): Promise<TurnResult> {
  if (current?.exploration !== exploration) {
    const worker = new Worker(await loadDispatcher(a), await loadDispatcher(b), setup);
    current = { exploration, worker };
  }
  return current.worker.run(turn);
}
