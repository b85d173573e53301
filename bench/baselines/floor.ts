/**
 * Baseline (d), the bare floor: one probe of a hash table on a typed array, and nothing around it.
 *
 * The key is what identifies a guest write: address (2 halves), size, data (2 halves). Key and value stand side by side in
 * the table, so that a probe touches one cache line; at most half of the places are taken; the hash is the dispatcher's
 * own. This is the fastest probe of such keys that was found.
 */
import type { writeLength } from '../writes.ts';

/** Integers in a place: five of key, value + 1 (0: the place is empty), two unused so that a line holds two places. */
const placeLength = 8;
const valueField = 5;

export class FloorTable {
  private readonly places: Int32Array;
  private readonly shift: number;

  /** A table for so many keys. */
  constructor(keys: number) {
    let places = 2;
    while (places < keys * 2) places *= 2;
    this.places = new Int32Array(places * placeLength);
    this.shift = Math.clz32(places) + 1;
  }

  /** Enters a key that is not in the table. */
  add(
    addressHigh: number,
    addressLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
    value: number,
  ): void {
    const places = this.places;
    let at = (hash(addressHigh, addressLow, size, dataHigh, dataLow) >>> this.shift) * placeLength;
    while (places[at + valueField] !== 0) at = (at + placeLength) & (places.length - 1);
    places.set([addressHigh, addressLow, size, dataHigh, dataLow, value + 1], at);
  }

  /** The value of a key, or -1. */
  find(addressHigh: number, addressLow: number, size: number, dataHigh: number, dataLow: number): number {
    const places = this.places;
    let at = (hash(addressHigh, addressLow, size, dataHigh, dataLow) >>> this.shift) << 3;
    for (;;) {
      const value = places[at + 5]!;
      if (value === 0) return -1;
      if (
        places[at + 4] === dataLow &&
        places[at + 1] === addressLow &&
        places[at] === addressHigh &&
        places[at + 2] === size &&
        places[at + 3] === dataHigh
      ) {
        return value - 1;
      }
      at = (at + 8) & (places.length - 1);
    }
  }

  /** Looks up `count` writes. The sum of what was found. */
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

function hash(a: number, b: number, c: number, d: number, e: number): number {
  const low = (Math.imul(a, 0x27d4eb2f) + Math.imul(b, 0xc2b2ae35)) | 0;
  const middle = (Math.imul(c, 0x85ebca6b) + Math.imul(d, 0x165667b1)) | 0;
  const sum = (((low + middle) | 0) + e) | 0;
  return Math.imul(sum ^ (sum >>> 15), 0x9e3779b1);
}
