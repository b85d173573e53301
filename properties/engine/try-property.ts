/** Trying a property on a dispatcher, under the profile that counts. */
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../compare/lockstep.ts';
import type { Failure, Property, Verdict } from '../compare/property.ts';
import { properties } from '../properties/index.ts';

/** A property holds only under the profiles that it names. The dispatcher's own profile counts, else the scenario's. */
export function tryProperty(property: Property, dispatcher: Dispatcher, scenario: Scenario): Verdict {
  const profile = dispatcher.profile ?? scenario.profile ?? 'contract';
  if (!property.profiles.includes(profile)) return 'does not apply';
  return property.check(dispatcher, { ...scenario, profile });
}

/** How the property of this name, or lockstep, fails on two dispatchers; undefined if it does not, or if there is none of this name. */
export function failureOf(
  name: string | undefined,
  [a, b]: readonly [Dispatcher, Dispatcher],
  scenario: Scenario,
): Failure | undefined {
  if (name === 'lockstep') return lockstep(a, b, scenario);
  const property = properties.find((one) => one.name === name);
  if (property === undefined) return undefined;
  for (const dispatcher of [a, b]) {
    const verdict = tryProperty(property, dispatcher, scenario);
    if (typeof verdict === 'object') return verdict;
  }
  return undefined;
}
