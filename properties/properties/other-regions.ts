/** Registrations in one region change nothing for writes that another region answers. */
import type {
  Dispatcher,
  Effect,
  EffectLists,
  Operation,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property, Side } from '../compare/property.ts';
import { readingsOf, type WrittenBytes, writtenBytes } from './support/accesses.ts';
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
    const written = writtenBytes(operation, scenario, devices);
    const lists: WriteLists = [bare[index] ?? [], others[index] ?? [], effects[index] ?? []];
    const outcome = compareWrite(written, region, lists);
    if (typeof outcome === 'number') return breachAt(scenario, index, outcome, sides);
    applies ||= outcome;
  }
  return applies;
}

/** The effects of one write: with nothing registered, with nothing in one region, with everything. */
type WriteLists = readonly [bare: readonly Effect[], others: readonly Effect[], all: readonly Effect[]];

/** Whether another region than this, or none, answers some access of a write; or the index of the effect that differs there. */
function compareWrite(
  written: WrittenBytes,
  region: string,
  [bare, others, all]: WriteLists,
): boolean | number {
  let furthest = 0;
  for (const reading of readingsOf(written)) {
    const units = unitsOf(reading, bare);
    if (units === undefined) continue;
    const anySignal = () => true;
    const expected = signalsIn(units, others, anySignal);
    const actual = signalsIn(units, all, anySignal);
    if (typeof expected === 'number' || typeof actual === 'number') {
      furthest = Math.max(furthest, typeof expected === 'number' ? expected : Number(actual));
      continue;
    }
    const isElsewhere = units.map(({ accesses }) => accesses[0]?.region !== region);
    const differs = actual.find(({ signal }, i) => isElsewhere[i] && signal !== expected[i]?.signal);
    if (differs === undefined) return isElsewhere.includes(true);
    furthest = Math.max(furthest, differs.index);
  }
  return furthest;
}
