/**
 * What the fast path of a store probes: the registrations again, in 16 bytes each, key and notifier side by side.
 *
 *     places   ┌──────┬────────┬──────┬──────────┐ ┌──────┬────────┬──────┬──────────┐
 *              │ head │ offset │ data │ notifier │ │ 0    │        │      │          │ ...      four to a cache line
 *              └──────┴────────┴──────┴──────────┘ └──────┴────────┴──────┴──────────┘
 *                │                                   head 0: empty
 *                └ region and kind (`headOf`)
 *
 * A probe touches one cache line, where a probe of `RecordTable` touches two, one after the other: 25 ns instead of 60 with
 * 1,048,576 registrations. Only keys whose offset and data have zeros in their high halves are here. The fast path leaves
 * the others to `IoeventfdStore.match`.
 *
 * Linear probing, at most half of the places taken (`Thresholds`), no tombstones. A place is *passed* (the sign bit beside its notifier)
 * if the probe of some key in the table goes on to a later place. A probe ends at a place with another key that is not
 * passed. With random keys and half of the places taken, a miss then ends at its first look in 82 of 100 cases, where a
 * probe that goes on to an empty place does so in 50. The processor predicts such an end better (misses among 64
 * registrations: 14 ns, without it 24).
 *
 * Reads of typed arrays are asserted present: every index comes from the table itself.
 */

import { isOverfull, standardThresholds, type Thresholds } from '../thresholds.ts';
import { must } from './must.ts';
import { copyOf, zerosOf } from './small-arrays.ts';

/** Integers in a place, and which is which. */
export const placeLength = 4;
export const placeOffset = 1;
export const placeData = 2;
export const placeNotifier = 3;

/**
 * Odd constants of the hash: `x = head * headFactor + offset * offsetFactor + data`, then `(x ^ (x >>> 15)) *
 * finalFactor`, of which the upper bits count. `OptimizedMemory.writeWord` computes it, too. Without the fold in the
 * middle, keys in regular steps (1,048,576 doorbells of 16 devices) took 15 looks a probe. With it, most patterns of
 * devices that were tried take 1.0 to 1.5 looks, the worst 2.3, and data that count up take one.
 */
export const headFactor = 0x85ebca6b;
export const offsetFactor = 0xc2b2ae35;
export const foldShift = 15;
export const finalFactor = 0x9e3779b1;

/** All but the sign bit of a place's last integer. */
const notifierBits = 0x7fffffff;
const passedBit = 1 << 31;

/** Region and kind (`kindOf`: at most 17) in one number, which is never 0. Regions below 2^26. */
export function headOf(region: number, kind: number): number {
  return ((region + 1) << 5) | kind;
}

export class FastTable {
  /** Place p occupies `places[p * 4]` and on. Replaced when the table grows. A power of two of places. */
  places: Int32Array<ArrayBuffer>;
  /** A hash shifted right by this, its lowest two bits cleared, is an index into `places`. */
  shift: number;
  size = 0;
  /** Whether another table reads the same places: then they are copied before they are written to. */
  private isShared = true;
  private readonly thresholds: Thresholds;

  constructor(thresholds: Thresholds = standardThresholds) {
    this.thresholds = thresholds;
    this.places = zerosOf(thresholds.fastPlaces * placeLength);
    this.shift = Math.clz32(this.places.length) + 1;
  }

  /** The notifier of a key, or -1. */
  find(head: number, offset: number, data: number): number {
    const places = this.places;
    let at = this.homeOf(head, offset, data);
    for (;;) {
      const entry = places[at + placeNotifier]!;
      if (isKey(places, at, head, offset, data)) return entry & notifierBits;
      if (entry >= 0) return -1;
      at = (at + placeLength) & (places.length - 1);
    }
  }

  /** Enters a key, or gives it another notifier: 0 to 2^31 - 1. */
  set(head: number, offset: number, data: number, notifier: number): void {
    if (this.isShared) this.unshare();
    const at = this.indexOf(head, offset, data);
    if (this.places[at] !== 0) {
      this.places[at + placeNotifier] = notifier | (this.places[at + placeNotifier]! & passedBit);
      return;
    }
    const { fullest } = this.thresholds;
    if (isOverfull(this.size + 1, this.places.length / placeLength, fullest)) this.grow();
    this.size++;
    this.put(head, offset, data, notifier);
  }

  /** Removes a key, which must be there, and moves back what could then no longer be found. */
  remove(head: number, offset: number, data: number): void {
    if (this.isShared) this.unshare();
    const places = this.places;
    const mask = places.length - 1;
    let gap = this.indexOf(head, offset, data);
    must(places[gap] !== 0, 'a key to be removed is not in the table');
    let start = gap;
    while (places[(start - placeLength) & mask] !== 0) start = (start - placeLength) & mask;
    let at = (gap + placeLength) & mask;
    for (; places[at] !== 0; at = (at + placeLength) & mask) {
      // An entry may move back to the gap if its home is not between the gap and where it stands.
      if (((at - this.homeAt(at)) & mask) < ((at - gap) & mask)) continue;
      places.copyWithin(gap, at, at + placeLength);
      gap = at;
    }
    places.fill(0, gap, gap + placeLength);
    this.size--;
    this.passAnew(start, at);
  }

