/** What a thread of the pool runs: one turn for each task. Its worker is kept from task to task. */
import { InputError } from '../../../format/errors.ts';
import { loadDispatcher } from '../../engine/dispatchers.ts';
import { sidesOf } from '../sides/sides.ts';
import type { TurnOutcome, TurnTask } from './turn-runner.ts';
import { Worker } from './worker.ts';

let current: { readonly exploration: number; readonly worker: Worker } | undefined;

export default async function perform({ exploration, setup, a, b, turn }: TurnTask): Promise<TurnOutcome> {
  try {
    if (current?.exploration !== exploration) {
      const worker = new Worker(sidesOf(await loadDispatcher(a), await loadDispatcher(b), setup));
      current = { exploration, worker };
    }
    return current.worker.run(turn);
  } catch (error) {
    if (error instanceof InputError) return { inputError: error.message };
    throw error;
  }
}
