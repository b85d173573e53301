/** Running a scenario on a dispatcher that may be wrong in any way, so that Ctrl-C is heard in the middle of it. */
import type { SourcedScenario } from '../../format/read.ts';
import type { Dispatcher, Effect, Operation } from '../../model/vocabulary/vocabulary.ts';
import { checkedEffects, sessionOf } from '../../properties/compare/apply.ts';
import type { Context } from '../context.ts';
import { Pace } from './pace.ts';

/** An operation with the effects that it had. */
export type Done = {
  readonly index: number;
  readonly operation: Operation;
  readonly effects: readonly Effect[];
};

/**
 * The effects of a scenario, one operation after the other; ends early when interrupted.
 *
 * @throws DispatcherError where the dispatcher throws, or gives something that is no list of effects
 */
export async function* effectsOf(
  dispatcher: Dispatcher,
  sourced: SourcedScenario,
  context: Context,
  quiet = false,
): AsyncGenerator<Done, void, undefined> {
  const { scenario } = sourced;
  const { name } = dispatcher;
  const pace = new Pace(context, sourced, { dispatcher: name, says: name, quiet });
  try {
    const session = sessionOf(dispatcher, scenario);
    for (const [index, operation] of scenario.operations.entries()) {
      if (!(await pace.goesOn(index))) return;
      yield { index, operation, effects: checkedEffects(session, operation, index, name) };
    }
  } finally {
    pace.stop();
  }
}
