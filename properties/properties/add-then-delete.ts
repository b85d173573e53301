/** Adding a registration and deleting it again is the identity. */
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type {
  CreateIo,
  Effect,
  EffectLists,
  EventfdChange,
  HostRegistration,
  Operation,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { breachAt, defineProperty, difference } from './support/define.ts';
import { lineOf } from './support/holdings.ts';
import { depthsOf, freshName, hasFailed, isEventfdChange, runReplaced } from './support/scenario.ts';

/** A registration that is made and deleted before an operation; alone where it is its own transaction twice. */
type Guest = { readonly change: EventfdChange; readonly alone: boolean };

// Under tcg and kvm within a transaction only, and only where no size 0 is near: deleting a size-0 registration, or
// another one beside it, may take the wrong one (R2); and a commit that changes something merges unsorted lists (H3).
export const addThenDelete: Property = defineProperty(
  {
    name: 'add-then-delete',
    clauses: ['R2', 'H1'],
    against: 'a scenario with the same with registrations that are deleted at once',
    statement:
      'A registration that is made and deleted changes nothing: within a transaction nobody hears of it, else only the host, of this one.',
    profiles: profileNames,
  },
  (dispatcher, scenario) => {
    const effects = runScenario(dispatcher, scenario);
    const guests = guestsOf(scenario, effects);
    if (!guests.some((guest) => guest !== undefined)) return 'does not apply';
    const depths = depthsOf(scenario, effects);
    const replaced = runReplaced(dispatcher, scenario, (operation, index) => {
      const guest = guests[index];
      return guest === undefined ? [operation] : [...visitOf(guest, depths[index] ?? 0), operation];
    });
    const visited = replaced.map((lists) => lists.at(-1) ?? []);
    const sides = [
      { name: dispatcher.name, effects },
      { name: `${dispatcher.name}, with registrations that come and go`, effects: visited },
    ] as const;
    for (const [index, guest] of guests.entries()) {
      const visit = replaced[index]?.slice(0, -1) ?? [];
      if (guest === undefined || isQuiet(visit, guest, (depths[index] ?? 0) > 0)) continue;
      const withVisit = visited.map((list, i) => (i === index ? [...visit.flat(), ...list] : list));
      return {
        ...breachAt(scenario, index, 0, [sides[0], { ...sides[1], effects: withVisit }]),
        kind: 'a visit leaves something behind',
        message: `a registration of ${guest.change.region} made and deleted leaves something behind`,
      };
    }
    return difference(scenario, ...sides) ?? 'holds';
  },
);

/** The registration comes and goes: in the transaction that is open, in one of its own, or in two. */
function visitOf({ change, alone }: Guest, depth: number): readonly Operation[] {
  const pair: readonly Operation[] = [change, { ...change, op: 'del-eventfd' }];
  return depth > 0 || alone ? pair : [{ op: 'begin' }, ...pair, { op: 'commit' }];
}

/** Whether a visit did what it may: nothing in a transaction; else the host is asked for this registration, and it goes. */
function isQuiet(visit: EffectLists, { change, alone }: Guest, inTransaction: boolean): boolean {
  if (inTransaction || !alone) return visit.every((list) => list.length === 0);
  const isGuest = ({ size, data, notifier }: HostRegistration) =>
    size === change.size && data === change.data && notifier === change.notifier;
  const [came, went] = visit.map((list) =>
    list.map((effect: Effect): string => {
      if ('hostAdd' in effect && isGuest(effect.hostAdd)) return lineOf(effect.hostAdd);
      if ('hostDel' in effect && isGuest(effect.hostDel)) return lineOf(effect.hostDel);
      return 'hostRefused' in effect && isGuest(effect.hostRefused) ? '' : 'something else';
    }),
  );
  const taken = came?.filter((line) => line !== '').join('\n');
  const wereAdded = visit[0]?.every((effect) => !('hostDel' in effect)) ?? false;
  const wereDeleted = visit[1]?.every((effect) => 'hostDel' in effect) ?? false;
  return wereAdded && wereDeleted && taken === went?.join('\n') && !taken?.includes('something else');
}

/** Before each operation a registration, of a region that is there, much like one that the scenario makes; or none. */
function guestsOf(scenario: Scenario, effects: EffectLists): readonly (Guest | undefined)[] {
  const { profile = 'contract', host } = scenario;
  const fresh = freshName(scenario, 'guest');
  const changes = scenario.operations.filter(isEventfdChange);
  const isNearSizeZero = ({ region, offset, size }: EventfdChange) =>
    size === 0 ||
    changes.some((other) => other.size === 0 && other.region === region && other.offset === offset);
  const patterns: EventfdChange[] = [];
  const named = new Set<string>();
  return scenario.operations.map((operation, index) => {
    // What came before this operation may serve as a pattern.
    const guest = patterns[index % Math.max(1, patterns.length)];
    const isNew = index % 3 !== 0 || profile !== 'contract';
    const change = guest && { ...guest, ...((isNew || !named.has(guest.notifier)) && { notifier: fresh }) };
    if (isEventfdChange(operation)) named.add(operation.notifier);
    if (!hasFailed(effects[index])) {
      if (operation.op === 'create' && operation.kind === 'io') patterns.push(firstWord(operation));
      if (operation.op === 'add-eventfd') patterns.push(operation);
    }
    if (change === undefined || (profile !== 'contract' && isNearSizeZero(change))) return undefined;
    // Where the host refuses requests by their number, one more would count.
    const mayAsk = profile === 'contract' && !Array.isArray(host?.refuse);
    return { change, alone: mayAsk && index % 2 === 1 };
  });
}

/** Any write of 4 bytes at the region's first byte. */
function firstWord({ region }: CreateIo): EventfdChange {
  return { op: 'add-eventfd', region, offset: 0n, size: 4, notifier: '' };
}
