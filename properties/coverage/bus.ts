/**
 * What happened on a bus, in scenarios that are made for one: each error and its cause, each kind of collision and what almost is one,
 * stores that are cut, and registrations that are there and do not fire. From operations and effects alone.
 */
import type {
  Effect,
  EventfdChange,
  HostRegistration,
  Operation,
  Space,
  Store,
} from '../../model/vocabulary/vocabulary.ts';

/** What a report calls these counts: they are shown like those of dispatchers that tell what happens inside. */
export const busCoverageName = 'bus';

/** Least shares, in percent of the scenarios. */
export const busMinimums = {
  'EINVAL: length 0 with data': 1,
  'EINVAL: the range ends at 2^64': 1.5,
  'EINVAL: the range ends beyond 2^64': 2,
  'EEXIST: the same match': 12,
  'EEXIST: length 0 after others': 4,
  'EEXIST: others after length 0': 3,
  'EEXIST: without data after data': 3,
  'EEXIST: data after without data': 3,
  'ENOSPC: other devices fill the bus': 1,
  'ENOENT: other address': 6,
  'ENOENT: other size': 2,
  'ENOENT: other data': 3,
  'ENOENT: other eventfd': 3,
  'taken: other data at one word': 8,
  'taken: other size at one address': 5,
  'taken: overlaps another': 20,
  'taken: next to another': 20,
  'taken: the address is taken on the other bus': 3,
  'taken: eight data at one word': 5,
  'taken: 32 on one bus': 1,
  'hit: memory': 40,
  'hit: port': 20,
  'hit: length 0': 12,
  'hit: data': 20,
  'hit: unaligned': 10,
  'store: across a page': 10,
  'store: across a page, one part signals': 2,
  'store: two signals': 1,
  'store: to RAM': 3,
  'store: one part to RAM, one signals': 0.2,
  'dead registration': 4,
  'dead registration, no length 0 on the bus': 0.8,
  deassigned: 15,
} as const satisfies Readonly<Record<string, number>>;

export type BusPoint = keyof typeof busMinimums;

/** What one scenario reached, and how many stores it has. */
export type BusReached = { readonly points: readonly BusPoint[]; readonly stores: number };

type Part = { readonly address: bigint; readonly size: number; readonly data: bigint };

const pageSize = 4096n;
const twoTo64 = 1n << 64n;

export class BusCounter {
  readonly #seen = new Set<BusPoint>();
  #stores = 0;
  #held: HostRegistration[] = [];
  readonly #places = new Map<string, { readonly space: Space; readonly offset: bigint }>();

  /** A new scenario begins. */
  begin(): void {
    this.#held = [];
    this.#places.clear();
    this.#seen.clear();
    this.#stores = 0;
  }

  /** An operation, and what it did. */
  observe(operation: Operation, effects: readonly Effect[]): void {
    if (operation.op === 'map' && (operation.container === 'memory' || operation.container === 'io')) {
      this.#places.set(operation.region, { space: operation.container, offset: operation.offset });
    }
    if (operation.op === 'write') {
      if ('data' in operation) this.#observeStore(operation, effects);
      return;
    }
    for (const effect of effects) {
      if ('error' in effect) this.#observeError(operation, effect.error);
      else if ('hostAdd' in effect) this.#observeAdd(effect.hostAdd);
      else if ('hostRefused' in effect) this.#observeRefusal(effect.hostRefused, effect.reason);
      else if ('hostDel' in effect) this.#observeDeletion(effect.hostDel);
    }
  }

  /** The scenario so far. */
  reached(): BusReached {
    return { points: [...this.#seen], stores: this.#stores };
  }

  #mark(point: BusPoint, isTrue = true): void {
    if (isTrue) this.#seen.add(point);
  }

  #observeError(operation: Operation, error: string): void {
    if (operation.op !== 'add-eventfd' && operation.op !== 'del-eventfd') return;
    if (error === 'match') {
      const isWrongData = operation.size === 0 && operation.data !== undefined;
      this.#mark(isWrongData ? 'EINVAL: length 0 with data' : 'EINVAL: the range ends beyond 2^64');
    } else if (error === 'absent') this.#observeAbsence(operation);
  }

