/**
 * Baseline (b), the kernel's way: one array sorted by address and length, binary search, then a scan of the entries that
 * compare equal (`kvm_io_bus_get_first_dev`, `__kvm_io_bus_write`, `ioeventfd_write`).
 */
import type { writeLength } from '../writes.ts';

/** Integers in an entry: address (2 halves), size, data (2 halves), notifier. */
const entryLength = 6;

export class SortedArray {
  private readonly entries: Int32Array;
  private readonly count: number;

  /** From rows of address (high, low), size, data (high, low), notifier. */
  constructor(rows: readonly (readonly number[])[]) {
    const sorted = rows
      .map((row, i) => ({ row, i }))
      .sort((a, b) => compareRows(a.row, b.row) || a.i - b.i)
      .map(({ row }) => row);
    this.entries = Int32Array.from(sorted.flat());
    this.count = rows.length;
  }

  /** The notifier that a write signals, or -1. */
  find(addressHigh: number, addressLow: number, size: number, dataHigh: number, dataLow: number): number {
    const entries = this.entries;
    let at = this.firstEqual(addressHigh, addressLow, size) * entryLength;
    if (at < 0) return -1;
    for (; at < entries.length; at += entryLength) {
      if (entries[at + 1] !== addressLow || entries[at] !== addressHigh || entries[at + 2] !== size)
        return -1;
      if (entries[at + 4] === dataLow && entries[at + 3] === dataHigh) return entries[at + 5]!;
    }
    return -1;
  }

  /** Dispatches `count` writes. The sum of what was signalled. */
  run(writes: Int32Array, from: number, count: number): number {
    let sum = 0;
    const step: typeof writeLength = 5;
    const end = (from + count) * step;
    for (let at = from * step; at < end; at += step) {
      sum += this.find(writes[at]!, writes[at + 1]!, writes[at + 2]!, writes[at + 3]!, writes[at + 4]!);
      sum |= 0;
    }
    return sum;
  }

  /**
   * The first entry of this address and size, or -1. The kernel finds some entry and steps back over its equals; a
   * search for the first is kinder to it where many are equal.
   */
  private firstEqual(addressHigh: number, addressLow: number, size: number): number {
    const entries = this.entries;
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBefore(entries, middle * entryLength, addressHigh, addressLow, size)) from = middle + 1;
      else to = middle;
    }
    return from < this.count ? from : -1;
  }
}

function isBefore(entries: Int32Array, at: number, high: number, low: number, size: number): boolean {
  if (entries[at] !== high) return entries[at]! >>> 0 < high >>> 0;
  if (entries[at + 1] !== low) return entries[at + 1]! >>> 0 < low >>> 0;
  return entries[at + 2]! < size;
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i]! >>> 0) - (b[i]! >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
