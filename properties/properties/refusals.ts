/** Whatever the host refuses, the callback is called exactly where a signal would have been. */
import type {
  Dispatcher,
  EffectLists,
  HostOptions,
  HostRegistration,
  Scenario,
  Write,
} from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property, Side } from '../compare/property.ts';
import { writtenBytes } from './support/accesses.ts';
import { type Breach, breachAt, defineProperty } from './support/define.ts';
import { lineOf } from './support/holdings.ts';
import { devicesOf, isEventfdChange, isWrite, runWithout, withoutRefusals } from './support/scenario.ts';
import { signalsIn, type Unit, unitsOf } from './support/signals.ts';

/** Hosts that refuse every second request, the first ones, or what is more than one; one is tried beside one that refuses all. */
const hosts: readonly HostOptions[] = [
  { refuse: Array.from({ length: 100 }, (_, i) => 2 * i) },
  { refuse: [0, 1] },
  { limit: 1 },
];

// Contract: under tcg nobody refuses anything, and under kvm a refusal changes which other words the bus can find (K7).
export const refusals: Property = defineProperty(
  {
    name: 'refusals',
    clauses: ['F1', 'H4', 'F2'],
    against: 'a scenario with the same on a host that refuses',
    statement:
      'Whichever registrations the host refuses, exactly the accesses that would have signalled those call back instead, and the host is asked for the same.',
    profiles: ['contract'],
  },
  (dispatcher, given) => {
    // Of two that collide, the refusal of one lets the other in: those are left out.
    const scenario = withoutRefusals(dispatcher, { ...given, host: {} });
    if (scenario === undefined) return 'does not apply';
    const effects = runScenario(dispatcher, scenario);
    if (!effects.some((list) => list.some((effect) => 'hostAdd' in effect))) return 'does not apply';
    const bare = runWithout(dispatcher, scenario, isEventfdChange);
    const choosy = hosts[given.operations.length % hosts.length] ?? {};
    for (const host of [{ refuse: 'all' }, choosy] as const) {
      const breach = compareRefused(dispatcher, { ...scenario, host }, effects, bare);
      if (breach !== undefined) return breach;
    }
    return 'holds';
  },
);

/** How the run on a host that refuses departs from what the run on one that refuses nothing makes it, if it does. */
function compareRefused(
  dispatcher: Dispatcher,
  scenario: Scenario,
  effects: EffectLists,
  bare: EffectLists,
): Breach | undefined {
  const refused = runScenario(dispatcher, scenario);
  const devices = devicesOf(scenario, effects);
  const sides: readonly [Side, Side] = [
    { name: `${dispatcher.name}, nothing refused`, effects },
    { name: `${dispatcher.name}, host ${JSON.stringify(scenario.host)}`, effects: refused },
  ];
  const visible = new Map<string, HostRegistration>();
  const held = new Set<string>();
  for (const [index, operation] of scenario.operations.entries()) {
    const [without, withRefusals] = [effects[index] ?? [], refused[index] ?? []];
    if (!isWrite(operation)) {
      const [asked, askedThen] = [requests(without), requests(withRefusals)];
      // What was refused is not deleted: the host never had it.
      const [deleted, deletedThen] = [deletions(without), deletions(withRefusals)];
      const expected = deleted.map(lineOf).filter((line) => held.has(line));
      if (!isSame(asked, askedThen) || expected.join('\n') !== deletedThen.map(lineOf).join('\n')) {
        return { ...breachAt(scenario, index, 0, sides, 'H4'), kind: 'the host is asked for something else' };
      }
      for (const registration of deleted) visible.delete(lineOf(registration));
      for (const registration of deleted) held.delete(lineOf(registration));
      for (const registration of asked) visible.set(lineOf(registration), registration);
      for (const effect of withRefusals) if ('hostAdd' in effect) held.add(lineOf(effect.hostAdd));
      continue;
    }
    const units = unitsOf(writtenBytes(operation, scenario, devices), bare[index] ?? []);
    if (units === undefined) return breachAt(scenario, index, 0, sides);
    const signals = signalsIn(units, without, () => true);
    if (typeof signals === 'number') return breachAt(scenario, index, signals, sides);
    const left = signalsIn(units, withRefusals, () => true);
    if (typeof left === 'number') return breachAt(scenario, index, left, sides);
    for (const [i, { signal: then, index: effect }] of left.entries()) {
      const [unit, before] = [units[i], signals[i]?.signal];
      if (unit === undefined || (before === undefined && then === undefined)) continue;
      if (before === undefined || !mayBecome(operation, unit, before, then, visible, held)) {
        return breachAt(scenario, index, effect, sides);
      }
    }
  }
  return undefined;
}

/** Whether the signal of a unit may be this one, or a callback, given which of the visible registrations the host took. */
function mayBecome(
  write: Write,
  unit: Unit,
  signal: string,
  then: string | undefined,
  visible: ReadonlyMap<string, HostRegistration>,
  held: ReadonlySet<string>,
): boolean {
  if (then !== undefined && then !== signal) return false;
  const address = BigInt.asUintN(64, write.address + BigInt(unit.position));
  const fitting = [...visible].filter(
    ([, { space, address: at, size, notifier }]) =>
      space === write.space && at === address && notifier === signal && (size === 0 || size === unit.size),
  );
  const taken = fitting.filter(([line]) => held.has(line));
  return then === undefined ? taken.length < fitting.length : taken.length > 0;
}

function requests(effects: EffectLists[number]): readonly HostRegistration[] {
  return effects.flatMap((effect) =>
    'hostAdd' in effect ? [effect.hostAdd] : 'hostRefused' in effect ? [effect.hostRefused] : [],
  );
}

function deletions(effects: EffectLists[number]): readonly HostRegistration[] {
  return effects.flatMap((effect) => ('hostDel' in effect ? [effect.hostDel] : []));
}

function isSame(a: readonly HostRegistration[], b: readonly HostRegistration[]): boolean {
  return a.map(lineOf).join('\n') === b.map(lineOf).join('\n');
}
