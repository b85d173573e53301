/** What a thread of the pool runs: one turn a task, with the worker kept from task to task. */
import { loadDispatcher } from '../engine/dispatchers.ts';
import type { Task } from './crew.ts';
import { type TurnResult, Worker } from './turn.ts';

let current: { readonly run: number; readonly worker: Worker } | undefined;

export default async function perform({ run, setup, a, b, turn }: Task): Promise<TurnResult> {
  if (current?.run !== run) {
    current = { run, worker: new Worker(await loadDispatcher(a), await loadDispatcher(b), setup) };
  }
  return current.worker.run(turn);
}
