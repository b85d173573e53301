/** Registrations in one region change nothing for writes that another region answers. */
import type { Dispatcher, EffectLists, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property, Side } from '../compare/property.ts';
import { writtenBytes } from './support/accesses.ts';
import { type Breach, breachAt, defineProperty } from './support/define.ts';
import {
  devicesOf,
  freshName,
  hasFailed,
  isEventfdChange,
  isWrite,
  runWithout,
  withoutRefusals,
} from './support/scenario.ts';
import { signalsIn, unitsOf } from './support/signals.ts';

/** Trying every region of a long scenario would cost more than it finds. */
const mostRegions = 3;

// Not kvm: a word that sticks out of the visible part of its region stays in the kernel, and takes writes that another
// region should have got (H2, D9).
export const otherRegions: Property = defineProperty(
  {
    name: 'other-regions',
    clauses: ['D9', 'D5'],
    against: 'a scenario with the same without the registrations of one region',
    statement: 'The registrations of a region change nothing for the writes that another region answers.',
    profiles: ['contract', 'tcg', 'tcg-7.2'],
  },
  (dispatcher, given) => {
    // A host that refuses does connect regions: by the number of requests; by its limit; and where a word passes from
    // one region to another with the same notifier, which the host does not hear of, it stays as it was, taken or refused.
    const scenario = withoutRefusals(dispatcher, { ...given, host: {} });
    if (scenario === undefined) return 'does not apply';
    const effects = runScenario(dispatcher, scenario);
    const regions = new Set<string>();
    scenario.operations.forEach((operation, index) => {
      if (operation.op === 'add-eventfd' && !hasFailed(effects[index])) regions.add(operation.region);
    });
    if (regions.size === 0) return 'does not apply';
    const bare = runWithout(dispatcher, scenario, isEventfdChange);
    let applies = false;
    for (const region of [...regions].slice(0, mostRegions)) {
      const outcome = compareWithout(dispatcher, scenario, region, effects, bare);
      if (typeof outcome !== 'boolean') return outcome;
      applies ||= outcome;
    }
    return applies ? 'holds' : 'does not apply';
  },
);

/** Whether another region, or none, answers some access; or how an access that it answers changes. */
function compareWithout(
  dispatcher: Dispatcher,
  scenario: Scenario,
  region: string,
  effects: EffectLists,
  bare: EffectLists,
): boolean | Breach {
  // Aimed at no region, a change still names its notifier: the order of first naming stays (D4).
  const nowhere = freshName(scenario, 'nowhere');
  const operations = scenario.operations.map(
    (operation): Operation =>
      isEventfdChange(operation) && operation.region === region
        ? { ...operation, region: nowhere }
        : operation,
  );
  const others = runScenario(dispatcher, { ...scenario, operations });
  const devices = devicesOf(scenario, effects);
  const sides: readonly [Side, Side] = [
    { name: `${dispatcher.name}, nothing registered in ${region}`, effects: others },
    { name: dispatcher.name, effects },
  ];
  let applies = false;
  for (const [index, operation] of scenario.operations.entries()) {
    if (!isWrite(operation)) continue;
    const units = unitsOf(writtenBytes(operation, scenario, devices), bare[index] ?? []);
    if (units === undefined) return breachAt(scenario, index, 0, sides);
    const anySignal = () => true;
    const expected = signalsIn(units, others[index] ?? [], anySignal);
    if (typeof expected === 'number') return breachAt(scenario, index, expected, sides);
    const actual = signalsIn(units, effects[index] ?? [], anySignal);
    if (typeof actual === 'number') return breachAt(scenario, index, actual, sides);
    const isElsewhere = units.map(({ accesses }) => accesses[0]?.region !== region);
    applies ||= isElsewhere.includes(true);
    const differs = actual.find(({ signal }, i) => isElsewhere[i] && signal !== expected[i]?.signal);
    if (differs !== undefined) return breachAt(scenario, index, differs.index, sides);
  }
  return applies;
}
