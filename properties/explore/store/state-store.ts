/**
 * The state store: the states and pairs that were reached, as integers in memory that all workers share.
 *
 *     pairs:             (key of A's state, key of B's state) ──> number; with the parent's number and the operation
 *     states of a side:  key (3 words) ──> id, in order of arrival
 *
 * Nearly all operations lead to a pair that is there already. So all that is looked at then is in one record, half a line of the
 * processor's cache, and the states' ids are asked for only where a pair is new.
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
  readonly records: SharedArrayBuffer;
  readonly ids: SharedArrayBuffer;
};

/** The 32-bit words of a pair's record: the keys of both states, the pair that it was reached from, and by which operation of the scope. */
export const recordOf = { a: 0, b: keyWords, parent: 2 * keyWords, operation: 2 * keyWords + 1 } as const;
export const recordWords = 8;

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
  intern({ w0, w1, w2 }: Key): number {
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    let slot = (w0 ^ (w1 >>> 7)) & mask;
    for (;;) {
      const held = Atomics.load(slots, slot);
      if (held === 0) {
        if (Atomics.compareExchange(slots, slot, 0, claimed) !== 0) continue;
        const id = Atomics.add(this.#counts, this.#index, 1);
        keys[id * keyWords] = w0;
        keys[id * keyWords + 1] = w1;
        keys[id * keyWords + 2] = w2;
        Atomics.store(slots, slot, id + 1);
        return id;
      }
      // Another worker is between its two stores, which takes some ten nanoseconds.
      if (held === claimed) continue;
      const at = (held - 1) * keyWords;
      if (keys[at] === w0 && keys[at + 1] === w1 && keys[at + 2] === w2) return held - 1;
      slot = (slot + 1) & mask;
    }
  }
}

/** The store, as one worker sees it. */
export class StateStore {
  readonly generation: number;
  readonly #a: SideStates;
  readonly #b: SideStates;
  readonly #slots: Int32Array;
  readonly #records: Int32Array;
  readonly #ids: Int32Array;
  readonly #counts: Int32Array;

  constructor(buffers: StoreBuffers) {
    this.generation = buffers.generation;
    this.#counts = new Int32Array(buffers.counts);
    this.#a = new SideStates(buffers.a, buffers.counts, counted.a);
    this.#b = new SideStates(buffers.b, buffers.counts, counted.b);
    this.#slots = new Int32Array(buffers.slots);
    this.#records = new Int32Array(buffers.records);
    this.#ids = new Int32Array(buffers.ids);
  }

  /** Whether this many more pairs fit without growth. A new state comes with a new pair, so there are never more of these. */
  hasRoom(more: number): boolean {
    const pairs = Atomics.load(this.#counts, counted.pairs);
    return recordWords * (pairs + more) <= this.#records.length;
  }

  /**
   * Notes that an operation leads from the pair `parent` of this frontier to a pair. If a pair of the next frontier is
   * reached more than once, the path that is first by (position of the parent, operation) stays.
   */
  reach(a: Key, b: Key, parent: number, operation: number, frontier: FrontierView): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOfPair(a.w0, b.w0) & mask;
    for (;;) {
      const held = Atomics.load(slots, slot);
      if (held === claimed) continue;
      if (held === 0) {
        if (Atomics.compareExchange(slots, slot, 0, claimed) !== 0) continue;
        const pair = Atomics.add(this.#counts, counted.pairs, 1);
        this.#enter(pair, a, b, parent, operation);
        Atomics.store(slots, slot, pair + 1);
        return;
      }
      const pair = held - 1;
      if (this.#isOf(pair, a, b)) {
        if (pair < frontier.end) return;
        if (Atomics.compareExchange(slots, slot, held, claimed) !== held) continue;
        this.#keepFirstPath(pair, parent, operation, frontier);
        Atomics.store(slots, slot, held);
        return;
      }
      slot = (slot + 1) & mask;
    }
  }

  #enter(pair: number, a: Key, b: Key, parent: number, operation: number): void {
    const at = recordWords * pair;
    this.#records.set([a.w0, a.w1, a.w2, b.w0, b.w1, b.w2, parent, operation], at);
    this.#ids[2 * pair] = this.#a.intern(a);
    this.#ids[2 * pair + 1] = this.#b.intern(b);
  }

  #isOf(pair: number, a: Key, b: Key): boolean {
    const records = this.#records;
    const at = recordWords * pair;
    return (
      records[at] === a.w0 &&
      records[at + 1] === a.w1 &&
      records[at + 2] === a.w2 &&
      records[at + 3] === b.w0 &&
      records[at + 4] === b.w1 &&
      records[at + 5] === b.w2
    );
  }

  #keepFirstPath(pair: number, parent: number, operation: number, frontier: FrontierView): void {
    const known = frontier.positionOf(this.parentOf(pair));
    const position = frontier.positionOf(parent);
    if (known < position || (known === position && this.operationOf(pair) <= operation)) return;
    this.#records[recordWords * pair + recordOf.parent] = parent;
    this.#records[recordWords * pair + recordOf.operation] = operation;
  }

  /** The pair that a pair was reached from. */
  parentOf(pair: number): number {
    return this.#records[recordWords * pair + recordOf.parent] ?? 0;
  }

  /** The operation (index into the scope's) by which a pair was reached. */
  operationOf(pair: number): number {
    return this.#records[recordWords * pair + recordOf.operation] ?? 0;
  }

  /** The key of A's state in a pair. */
  keyOfA(pair: number): Key {
    return this.#keyAt(recordWords * pair + recordOf.a);
  }

  /** The key of B's state in a pair. */
  keyOfB(pair: number): Key {
    return this.#keyAt(recordWords * pair + recordOf.b);
  }

  #keyAt(at: number): Key {
    const key = new Key();
    key.w0 = this.#records[at] ?? 0;
    key.w1 = this.#records[at + 1] ?? 0;
    key.w2 = this.#records[at + 2] ?? 0;
    return key;
  }

  /** The id of A's state in a pair. */
  idOfA(pair: number): number {
    return this.#ids[2 * pair] ?? 0;
  }

  /** The id of B's state in a pair. */
  idOfB(pair: number): number {
    return this.#ids[2 * pair + 1] ?? 0;
  }

  /** The number of the pair of two states, by their keys; undefined if it was not reached. Not while other threads write. */
  find(a: Key, b: Key): number | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hashOfPair(a.w0, b.w0) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const pair = (slots[slot] ?? 0) - 1;
      if (this.#isOf(pair, a, b)) return pair;
    }
    return undefined;
  }

  /** The pairs on the path from the empty map to a pair, in order: the pair itself is the last, that of the empty map is left out. */
  pairsTo(pair: number): number[] {
    const pairs: number[] = [];
    for (let at = pair; at !== 0; at = this.parentOf(at)) pairs.push(at);
    return pairs.reverse();
  }

  /** The operations (indexes into the scope's) that lead from the empty map to a pair, in order. */
  pathTo(pair: number): number[] {
    return this.pairsTo(pair).map((at) => this.operationOf(at));
  }
}

/** Of the first words of both keys. */
export function hashOfPair(a: number, b: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) | 0;
}
