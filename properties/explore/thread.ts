/** What a thread of the pool runs: one turn a task, with the worker kept from task to task. */
import { dispatcherNamed } from '../engine/dispatchers.ts';
import type { Task } from './crew.ts';
import { type TurnResult, Worker } from './turn.ts';

let current: { readonly run: number; readonly worker: Worker } | undefined;

export default function perform({ run, setup, a, b, turn }: Task): TurnResult {
  if (current?.run !== run) {
    current = { run, worker: new Worker(dispatcherNamed(a), dispatcherNamed(b), setup) };
  }
  return current.worker.run(turn);
}
