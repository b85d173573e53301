/**
 * The state store: the states and pairs that were reached, as integers in memory that all workers share.
 *
 *     states of a side:  key (3 words) ──> id, in order of arrival
 *     pairs:             (id of A's state, id of B's state) ──> number; with the parent's number and the operation
 *
 * A slot of a hash table is claimed with one atomic instruction, so a pair has one number, whichever workers reach it. The
 * store grows between the workers' turns only (grow.ts).
 */
import type { FrontierView } from './frontier.ts';
import { Key, keyWords } from './key.ts';

/** A slot that is being written. */
const claimed = -1;

/** Indexes into `StoreBuffers.counts`. */
const counted = { pairs: 0, a: 1, b: 2 } as const;

export type StateBuffers = { readonly slots: SharedArrayBuffer; readonly keys: SharedArrayBuffer };

/** The store as it is sent to workers. Each growth makes a new generation. */
export type StoreBuffers = {
  readonly generation: number;
  readonly counts: SharedArrayBuffer;
  readonly a: StateBuffers;
  readonly b: StateBuffers;
  readonly slots: SharedArrayBuffer;
  readonly parents: SharedArrayBuffer;
  readonly operations: SharedArrayBuffer;
  readonly sides: SharedArrayBuffer;
};

export type StoreCounts = { readonly pairs: number; readonly statesOfA: number; readonly statesOfB: number };

export function storeCounts({ counts }: StoreBuffers): StoreCounts {
  const words = new Int32Array(counts);
  return {
    pairs: Atomics.load(words, counted.pairs),
    statesOfA: Atomics.load(words, counted.a),
    statesOfB: Atomics.load(words, counted.b),
  };
}

/** The states of one side. */
export class SideStates {
  readonly #slots: Int32Array;
  readonly #keys: Int32Array;
  readonly #counts: Int32Array;
  readonly #index: number;

  /** `index`: of the side's number of states in `counts`. */
  constructor(buffers: StateBuffers, counts: SharedArrayBuffer, index: number) {
    this.#slots = new Int32Array(buffers.slots);
    this.#keys = new Int32Array(buffers.keys);
    this.#counts = new Int32Array(counts);
    this.#index = index;
  }

  /** The id of the state with this key, from 0. A key that is new gets a new id. */
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
      // Another worker is between its two stores, which takes some ten nanoseconds.
      if (held === claimed) continue;
      const at = (held - 1) * keyWords;
      if (keys[at] === k0 && keys[at + 1] === k1 && keys[at + 2] === k2) return held - 1;
      slot = (slot + 1) & mask;
    }
  }

  /** The id of the state with this key; undefined if there is none. Not while other threads write. */
  find({ w0, w1, w2 }: Key): number | undefined {
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    for (let slot = (w0 ^ (w1 >>> 7)) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = (slots[slot] ?? 0) - 1;
      const at = id * keyWords;
      if (keys[at] === w0 && keys[at + 1] === w1 && keys[at + 2] === w2) return id;
    }
    return undefined;
  }

  keyOf(id: number, into: Key): void {
    into.w0 = this.#keys[id * keyWords] ?? 0;
    into.w1 = this.#keys[id * keyWords + 1] ?? 0;
    into.w2 = this.#keys[id * keyWords + 2] ?? 0;
  }
}

/** The store, as one worker sees it. */
export class StateStore {
  readonly generation: number;
  readonly a: SideStates;
  readonly b: SideStates;
  /** By the number of a pair: the pair that it was reached from, and by which operation of the scope. */
  readonly parents: Int32Array;
  readonly operations: Uint16Array;
  readonly #slots: Int32Array;
  readonly #sides: Int32Array;
  readonly #keyOfA = new Key();
  readonly #keyOfB = new Key();
  readonly #counts: Int32Array;

  constructor(buffers: StoreBuffers) {
    this.generation = buffers.generation;
    this.#counts = new Int32Array(buffers.counts);
    this.a = new SideStates(buffers.a, buffers.counts, counted.a);
    this.b = new SideStates(buffers.b, buffers.counts, counted.b);
    this.#slots = new Int32Array(buffers.slots);
    this.#sides = new Int32Array(buffers.sides);
    this.parents = new Int32Array(buffers.parents);
    this.operations = new Uint16Array(buffers.operations);
  }

  /** Whether this many more pairs and states fit without growth. */
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
   * Notes that an operation leads from the pair `parent` of this frontier to a pair. If a pair of the next frontier is
   * reached more than once, the path that is first by (position of the parent, operation) stays.
   */
  reach(a: number, b: number, parent: number, operation: number, frontier: FrontierView): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOfPair(a, b) & mask;
    for (;;) {
      const held = Atomics.load(slots, slot);
      if (held === claimed) continue;
      if (held === 0) {
        if (Atomics.compareExchange(slots, slot, 0, claimed) !== 0) continue;
        const pair = Atomics.add(this.#counts, counted.pairs, 1);
        this.#sides[2 * pair] = a;
        this.#sides[2 * pair + 1] = b;
        this.parents[pair] = parent;
        this.operations[pair] = operation;
        Atomics.store(slots, slot, pair + 1);
        return;
      }
      const pair = held - 1;
      if (this.#sides[2 * pair] === a && this.#sides[2 * pair + 1] === b) {
        if (pair < frontier.end) return;
        if (Atomics.compareExchange(slots, slot, held, claimed) !== held) continue;
        this.#keepFirstPath(pair, parent, operation, frontier);
        Atomics.store(slots, slot, held);
        return;
      }
      slot = (slot + 1) & mask;
    }
  }

  #keepFirstPath(pair: number, parent: number, operation: number, frontier: FrontierView): void {
    const known = frontier.positionOf(this.parents[pair] ?? 0);
    const position = frontier.positionOf(parent);
    if (known < position || (known === position && (this.operations[pair] ?? 0) <= operation)) return;
    this.parents[pair] = parent;
    this.operations[pair] = operation;
  }

  /** The key of A's state in a pair. It is overwritten by the next call. */
  keyOfA(pair: number): Key {
    this.a.keyOf(this.idOfA(pair), this.#keyOfA);
    return this.#keyOfA;
  }

  /** The key of B's state in a pair. It is overwritten by the next call. */
  keyOfB(pair: number): Key {
    this.b.keyOf(this.idOfB(pair), this.#keyOfB);
    return this.#keyOfB;
  }

  /** The id of A's state in a pair. */
  idOfA(pair: number): number {
    return this.#sides[2 * pair] ?? 0;
  }

  /** The id of B's state in a pair. */
  idOfB(pair: number): number {
    return this.#sides[2 * pair + 1] ?? 0;
  }

  /** The number of the pair of two states, by their ids; undefined if it was not reached. Not while other threads write. */
  find(a: number, b: number): number | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hashOfPair(a, b) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const pair = (slots[slot] ?? 0) - 1;
      if (this.idOfA(pair) === a && this.idOfB(pair) === b) return pair;
    }
    return undefined;
  }

  /** The pairs on the path from the empty map to a pair, in order: the pair itself is the last, that of the empty map is left out. */
  pairsTo(pair: number): number[] {
    const pairs: number[] = [];
    for (let at = pair; at !== 0; at = this.parents[at] ?? 0) pairs.push(at);
    return pairs.reverse();
  }

  /** The operations (indexes into the scope's) that lead from the empty map to a pair, in order. */
  pathTo(pair: number): number[] {
    return this.pairsTo(pair).map((at) => this.operations[at] ?? 0);
  }
}

export function hashOfPair(a: number, b: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) | 0;
}
