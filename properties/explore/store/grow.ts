/** Making the memory of a state store, and more of it. Only between the workers' turns: nobody else uses it then. */
import { keyWords } from './key.ts';
import {
  hashOfPair,
  recordOf,
  recordWords,
  type StateBuffers,
  type StoreBuffers,
  storeCounts,
} from './state-store.ts';

/** Slots of a hash table for each entry, so that at most two thirds of them are used. */
const slotsPerEntry = 1.5;

/** An empty store for this many pairs, and as many states of each side. */
export function emptyStore(capacity: number): StoreBuffers {
  return {
    generation: 0,
    counts: new SharedArrayBuffer(4 * 3),
    a: emptyStates(capacity),
    b: emptyStates(capacity),
    slots: new SharedArrayBuffer(4 * slotsFor(capacity)),
    records: new SharedArrayBuffer(4 * recordWords * capacity),
    ids: new SharedArrayBuffer(8 * capacity),
  };
}

/** The same store with twice the capacity. */
export function grownStore(store: StoreBuffers): StoreBuffers {
  const { generation, counts, a, b, ids } = store;
  const { pairs, statesOfA, statesOfB } = storeCounts(store);
  const capacity = (store.records.byteLength / (4 * recordWords)) * 2;
  const slots = new SharedArrayBuffer(4 * slotsFor(capacity));
  const records = copied(store.records, 4 * recordWords * capacity);
  const words = new Int32Array(records);
  rehash(new Int32Array(slots), pairs, (pair) => {
    const at = recordWords * pair;
    return hashOfPair(words[at + recordOf.a] ?? 0, words[at + recordOf.b] ?? 0);
  });
  return {
    generation: generation + 1,
    counts,
    a: grownStates(a, capacity, statesOfA),
    b: grownStates(b, capacity, statesOfB),
    slots,
    records,
    ids: copied(ids, 8 * capacity),
  };
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
  return 2 ** Math.ceil(Math.log2(capacity * slotsPerEntry));
}

function rehash(slots: Int32Array, count: number, hashOf: (entry: number) => number): void {
  const mask = slots.length - 1;
  for (let entry = 0; entry < count; entry++) {
    let slot = hashOf(entry) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  }
}

function copied(from: SharedArrayBuffer, bytes: number): SharedArrayBuffer {
  const to = new SharedArrayBuffer(bytes);
  new Uint8Array(to).set(new Uint8Array(from));
  return to;
}
