/** The scenarios of files, one after the other, until there are no more or Ctrl-C. */

import { requireBounds } from '../../format/bounds.ts';
import { readScenarios, type SourcedScenario } from '../../format/read.ts';
import type { Context } from '../context.ts';

/**
 * Every scenario of every file, in order, read as it is asked for.
 *
 * @throws InputError where a file is not there or not of the format
 */
export async function* scenarios(
  files: readonly string[],
  { interrupt, surroundings: { input } }: Context,
): AsyncGenerator<SourcedScenario, void, undefined> {
  for (const file of files) {
    const scenarios = readScenarios(file, { signal: interrupt, input });
    for (;;) {
      if (interrupt.aborted) return;
      // Standard input may never give another: Ctrl-C does not wait for it.
      const next = await unlessAborted(scenarios.next(), interrupt);
      if (next === undefined) return;
      if (next.done) break;
      requireBounds(next.value.scenario, next.value.source);
      yield next.value;
    }
  }
}

/**
 * What a promise gives, or nothing when the signal is aborted first. (Not `Promise.race`: that would keep every value
 * for as long as the signal lives.)
 */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
