/**
 * A floor below the floor: one probe with the dispatcher's own keys of three integers, which no caller has.
 *
 * A guest write has an address, a size and data; that a region, a kind and an offset stand for the first two is known only
 * behind the flat view. This table is told them, and so is faster than any dispatcher could be.
 */
import type { writeLength } from '../writes.ts';

export class ShortFloor {
  private readonly places: Int32Array;
  private readonly shift: number;
  private readonly head: number;

  /** A table for so many keys, all of one head (region and kind). */
  constructor(keys: number, head: number) {
    let places = 2;
    while (places < keys * 2) places *= 2;
    this.places = new Int32Array(places * 4);
    this.shift = Math.clz32(places) - 1;
    this.head = head;
  }

  add(offset: number, data: number, value: number): void {
    const places = this.places;
    let at = (hash(this.head, offset, data) >>> this.shift) & -4;
    while (places[at] !== 0) at = (at + 4) & (places.length - 1);
    places.set([this.head, offset, data, value], at);
  }

  /** The value of a key, or -1. */
  find(offset: number, data: number): number {
    const { places, head } = this;
    let at = (hash(head, offset, data) >>> this.shift) & -4;
    for (;;) {
      const found = places[at]!;
      if (places[at + 2] === data && places[at + 1] === offset && found === head) return places[at + 3]!;
      if (found === 0) return -1;
      at = (at + 4) & (places.length - 1);
    }
  }

  /** Looks up `count` writes, whose addresses are `base` and the offset. The sum of what was found. */
  run(writes: Int32Array, base: number, from: number, count: number): number {
    const step: typeof writeLength = 5;
    let sum = 0;
    const end = (from + count) * step;
    for (let at = from * step; at < end; at += step) {
      sum = (sum + this.find((writes[at + 1]! - base) | 0, writes[at + 4]!)) | 0;
    }
    return sum;
  }
}

function hash(head: number, offset: number, data: number): number {
  const sum = (((Math.imul(head, 0x85ebca6b) + Math.imul(offset, 0xc2b2ae35)) | 0) + data) | 0;
  return Math.imul(sum ^ (sum >>> 15), 0x9e3779b1);
}
