/**
 * The kernel's I/O bus as it is (virt/kvm/kvm_main.c): one array of ioeventfds. A comparison that is neither symmetric
 * nor transitive keeps its order and searches it, so an ioeventfd that was accepted can be out of reach (clause K7).
 */
import { type Ioeventfd, mismatch } from '../ioeventfd/ioeventfd.ts';

/** What a bus holds, in the order of its array. */
export type Bus = readonly Ioeventfd[];

/** Bytes on the bus: a store's, or an entry's. */
export type BusRange = { readonly address: bigint; readonly size: number };

/** Where one range lies against another: below 0, 0, or above 0. */
export type BusOrder = (a: BusRange, b: BusRange) => number;

/** `kvm_io_bus_cmp`: where `a` lies against `b`. Both ends count, except that nothing is added when `b` has length 0. */
export function kernelOrder(a: BusRange, b: BusRange): number {
  if (a.address < b.address) return -1;
  const end = (range: BusRange) =>
    BigInt.asUintN(64, range.address + (b.size === 0 ? 0n : BigInt(range.size)));
  return end(a) > end(b) ? 1 : 0;
}

/** The bus with one more: before the first entry that compares greater (`kvm_io_bus_register_dev`). */
export function assign(bus: Bus, ioeventfd: Ioeventfd, order: BusOrder = kernelOrder): Bus {
  const found = bus.findIndex((entry) => order(entry, ioeventfd) > 0);
  const at = found < 0 ? bus.length : found;
  return [...bus.slice(0, at), ioeventfd, ...bus.slice(at)];
}

/** The bus without this one: address, size, data and eventfd exactly (`kvm_deassign_ioeventfd_idx`; K5). */
export function deassign(bus: Bus, ioeventfd: Ioeventfd): Bus {
  const at = bus.findIndex(
    (entry) =>
      entry.address === ioeventfd.address &&
      entry.size === ioeventfd.size &&
      entry.data === ioeventfd.data &&
      entry.rank === ioeventfd.rank,
  );
  return bus.filter((_, index) => index !== at);
}

/** The first entry that accepts a store, among those that the search finds (`__kvm_io_bus_write`). */
export function signalledOnBus(
  bus: Bus,
  address: bigint,
  size: number,
  value: bigint,
): Ioeventfd | undefined {
  return foundOnBus(bus, address, size).find((entry) => mismatch(entry, address, size, value) === undefined);
}

/** The entries that the search finds for a store, in the order in which they are asked (`kvm_io_bus_get_first_dev`). */
export function foundOnBus(
  bus: Bus,
  address: bigint,
  size: number,
  order: BusOrder = kernelOrder,
): readonly Ioeventfd[] {
  const store = { address, size };
  const first = firstFor(bus, store, order);
  let end = first;
  for (let entry = bus[end]; entry !== undefined && order(store, entry) === 0; entry = bus[end]) end++;
  return bus.slice(first, end);
}

/** Binary search, then back over equal entries (lib/bsearch.c); the bus's length if there is none. */
function firstFor(bus: Bus, store: BusRange, order: BusOrder): number {
  const orderAt = (index: number) => order(store, bus[index] as Ioeventfd);
  let base = 0;
  for (let count = bus.length; count > 0; count >>= 1) {
    const pivot = base + (count >> 1);
    const result = orderAt(pivot);
    if (result === 0) {
      let first = pivot;
      while (first > 0 && orderAt(first - 1) === 0) first--;
      return first;
    }
    if (result > 0) {
      base = pivot + 1;
      count--;
    }
  }
  return bus.length;
}
