/**
 * What was seen: tables of integers in memory that all workers share.
 *
 *     states of a side:  key (3 words) ──> id, in order of arrival
 *     pairs:             (id of A's state, id of B's state) ──> number; of each, the parent's number and the operation
 *
 * Slots of the hash tables are claimed with one atomic instruction each, so that a pair has one number whichever workers
 * reach it. Tables grow between the workers' turns, never during one (`Room`).
 */
import { Key, keyWords } from './hash.ts';

/** A slot that is being written. */
const claimed = -1;

/** Indexes into `Tables.counts`. */
export const counted = { pairs: 0, a: 1, b: 2 } as const;

export type StateBuffers = { readonly slots: SharedArrayBuffer; readonly keys: SharedArrayBuffer };

/** The tables as they go to a worker; a new generation each time that they grew. */
export type TableBuffers = {
  readonly generation: number;
  readonly counts: SharedArrayBuffer;
  readonly a: StateBuffers;
  readonly b: StateBuffers;
  readonly slots: SharedArrayBuffer;
  readonly parents: SharedArrayBuffer;
  readonly operations: SharedArrayBuffer;
  readonly sides: SharedArrayBuffer;
};

/** The states of one side. */
export class StateTable {
  readonly #slots: Int32Array;
  readonly #keys: Int32Array;
  readonly #counts: Int32Array;
  readonly #index: number;

  constructor(buffers: StateBuffers, counts: SharedArrayBuffer, index: number) {
    this.#slots = new Int32Array(buffers.slots);
    this.#keys = new Int32Array(buffers.keys);
    this.#counts = new Int32Array(counts);
    this.#index = index;
  }

  /** The id of the state with this key, from 0; a new one where it is seen for the first time. */
  intern(k0: number, k1: number, k2: number): number {
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    let slot = (k0 ^ (k1 >>> 7)) & mask;
    for (;;) {
      const held = Atomics.load(slots, slot);
      if (held === 0) {
        if (Atomics.compareExchange(slots, slot, 0, claimed) !== 0) continue;
        const id = Atomics.add(this.#counts, this.#index, 1);
        keys[id * keyWords] = k0;
        keys[id * keyWords + 1] = k1;
        keys[id * keyWords + 2] = k2;
        Atomics.store(slots, slot, id + 1);
        return id;
      }
      // Another worker is between its two stores: some ten nanoseconds.
      if (held === claimed) continue;
      const at = (held - 1) * keyWords;
      if (keys[at] === k0 && keys[at + 1] === k1 && keys[at + 2] === k2) return held - 1;
      slot = (slot + 1) & mask;
    }
  }

  keyOf(id: number, into: Key): void {
    into.w0 = this.#keys[id * keyWords] ?? 0;
    into.w1 = this.#keys[id * keyWords + 1] ?? 0;
    into.w2 = this.#keys[id * keyWords + 2] ?? 0;
  }
}

/** The layer that is being expanded: pairs `first` to `first + size - 1`; `ranks` and `order` are each other's inverse. */
export type Layer = {
  readonly first: number;
  readonly size: number;
  /** By number less `first`: the place in the layer's order. */
  readonly ranks: SharedArrayBuffer;
  /** By place: the number. */
  readonly order: SharedArrayBuffer;
};

/** The tables, seen by one worker. */
export class Tables {
  readonly generation: number;
  readonly a: StateTable;
  readonly b: StateTable;
  /** By number of a pair: the pair that it was reached from, and by which operation of the alphabet. */
  readonly parents: Int32Array;
  readonly operations: Uint16Array;
  readonly #slots: Int32Array;
  readonly #sides: Int32Array;
  readonly #key = new Key();
  readonly #counts: Int32Array;

  constructor(buffers: TableBuffers) {
    this.generation = buffers.generation;
    this.#counts = new Int32Array(buffers.counts);
    this.a = new StateTable(buffers.a, buffers.counts, counted.a);
    this.b = new StateTable(buffers.b, buffers.counts, counted.b);
    this.#slots = new Int32Array(buffers.slots);
    this.#sides = new Int32Array(buffers.sides);
    this.parents = new Int32Array(buffers.parents);
    this.operations = new Uint16Array(buffers.operations);
  }

  /** Whether so many more pairs and states fit without growing. */
  hasRoom(more: number): boolean {
    const counts = this.#counts;
    const most = Math.max(
      Atomics.load(counts, counted.pairs),
      Atomics.load(counts, counted.a),
      Atomics.load(counts, counted.b),
    );
    return most + more <= this.parents.length;
  }

  /**
   * Notes that a pair is reached from the pair `parent` of this layer by an operation. Of several ways to reach a pair
   * of the next layer, the one that comes first in the order (place of the parent, operation) stays.
   */
  reach(a: number, b: number, parent: number, operation: number, layer: LayerView): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashPair(a, b) & mask;
    for (;;) {
      const held = Atomics.load(slots, slot);
      if (held === claimed) continue;
      if (held === 0) {
        if (Atomics.compareExchange(slots, slot, 0, claimed) !== 0) continue;
        const number = Atomics.add(this.#counts, counted.pairs, 1);
        this.#sides[2 * number] = a;
        this.#sides[2 * number + 1] = b;
        this.parents[number] = parent;
        this.operations[number] = operation;
        Atomics.store(slots, slot, number + 1);
        return;
      }
      const number = held - 1;
      if (this.#sides[2 * number] === a && this.#sides[2 * number + 1] === b) {
        if (number < layer.end) return;
        if (Atomics.compareExchange(slots, slot, held, claimed) !== held) continue;
        this.#reachEarlier(number, parent, operation, layer);
        Atomics.store(slots, slot, held);
        return;
      }
      slot = (slot + 1) & mask;
    }
  }

  #reachEarlier(number: number, parent: number, operation: number, layer: LayerView): void {
    const known = layer.rankOf(this.parents[number] ?? 0);
    const rank = layer.rankOf(parent);
    if (known < rank || (known === rank && (this.operations[number] ?? 0) <= operation)) return;
    this.parents[number] = parent;
    this.operations[number] = operation;
  }

  /** The key of B's state in a pair. The array is only lent, until the next call. */
  keyOfB(pair: number): Key {
    this.b.keyOf(this.#sides[2 * pair + 1] ?? 0, this.#key);
    return this.#key;
  }

  /** The operations (indexes into the alphabet) that lead from the empty map to a pair, in order. */
  pathTo(pair: number): number[] {
    const path: number[] = [];
    for (let at = pair; at !== 0; at = this.parents[at] ?? 0) path.push(this.operations[at] ?? 0);
    return path.reverse();
  }
}

/** A layer, seen by one worker. */
export class LayerView {
  readonly first: number;
  readonly size: number;
  /** One more than the number of its last pair: from here on, pairs are of the next layer. */
  readonly end: number;
  readonly #ranks: Int32Array;
  readonly #order: Int32Array;

  constructor(layer: Layer) {
    this.first = layer.first;
    this.size = layer.size;
    this.end = layer.first + layer.size;
    this.#ranks = new Int32Array(layer.ranks);
    this.#order = new Int32Array(layer.order);
  }

  rankOf(pair: number): number {
    return this.#ranks[pair - this.first] ?? 0;
  }

  pairAt(rank: number): number {
    return this.#order[rank] ?? 0;
  }
}

export function hashPair(a: number, b: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) | 0;
}
