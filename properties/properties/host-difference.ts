/** The host is told the difference, and nothing else. */
import type {
  Dispatcher,
  Effect,
  EffectLists,
  HostRegistration,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { type Breach, defineProperty } from './support/define.ts';
import { collide, lineOf } from './support/holdings.ts';
import { depthsOf, isEventfdChange } from './support/scenario.ts';

// Not tcg or kvm: QEMU merges two lists that need not be sorted, and then asks the host to add what it has and to delete
// what stays; and in its merge an addition can come before the deletion that makes room for it (H3).
export const hostDifference: Property = defineProperty(
  {
    name: 'host-difference',
    clauses: ['H1', 'H3', 'H4', 'K2'],
    against: 'the host changes of each commit with what the host holds',
    statement:
      'A commit adds nothing that is held or collides with it, deletes only what is held, never both for one registration; deletions first, each sorted; nothing inside a transaction.',
    profiles: ['contract'],
  },
  (dispatcher, scenario) => {
    const effects = runScenario(dispatcher, scenario);
    if (!effects.some((list) => list.some(isHostEffect))) return 'does not apply';
    return firstWrong(dispatcher, scenario, effects) ?? 'holds';
  },
);

function isHostEffect(effect: Effect): boolean {
  return 'hostAdd' in effect || 'hostDel' in effect || 'hostRefused' in effect;
}

type Held = Map<string, HostRegistration>;

function firstWrong(dispatcher: Dispatcher, scenario: Scenario, effects: EffectLists): Breach | undefined {
  const depths = depthsOf(scenario, effects);
  const names = [...new Set(scenario.operations.filter(isEventfdChange).map(({ notifier }) => notifier))];
  const held: Held = new Map();
  for (const [operation, list] of effects.entries()) {
    const deleted = new Set<string>();
    let last: Effect | undefined;
    for (const [effect, change] of list.entries()) {
      if (!isHostEffect(change)) continue;
      const wrong =
        (depths[operation + 1] ?? 0) > 0
          ? 'the host is told inside a transaction'
          : (wrongChange(change, held, deleted) ?? wrongOrder(last, change, names));
      last = change;
      if (wrong === undefined) continue;
      const right = effects.map((each, i) => (i === operation ? each.slice(0, effect) : each));
      return {
        operations: scenario.operations,
        operation,
        effect,
        kind: wrong,
        message: `effect ${effect}: ${wrong}`,
        sides: [
          { name: 'the difference', effects: right },
          { name: dispatcher.name, effects },
        ],
      };
    }
  }
  return undefined;
}

/** What is wrong with one change, given what is held; notes it. */
function wrongChange(change: Effect, held: Held, deleted: Set<string>): string | undefined {
  if ('hostDel' in change) {
    const line = lineOf(change.hostDel);
    deleted.add(line);
    return held.delete(line) ? undefined : 'deletes what is not held';
  }
  if ('hostAdd' in change) {
    const line = lineOf(change.hostAdd);
    if (held.has(line)) return 'adds what is held';
    if (deleted.has(line)) return 'deletes and adds one registration';
    if ([...held.values()].some((other) => collide(other, change.hostAdd))) return 'adds what collides';
    held.set(line, change.hostAdd);
  }
  if ('hostRefused' in change) {
    if (deleted.has(lineOf(change.hostRefused))) return 'deletes a registration and asks for it';
    const collides = [...held.values()].some((other) => collide(other, change.hostRefused));
    if (change.reason === 'EEXIST' && !collides) return 'refuses what does not collide';
  }
  return undefined;
}

/** What is wrong with the order of two changes of one commit: memory before io, deletions first, each sorted (H3). */
function wrongOrder(before: Effect | undefined, after: Effect, names: readonly string[]): string | undefined {
  if (before === undefined) return undefined;
  const [a, b] = [orderOf(before, names), orderOf(after, names)];
  for (const [i, key] of a.entries()) {
    const other = b[i] ?? 0n;
    if (key !== other) return key < other ? undefined : 'changes out of order';
  }
  return undefined;
}

/** Space, deletion or not, address, size, whether with data, data, notifier by first naming. */
function orderOf(change: Effect, names: readonly string[]): readonly bigint[] {
  const isDeletion = 'hostDel' in change;
  const registration =
    'hostDel' in change
      ? change.hostDel
      : 'hostAdd' in change
        ? change.hostAdd
        : 'hostRefused' in change
          ? change.hostRefused
          : undefined;
  if (registration === undefined) return [];
  const { space, address, size, data, notifier } = registration;
  return [
    space === 'memory' ? 0n : 1n,
    isDeletion ? 0n : 1n,
    address,
    BigInt(size),
    data === undefined ? 0n : 1n,
    data ?? 0n,
    BigInt(names.indexOf(notifier)),
  ];
}
