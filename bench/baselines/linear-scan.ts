/**
 * Baseline (a), QEMU's way: find the region, then scan its registrations one after the other until one matches
 * (`memory_region_dispatch_write_eventfds`). QEMU keeps them in one array of structures; so does this.
 */
import type { writeLength } from '../writes.ts';

/** Integers in a registration: offset (2 halves), size, data (2 halves), notifier. */
const entryLength = 6;

export class LinearScan {
  private entries = new Int32Array(16 * entryLength);
  private count = 0;
  private readonly start: number;
  private readonly length: number;

  /** One region: where it starts and how long it is, below 2^32. QEMU remembers the section used last, so one it is. */
  constructor(start: number, length: number) {
    this.start = start;
    this.length = length;
  }

  add(offset: number, size: number, dataHigh: number, dataLow: number, notifier: number): void {
    if ((this.count + 1) * entryLength > this.entries.length) {
      const grown = new Int32Array(this.entries.length * 2);
      grown.set(this.entries);
      this.entries = grown;
    }
    this.entries.set([0, offset, size, dataHigh, dataLow, notifier], this.count++ * entryLength);
  }

  /** The notifier that a write signals, or -1. */
  find(addressHigh: number, addressLow: number, size: number, dataHigh: number, dataLow: number): number {
    const offset = (addressLow >>> 0) - this.start;
    if (addressHigh !== 0 || offset < 0 || offset >= this.length) return -1;
    const entries = this.entries;
    const end = this.count * entryLength;
    for (let at = 0; at < end; at += entryLength) {
      if (
        entries[at + 4] === dataLow &&
        entries[at + 1] === offset &&
        entries[at] === 0 &&
        entries[at + 2] === size &&
        entries[at + 3] === dataHigh
      ) {
        return entries[at + 5]!;
      }
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
}
