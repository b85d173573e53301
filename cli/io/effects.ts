/** Running a scenario so that Ctrl-C is heard in the middle of it. */
import type { Dispatcher, Effect, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { Breather } from './interrupt.ts';

/** An operation with the effects that it had. */
export type Done = {
  readonly index: number;
  readonly operation: Operation;
  readonly effects: readonly Effect[];
};

/** The effects of a scenario, one operation after the other; ends early when interrupted. */
export async function* effectsOf(
  dispatcher: Dispatcher,
  scenario: Scenario,
  interrupt: AbortSignal,
): AsyncGenerator<Done, void, undefined> {
  const session = dispatcher.open(scenario);
  const breather = new Breather();
  for (const [index, operation] of scenario.operations.entries()) {
    yield { index, operation, effects: session.apply(operation) };
    if (breather.isDue) await breather.pause();
    if (interrupt.aborted) return;
  }
}