  /** How many places a probe for a key of the table looks at, on average: 1 if every key is where its hash says. */
  looks(): number {
    const places = this.places;
    let looks = 0;
    for (let at = 0; at < places.length; at += placeLength) {
      if (places[at] === 0) continue;
      looks += ((at - this.homeAt(at)) & (places.length - 1)) / placeLength + 1;
    }
    return looks / this.size;
  }

  /** Whether some probe goes past a key. */
  get hasPassed(): boolean {
    const places = this.places;
    for (let at = placeNotifier; at < places.length; at += placeLength) if (places[at]! < 0) return true;
    return false;
  }

  /** Asserts the table's invariants: each key is found, and a place is passed if a probe goes on from it. */
  validate(): void {
    let used = 0;
    const places = this.places;
    for (let at = 0; at < places.length; at += placeLength) {
      const isPassed = places[at + placeNotifier]! < 0;
      must(isPassed === this.isPassed(at), 'the place at ', at, ' is passed, or not');
      if (places[at] === 0) {
        must(places[at + placeNotifier] === 0, 'the empty place at ', at, ' has a notifier');
        continue;
      }
      used++;
      const [head, offset, data] = [places[at]!, places[at + placeOffset]!, places[at + placeData]!];
      must(this.indexOf(head, offset, data) === at, 'the key at ', at, ' is not found');
    }
    must(used === this.size, used, ' keys in the table, ', this.size, ' counted');
    const { fullest } = this.thresholds;
    must(!isOverfull(used, places.length / placeLength, fullest), 'too many places are taken');
    must(this.shift === Math.clz32(places.length) + 1, 'the shift does not fit the places');
  }

  /** Becomes a copy of another table. Both read the same places until one is written to. */
  copyFrom(other: FastTable): void {
    other.isShared = true;
    this.places = other.places;
    this.shift = other.shift;
    this.size = other.size;
    this.isShared = true;
  }

  private unshare(): void {
    this.places = copyOf(this.places, this.thresholds);
    this.isShared = false;
  }

  /** Where a key is, or the empty place where its probe ends. */
  private indexOf(head: number, offset: number, data: number): number {
    const places = this.places;
    const mask = places.length - 1;
    let at = this.homeOf(head, offset, data);
    while (places[at] !== 0 && !isKey(places, at, head, offset, data)) at = (at + placeLength) & mask;
    return at;
  }

  /** Where a key would be if it had no neighbours. */
  private homeOf(head: number, offset: number, data: number): number {
    const sum = (Math.imul(head, headFactor) + Math.imul(offset, offsetFactor) + data) | 0;
    return (Math.imul(sum ^ (sum >>> foldShift), finalFactor) >>> this.shift) & -placeLength;
  }

  private homeAt(at: number): number {
    const places = this.places;
    return this.homeOf(places[at]!, places[at + placeOffset]!, places[at + placeData]!);
  }

  /** Whether a key that comes after this place has its home here or before. */
  private isPassed(place: number): boolean {
    const places = this.places;
    const mask = places.length - 1;
    for (let at = (place + placeLength) & mask; places[at] !== 0; at = (at + placeLength) & mask) {
      if (places[place] !== 0 && ((at - this.homeAt(at)) & mask) >= ((at - place) & mask)) return true;
    }
    return false;
  }

  /** Sets again which places in [start, end) are passed. */
  private passAnew(start: number, end: number): void {
    const places = this.places;
    const mask = places.length - 1;
    for (let at = start; at !== end; at = (at + placeLength) & mask)
      places[at + placeNotifier]! &= notifierBits;
    for (let at = start; at !== end; at = (at + placeLength) & mask) {
      if (places[at] !== 0) this.passTo(at, this.homeAt(at));
    }
  }

  private passTo(place: number, home: number): void {
    const places = this.places;
    for (let at = home; at !== place; at = (at + placeLength) & (places.length - 1)) {
      places[at + placeNotifier]! |= passedBit;
    }
  }

  private put(head: number, offset: number, data: number, notifier: number): void {
    const places = this.places;
    const at = this.indexOf(head, offset, data);
    this.passTo(at, this.homeOf(head, offset, data));
    places[at] = head;
    places[at + placeOffset] = offset;
    places[at + placeData] = data;
    places[at + placeNotifier] = notifier;
  }

  private grow(): void {
    const old = this.places;
    this.places = new Int32Array(old.length * 2);
    this.shift--;
    for (let at = 0; at < old.length; at += placeLength) {
      if (old[at] === 0) continue;
      this.put(
        old[at]!,
        old[at + placeOffset]!,
        old[at + placeData]!,
        old[at + placeNotifier]! & notifierBits,
      );
    }
  }
}

function isKey(places: Int32Array, at: number, head: number, offset: number, data: number): boolean {
  return places[at] === head && places[at + placeOffset] === offset && places[at + placeData] === data;
}
