/** Trying a property on a dispatcher, under the profile that counts. */
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { DispatcherError } from '../compare/apply.ts';
import { brokenInvariant } from '../compare/invariants.ts';
import { lockstep } from '../compare/lockstep.ts';
import { type Failure, invariantsName, type Property, type PropertyVerdict } from '../compare/property.ts';
import { properties } from '../properties/index.ts';

/**
 * Tries a property. It holds only under the profiles that it names: the dispatcher's own counts, else the scenario's; and only
 * where none of the profile's decisions is changed. A dispatcher that throws on a variation of the scenario fails the property.
 */
export function tryProperty(property: Property, dispatcher: Dispatcher, scenario: Scenario): PropertyVerdict {
  const profile = dispatcher.profile ?? scenario.profile ?? 'contract';
  if (!property.profiles.includes(profile) || dispatcher.decisions !== undefined) return 'does not apply';
  try {
    return property.check(dispatcher, { ...scenario, profile });
  } catch (error) {
    if (error instanceof DispatcherError) return failureByError(property, dispatcher, scenario, error);
    throw error;
  }
}

/** How the property of this name, or lockstep, fails on two dispatchers; undefined if it does not, or if there is none of this name. */
export function failureOf(
  name: string | undefined,
  [a, b]: readonly [Dispatcher, Dispatcher],
  scenario: Scenario,
): Failure | undefined {
  if (name === 'lockstep') return lockstep(a, b, scenario);
  if (name === invariantsName) return brokenInvariant(a, scenario) ?? brokenInvariant(b, scenario);
  const property = properties.find((one) => one.name === name);
  if (property === undefined) return undefined;
  for (const dispatcher of [a, b]) {
    const verdict = tryProperty(property, dispatcher, scenario);
    if (typeof verdict === 'object') return verdict;
  }
  return undefined;
}

/** The error was in a variation of the scenario: there are no effects of the scenario itself to show. */
function failureByError(
  { name, clauses }: Property,
  dispatcher: Dispatcher,
  { operations }: Scenario,
  { operation, what }: DispatcherError,
): Failure {
  const side = { name: dispatcher.name, effects: [] };
  return {
    property: name,
    clause: clauses[0],
    operation: Math.max(0, Math.min(operation, operations.length - 1)),
    effect: 0,
    kind: 'exception',
    message: `${dispatcher.name} ${what}, on the scenario as ${name} varies it`,
    sides: [side, side],
  };
}
