/**
 * Dead registrations of the kernel's bus (K7), counted: every ordered set of words within 8 bytes, each word at its natural
 * alignment.
 */
import { assign, type Bus, type BusOrder, foundOnBus, kernelOrder } from '../../model/bus/kernel-bus.ts';
import { collide, type Ioeventfd, mismatch } from '../../model/ioeventfd/ioeventfd.ts';
import type {
  AccessSize,
  EffectLists,
  EventfdSize,
  Operation,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';

/** Words of 1, 2, 4 and 8 bytes that begin at a multiple of their size; with `anyLength`, those of length 0 at each byte too. */
export function wordsWithin8(anyLength: boolean): readonly Ioeventfd[] {
  const sizes = anyLength ? [0, 1, 2, 4, 8] : [1, 2, 4, 8];
  return sizes
    .flatMap((size) =>
      Array.from({ length: 8 / Math.max(size, 1) }, (_, index) => ({
        address: BigInt(index * Math.max(size, 1)),
        size,
      })),
    )
    .map((word, rank) => ({ ...word, data: undefined, notifier: `n${rank}`, rank }));
}

export type DeadCount = {
  /** Words of each set. */
  readonly words: number;
  /** Ordered sets that the kernel takes whole: no two collide. */
  readonly sets: number;
  /** Those of which at least one word is dead. */
  readonly dead: number;
  /** Those of them of which no part, in the same order, has a dead word. */
  readonly least: number;
  /** The first of the least, in the order of registration. */
  readonly example: readonly Ioeventfd[] | undefined;
};

/** Every ordered set of so many words that the kernel takes whole. */
export function* setsWithin8(words: number, anyLength: boolean): IterableIterator<readonly Ioeventfd[]> {
  const all = wordsWithin8(anyLength);
  function* extended(set: readonly Ioeventfd[]): IterableIterator<readonly Ioeventfd[]> {
    if (set.length === words) {
      yield set;
      return;
    }
    for (const word of all) {
      if (!set.some((other) => collide(other, word))) yield* extended([...set, word]);
    }
  }
  yield* extended([]);
}

/** A set as a scenario: its words, in this order, and for each the stores that it should take. */
export function scenarioOfSet(set: readonly Ioeventfd[]): Scenario {
  const device: readonly Operation[] = [
    { op: 'create', region: 'd', kind: 'io', size: 0x10n, valid: { max: 8 } },
    { op: 'map', region: 'd', container: 'memory', offset: 0x1000n },
  ];
  const adds = set.map(
    ({ address, size, notifier }): Operation => ({
      op: 'add-eventfd',
      region: 'd',
      offset: address,
      size: size as EventfdSize,
      notifier,
    }),
  );
  const stores = set.flatMap(({ address, size }) =>
    (size === 0 ? ([1, 2, 4, 8] as const) : ([size] as AccessSize[])).map(
      (one): Operation => ({ op: 'write', space: 'memory', address: 0x1000n + address, size: one, data: 0n }),
    ),
  );
  return { profile: 'kvm', operations: [...device, ...adds, ...stores] };
}

/** Whether a word of the set is dead, by what its scenario's operations did. */
export function isDeadIn(set: readonly Ioeventfd[], effects: EffectLists): boolean {
  let at = 2 + set.length;
  return set.some(({ size, notifier }) => {
    const stores = effects.slice(at, at + (size === 0 ? 4 : 1));
    at += stores.length;
    return stores.some(
      ([effect]) => effect === undefined || !('signal' in effect) || effect.signal !== notifier,
    );
  });
}

/** Counts the ordered sets of so many words. */
export function countDead(words: number, anyLength: boolean, order: BusOrder = kernelOrder): DeadCount {
  const all = wordsWithin8(anyLength);
  let [sets, dead, least] = [0, 0, 0];
  let example: readonly Ioeventfd[] | undefined;
  const extend = (set: readonly Ioeventfd[], bus: Bus): void => {
    if (set.length === words) {
      sets++;
      if (!bus.some((one) => isDead(one, bus, order))) return;
      dead++;
      if (set.some((_, left) => hasDead(set.toSpliced(left, 1), order))) return;
      least++;
      example ??= set;
      return;
    }
    for (const word of all) {
      if (set.some((other) => collide(other, word))) continue;
      extend([...set, word], assign(bus, word, order));
    }
  };
  extend([], []);
  return { words, sets, dead, least, example };
}

/** Whether a registration of a set, made in this order, is dead. */
function hasDead(set: readonly Ioeventfd[], order: BusOrder): boolean {
  let bus: Bus = [];
  for (const word of set) bus = assign(bus, word, order);
  return bus.some((one) => isDead(one, bus, order));
}

/** Whether a store that an entry accepts does not signal it. A word of any length is tried with each. */
export function isDead(entry: Ioeventfd, bus: Bus, order: BusOrder = kernelOrder): boolean {
  const sizes = entry.size === 0 ? [1, 2, 4, 8] : [entry.size];
  return sizes.some((size) => {
    const found = foundOnBus(bus, entry.address, size, order);
    return found.find((one) => mismatch(one, entry.address, size, 0n) === undefined) !== entry;
  });
}

/**
 * An order under which no registration is dead: by where ranges begin, and by nothing else. Entries that begin at one address
 * are equal to each other and to each store that begins there, whatever their lengths, so the search finds all of them.
 */
export const orderByStart: BusOrder = (a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0);