  /** What of a deletion is not as registered. */
  #observeAbsence({ region, offset, size, data, notifier }: EventfdChange): void {
    const place = this.#places.get(region);
    if (place === undefined) return;
    const address = place.offset + offset;
    for (const held of this.#held.filter(({ space }) => space === place.space)) {
      const wrong: BusPoint[] = [];
      if (held.address !== address) wrong.push('ENOENT: other address');
      if (held.size !== size) wrong.push('ENOENT: other size');
      if (held.data !== data) wrong.push('ENOENT: other data');
      if (held.notifier !== notifier) wrong.push('ENOENT: other eventfd');
      const [only] = wrong;
      if (wrong.length === 1 && only !== undefined) this.#mark(only);
    }
  }

  #observeRefusal(wanted: HostRegistration, reason: string): void {
    this.#mark(
      'EINVAL: the range ends at 2^64',
      reason === 'EINVAL' && wanted.address + BigInt(wanted.size) === twoTo64,
    );
    this.#mark('ENOSPC: other devices fill the bus', reason === 'ENOSPC');
    if (reason !== 'EEXIST') return;
    for (const held of this.#at(wanted)) {
      if (held.size !== wanted.size) {
        this.#mark('EEXIST: length 0 after others', wanted.size === 0);
        this.#mark('EEXIST: others after length 0', held.size === 0);
        continue;
      }
      this.#mark('EEXIST: the same match', held.data === wanted.data);
      this.#mark('EEXIST: without data after data', held.data !== undefined && wanted.data === undefined);
      this.#mark('EEXIST: data after without data', held.data === undefined && wanted.data !== undefined);
    }
  }

  #observeAdd(added: HostRegistration): void {
    const here = this.#held.filter(({ space }) => space === added.space);
    const alike = this.#at(added).filter(({ size }) => size === added.size);
    this.#mark('taken: other data at one word', alike.length > 0);
    this.#mark('taken: eight data at one word', alike.length >= 7);
    this.#mark('taken: other size at one address', this.#at(added).length > alike.length);
    this.#mark(
      'taken: overlaps another',
      here.some((held) => held.address < endOf(added) && added.address < endOf(held)),
    );
    this.#mark(
      'taken: next to another',
      here.some((held) => held.address === endOf(added) || added.address === endOf(held)),
    );
    this.#mark(
      'taken: the address is taken on the other bus',
      this.#held.some((held) => held.space !== added.space && held.address === added.address),
    );
    this.#mark('taken: 32 on one bus', here.length >= 31);
    this.#held.push(added);
  }

  #observeDeletion({ space, address, size, data, notifier }: HostRegistration): void {
    this.#mark('deassigned');
    const at = this.#held.findIndex(
      (held) =>
        held.space === space &&
        held.address === address &&
        held.size === size &&
        held.data === data &&
        held.notifier === notifier,
    );
    if (at >= 0) this.#held.splice(at, 1);
  }

  #observeStore(store: Store, effects: readonly Effect[]): void {
    this.#stores++;
    const { space, address, size } = store;
    const parts = partsOf(store);
    const signals = effects.filter((effect) => 'signal' in effect).length;
    const takers = parts.flatMap(
      (part) => this.#held.find((held) => held.space === space && accepts(held, part)) ?? [],
    );
    const isDead = takers.length > signals;
    this.#mark('dead registration', isDead);
    this.#mark(
      'dead registration, no length 0 on the bus',
      isDead && !this.#held.some((held) => held.space === space && held.size === 0),
    );
    const isCut = parts.length > 1;
    this.#mark('store: across a page', isCut);
    this.#mark('store: across a page, one part signals', isCut && signals === 1);
    this.#mark('store: two signals', signals === 2);
    const inRam = effects.some((effect) => 'ram' in effect);
    this.#mark('store: to RAM', inRam);
    this.#mark('store: one part to RAM, one signals', inRam && signals === 1);
    if (signals === 0) return;
    this.#mark(space === 'memory' ? 'hit: memory' : 'hit: port');
    this.#mark('hit: unaligned', address % BigInt(size) !== 0n);
    this.#mark(
      'hit: length 0',
      takers.some((taker) => taker.size === 0),
    );
    this.#mark(
      'hit: data',
      takers.some(({ data }) => data !== undefined),
    );
  }

  #at({ space, address }: HostRegistration): HostRegistration[] {
    return this.#held.filter((held) => held.space === space && held.address === address);
  }
}

function endOf({ address, size }: HostRegistration): bigint {
  return address + BigInt(size);
}

/** The parts of a store by pages: of memory's, since ports have none. */
function partsOf({ space, address, size, data }: Store): readonly Part[] {
  const rest = Number(pageSize - (address % pageSize));
  if (space === 'io' || rest >= size) return [{ address, size, data }];
  const second = { address: address + BigInt(rest), size: size - rest, data: data >> BigInt(8 * rest) };
  return [{ address, size: rest, data: BigInt.asUintN(8 * rest, data) }, second];
}

function accepts(held: HostRegistration, { address, size, data }: Part): boolean {
  if (held.address !== address) return false;
  return held.size === 0 || (held.size === size && (held.data === undefined || held.data === data));
}
