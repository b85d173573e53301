/** A session's own invariants, asserted after each operation, where it has any (`Session.validate`). */
import { printable } from '../../format/errors.ts';
import type { Dispatcher, Effect, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { applyTo, DispatcherError, sessionOf } from './apply.ts';
import { type Failure, invariantsName } from './property.ts';

/** Whether a dispatcher's sessions can be asked. */
export function hasInvariants(dispatcher: Dispatcher, scenario: Scenario): boolean {
  return typeof sessionOf(dispatcher, scenario).validate === 'function';
}

/**
 * Runs a scenario, and asks the session after each operation whether its invariants hold. Undefined where they do, and up to where
 * the dispatcher throws: that is for lockstep to say.
 */
export function brokenInvariant(dispatcher: Dispatcher, scenario: Scenario): Failure | undefined {
  try {
    return firstBroken(dispatcher, scenario);
  } catch (error) {
    if (error instanceof DispatcherError) return undefined;
    throw error;
  }
}

function firstBroken(dispatcher: Dispatcher, scenario: Scenario): Failure | undefined {
  const session = sessionOf(dispatcher, scenario);
  const effects: (readonly Effect[])[] = [];
  for (const [index, operation] of scenario.operations.entries()) {
    effects.push(applyTo(session, operation, index, dispatcher.name));
    try {
      session.validate?.();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const side = { name: dispatcher.name, effects };
      return {
        property: invariantsName,
        clause: undefined,
        operation: index,
        effect: 0,
        kind: 'invariant',
        message: `${dispatcher.name}, after operation ${index}: ${printable(reason)}`,
        sides: [side, side],
      };
    }
  }
  return undefined;
}
