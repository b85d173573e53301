/** Making the shared tables, and making them larger while no worker looks at them. */
import { keyWords } from './hash.ts';
import { counted, hashPair, type Layer, LayerView, type StateBuffers, type TableBuffers } from './tables.ts';

/** Slots a pair: at most two thirds of them are used. */
const slotsPerPair = 1.5;

/** The owner of the tables: one a run. */
export class Room {
  buffers: TableBuffers;

  /** Tables for at least so many pairs, and as many states a side. */
  constructor(capacity: number) {
    const counts = new SharedArrayBuffer(4 * 3);
    this.buffers = {
      generation: 0,
      counts,
      a: emptyStates(capacity),
      b: emptyStates(capacity),
      slots: new SharedArrayBuffer(4 * slotsFor(capacity)),
      parents: new SharedArrayBuffer(4 * capacity),
      operations: new SharedArrayBuffer(2 * capacity),
      sides: new SharedArrayBuffer(8 * capacity),
    };
  }

  get pairs(): number {
    return this.#count(counted.pairs);
  }

  get statesOfA(): number {
    return this.#count(counted.a);
  }

  get statesOfB(): number {
    return this.#count(counted.b);
  }

  #count(index: number): number {
    return Atomics.load(new Int32Array(this.buffers.counts), index);
  }

  /** Twice the room. */
  grow(): void {
    const { generation, counts, a, b, parents, operations, sides } = this.buffers;
    const capacity = (parents.byteLength / 4) * 2;
    const larger = new SharedArrayBuffer(4 * slotsFor(capacity));
    const grownSides = copied(sides, 8 * capacity);
    const sideWords = new Int32Array(grownSides);
    rehash(new Int32Array(larger), this.pairs, (number) =>
      hashPair(sideWords[2 * number] ?? 0, sideWords[2 * number + 1] ?? 0),
    );
    this.buffers = {
      generation: generation + 1,
      counts,
      a: grownStates(a, capacity, this.statesOfA),
      b: grownStates(b, capacity, this.statesOfB),
      slots: larger,
      parents: copied(parents, 4 * capacity),
      operations: copied(operations, 2 * capacity),
      sides: grownSides,
    };
  }

  /**
   * The layer of the pairs from `first` on, in the order (place of the parent in `before`, operation): the order of the
   * shortest scenarios that lead to them, compared operation by operation.
   */
  layerFrom(first: number, before: LayerView): Layer {
    const size = this.pairs - first;
    const parents = new Int32Array(this.buffers.parents);
    const operations = new Uint16Array(this.buffers.operations);
    const ranks = new SharedArrayBuffer(4 * Math.max(size, 1));
    const order = new SharedArrayBuffer(4 * Math.max(size, 1));
    const rankWords = new Int32Array(ranks);
    const orderWords = new Int32Array(order);
    const ends = new Int32Array(before.size + 1);
    const placeOf = (pair: number) => before.rankOf(parents[pair] ?? 0);
    for (let pair = first; pair < first + size; pair++) ends[placeOf(pair) + 1]! += 1; // In range: a rank is below `size`.
    for (let place = 0; place < before.size; place++) ends[place + 1]! += ends[place]!; // In range likewise.
    for (let pair = first; pair < first + size; pair++) {
      const place = placeOf(pair);
      // `ends` of the place before is where the children of this one begin, and counts up as they are put down.
      let at = ends[place]!; // In range likewise.
      ends[place] = at + 1;
      // The children of one pair are few: insertion keeps them in the order of their operations.
      const operation = operations[pair] ?? 0;
      for (; at > 0; at--) {
        const other = orderWords[at - 1] ?? 0;
        if (placeOf(other) !== place || (operations[other] ?? 0) < operation) break;
        orderWords[at] = other;
      }
      orderWords[at] = pair;
    }
    for (let rank = 0; rank < size; rank++) rankWords[(orderWords[rank] ?? 0) - first] = rank;
    return { first, size, ranks, order };
  }
}

/** The first layer: the empty map, number 0. */
export function firstLayer(): Layer {
  return { first: 0, size: 1, ranks: new SharedArrayBuffer(4), order: new SharedArrayBuffer(4) };
}

export function emptyLayerView(): LayerView {
  return new LayerView(firstLayer());
}

function emptyStates(capacity: number): StateBuffers {
  return {
    slots: new SharedArrayBuffer(4 * slotsFor(capacity)),
    keys: new SharedArrayBuffer(4 * keyWords * capacity),
  };
}

function grownStates(states: StateBuffers, capacity: number, count: number): StateBuffers {
  const keys = copied(states.keys, 4 * keyWords * capacity);
  const words = new Int32Array(keys);
  const slots = new SharedArrayBuffer(4 * slotsFor(capacity));
  rehash(
    new Int32Array(slots),
    count,
    (id) => (words[id * keyWords] ?? 0) ^ ((words[id * keyWords + 1] ?? 0) >>> 7),
  );
  return { slots, keys };
}

function slotsFor(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(capacity * slotsPerPair));
}

function rehash(slots: Int32Array, count: number, hashOf: (id: number) => number): void {
  const mask = slots.length - 1;
  for (let id = 0; id < count; id++) {
    let slot = hashOf(id) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = id + 1;
  }
}

function copied(from: SharedArrayBuffer, bytes: number): SharedArrayBuffer {
  const to = new SharedArrayBuffer(bytes);
  new Uint8Array(to).set(new Uint8Array(from));
  return to;
}
