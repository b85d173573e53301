/** Renaming notifiers renames the effects. */
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Effect, HostRegistration, Operation } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { defineProperty, difference } from './support/define.ts';
import { isEventfdChange } from './support/scenario.ts';

// Every profile: notifiers are ordered by their first naming (D4), which a new name does not change.
export const renamedNotifiers: Property = defineProperty(
  {
    name: 'renamed-notifiers',
    clauses: ['D4', 'D2'],
    against: 'a scenario with the same under other notifier names',
    statement: 'Renaming the notifiers renames them in the effects and changes nothing else.',
    profiles: profileNames,
  },
  (dispatcher, scenario) => {
    const names = [...new Set(scenario.operations.filter(isEventfdChange).map(({ notifier }) => notifier))];
    if (names.length === 0) return 'does not apply';
    // In the opposite order of the alphabet from that of first naming: whoever sorts by name is found out.
    const renamed = new Map(names.map((name, i) => [name, `z${names.length - i}`.padEnd(64, '.')]));
    const rename = (name: string) => renamed.get(name) ?? name;
    const operations = scenario.operations.map(
      (operation): Operation =>
        isEventfdChange(operation) ? { ...operation, notifier: rename(operation.notifier) } : operation,
    );
    const expected = runScenario(dispatcher, scenario).map((list) =>
      list.map((effect) => renamedIn(effect, rename)),
    );
    const effects = runScenario(dispatcher, { ...scenario, operations });
    return (
      difference(
        scenario,
        { name: `${dispatcher.name}, then renamed`, effects: expected },
        { name: `renamed, then ${dispatcher.name}`, effects },
      ) ?? 'holds'
    );
  },
);

function renamedIn(effect: Effect, rename: (name: string) => string): Effect {
  const inHost = (registration: HostRegistration) => ({
    ...registration,
    notifier: rename(registration.notifier),
  });
  if ('signal' in effect) return { signal: rename(effect.signal) };
  if ('hostAdd' in effect) return { hostAdd: inHost(effect.hostAdd) };
  if ('hostDel' in effect) return { hostDel: inHost(effect.hostDel) };
  if ('hostRefused' in effect) return { ...effect, hostRefused: inHost(effect.hostRefused) };
  return effect;
}
