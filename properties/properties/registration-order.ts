/** The order of registrations does not matter where none is refused. */
import type { Dispatcher, Effect, EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { defineProperty, difference } from './support/define.ts';
import { lineOf } from './support/holdings.ts';
import {
  closing,
  depthsOf,
  hasFailed,
  isEventfdChange,
  isRefused,
  isWrite,
  withoutRefusals,
} from './support/scenario.ts';

// Not tcg, where several registrations may match one access and the one whose notifier was named first is signalled
// (D4); not kvm, where a registration can be dead by the order in which the bus got them (K7).
export const registrationOrder: Property = defineProperty(
  {
    name: 'registration-order',
    clauses: ['R5', 'D4', 'K7'],
    against: 'a scenario with the same with its registrations made in the opposite order',
    statement:
      'Where none is refused, registrations that nothing separates can be made in any order, and none is refused then.',
    profiles: ['contract'],
  },
  (dispatcher, given) => {
    const settled = withoutRefusals(dispatcher, { ...given, host: {} });
    if (settled === undefined) return 'does not apply';
    let scenario = settled;
    let groups = groupsOf(scenario, runScenario(dispatcher, scenario));
    if (groups.length === 0) {
      // No two stand side by side: register what was registered once more, one after the other, at the end.
      const gathered = withoutRefusals(dispatcher, gather(dispatcher, settled));
      if (gathered === undefined) return 'does not apply';
      scenario = gathered;
      groups = groupsOf(scenario, runScenario(dispatcher, scenario));
    }
    if (groups.length === 0) return 'does not apply';
    const operations = [...scenario.operations];
    for (const { places } of groups) {
      places.forEach((place, i) => {
        const opposite = scenario.operations[places[places.length - 1 - i] ?? place];
        if (opposite !== undefined) operations[place] = opposite;
      });
    }
    const reversed = { ...scenario, operations };
    const [effects, others] = [runScenario(dispatcher, scenario), runScenario(dispatcher, reversed)];
    return (
      difference(
        scenario,
        { name: dispatcher.name, effects: summedUp(effects, groups) },
        { name: `${dispatcher.name}, registered in the opposite order`, effects: summedUp(others, groups) },
        isRefused(others) ? 'R5' : 'D4',
      ) ?? 'holds'
    );
  },
);

/** Places of registrations that nothing separates; `told`: the host hears of each at once, outside a transaction. */
type Group = { readonly places: readonly number[]; readonly told: boolean };

/** Groups of two or more. Within a transaction only what makes or takes away what is named separates registrations. */
function groupsOf(scenario: Scenario, effects: EffectLists): readonly Group[] {
  const depths = depthsOf(scenario, effects);
  const groups: Group[] = [];
  let places: number[] = [];
  const end = (told: boolean) => {
    if (places.length > 1) groups.push({ places, told });
    places = [];
  };
  scenario.operations.forEach((operation, index) => {
    const told = depths[index] === 0;
    // A deletion that failed might find what it names, had that been registered before it.
    if (operation.op === 'del-eventfd') end(told);
    else if (hasFailed(effects[index])) return;
    else if (operation.op === 'add-eventfd') places.push(index);
    else if (told || operation.op === 'create') end(told);
    else if (operation.op === 'commit' && depths[index + 1] === 0) end(told);
  });
  end((depths.at(-1) ?? 0) === 0);
  return groups;
}

/** The scenario without writes and changes of registrations, then all its registrations, then all its writes. */
function gather(dispatcher: Dispatcher, scenario: Scenario): Scenario {
  const effects = runScenario(dispatcher, scenario);
  const { operations } = scenario;
  const map = operations.filter((operation) => !isWrite(operation) && !isEventfdChange(operation));
  const additions = operations.filter(({ op }, index) => op === 'add-eventfd' && !hasFailed(effects[index]));
  return {
    ...scenario,
    operations: [...map, ...closing(scenario, effects), ...additions, ...operations.filter(isWrite)],
  };
}

/** What each group of registrations told the host, sorted, at the group's first place: the order there is its own. */
function summedUp(effects: EffectLists, groups: readonly Group[]): EffectLists {
  const summed: (readonly Effect[])[] = [...effects];
  for (const { places, told } of groups) {
    const [first] = places;
    if (!told || first === undefined) continue;
    const all = places.flatMap((place) => effects[place] ?? []);
    for (const place of places) summed[place] = [];
    summed[first] = all
      .map((effect) => ({ effect, line: 'hostAdd' in effect ? lineOf(effect.hostAdd) : '' }))
      .sort((a, b) => (a.line < b.line ? -1 : a.line > b.line ? 1 : 0))
      .map(({ effect }) => effect);
  }
  return summed;
}
