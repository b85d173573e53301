/**
 * The kernel's I/O bus as it is (virt/kvm/kvm_main.c): one array of registrations, kept in an order and searched by a
 * comparison that is neither symmetric nor transitive, so that a registration which was accepted can be out of reach
 * (clause K7).
 */
import type { Word } from '../host/registration.ts';

/** What a bus holds, in the order of its array. */
export type Bus = readonly Word[];

type Range = { readonly address: bigint; readonly size: number };

/** `kvm_io_bus_cmp`: where `a` lies against `b`. Both ends count, except that nothing is added when `b` has length 0. */
function compare(a: Range, b: Range): number {
  if (a.address < b.address) return -1;
  const end = (range: Range) => BigInt.asUintN(64, range.address + (b.size === 0 ? 0n : BigInt(range.size)));
  return end(a) > end(b) ? 1 : 0;
}

/** The bus with one more: before the first entry that compares greater (`kvm_io_bus_register_dev`). */
export function assign(bus: Bus, word: Word): Bus {
  const found = bus.findIndex((entry) => compare(entry, word) > 0);
  const at = found < 0 ? bus.length : found;
  return [...bus.slice(0, at), word, ...bus.slice(at)];
}

/** The bus without this registration: address, size, data and eventfd exactly (`kvm_deassign_ioeventfd_idx`; K5). */
export function deassign(bus: Bus, word: Word): Bus {
  const at = bus.findIndex(
    (entry) =>
      entry.address === word.address &&
      entry.size === word.size &&
      entry.data === word.data &&
      entry.rank === word.rank,
  );
  return bus.filter((_, index) => index !== at);
}

/** The first entry that accepts a store, among those that the search finds (`__kvm_io_bus_write`). */
export function firedOnBus(
  bus: Bus,
  address: bigint,
  size: number,
  accepts: (word: Word) => boolean,
): Word | undefined {
  const store = { address, size };
  for (let index = firstFor(bus, store); index < bus.length; index++) {
    const entry = bus[index];
    if (entry === undefined || compare(store, entry) !== 0) return undefined;
    if (accepts(entry)) return entry;
  }
  return undefined;
}

/** Binary search, then back over equal entries (`kvm_io_bus_get_first_dev`, lib/bsearch.c); the bus's length if there is none. */
function firstFor(bus: Bus, store: Range): number {
  const order = (index: number) => compare(store, bus[index] as Word);
  let base = 0;
  for (let count = bus.length; count > 0; count >>= 1) {
    const pivot = base + (count >> 1);
    const result = order(pivot);
    if (result === 0) {
      let first = pivot;
      while (first > 0 && order(first - 1) === 0) first--;
      return first;
    }
    if (result > 0) {
      base = pivot + 1;
      count--;
    }
  }
  return bus.length;
}
