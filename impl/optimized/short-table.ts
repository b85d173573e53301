/**
 * What the short way of a store probes: the registrations again, in 16 bytes each, key and notifier side by side.
 *
 *     places   ┌──────┬────────┬──────┬──────────┐ ┌──────┬────────┬──────┬──────────┐
 *              │ head │ offset │ data │ notifier │ │ 0    │        │      │          │ ...      four to a cache line
 *              └──────┴────────┴──────┴──────────┘ └──────┴────────┴──────┴──────────┘
 *                │                                   head 0: empty
 *                └ region and kind (`headOf`)
 *
 * A probe touches one cache line, where `WordTable` touches two, one after the other: at 1,048,576 registrations 25 ns
 * instead of 60. Only words whose offset and data have nothing but zeros in their high halves are here; the short way
 * leaves the others to `RegistrationStore.match`. Linear probing, at most half of the places taken, no tombstones.
 *
 * Reads of typed arrays are asserted present: every index comes from the table itself.
 */

/** Integers in a place, and which is which. */
export const placeLength = 4;
export const placeOffset = 1;
export const placeData = 2;
export const placeNotifier = 3;

/**
 * Odd constants of the hash: `x = head * headFactor + offset * offsetFactor + data`, then `(x ^ (x >>> 15)) *
 * finalFactor`, of which the upper bits count. `OptimizedMemory.writeWord` computes it, too. Without the fold in the
 * middle, keys in regular steps (1,048,576 doorbells of 16 devices) took 15 looks a probe; with it 1.0 to 1.5 for all
 * the patterns of devices that were tried, and one look for data that count up.
 */
export const headFactor = 0x85ebca6b;
export const offsetFactor = 0xc2b2ae35;
export const foldShift = 15;
export const finalFactor = 0x9e3779b1;

/** Region and kind (`kindOf`: at most 17) in one number, which is never 0. Regions below 2^26. */
export function headOf(region: number, kind: number): number {
  return ((region + 1) << 5) | kind;
}

const initialPlaces = 4;

export class ShortTable {
  /** Place p occupies `places[p * 4]` and on. Replaced when the table grows. A power of two of places. */
  places = new Int32Array(initialPlaces * placeLength);
  /** A hash shifted right by this, its lowest two bits cleared, is an index into `places`. */
  shift = 28;
  size = 0;

  /** The notifier of a word, or -1. */
  find(head: number, offset: number, data: number): number {
    const at = this.indexOf(head, offset, data);
    return this.places[at] === 0 ? -1 : this.places[at + placeNotifier]!;
  }

  /** Enters a word, or gives it another notifier. */
  set(head: number, offset: number, data: number, notifier: number): void {
    let at = this.indexOf(head, offset, data);
    if (this.places[at] === 0) {
      if ((this.size + 1) * 2 * placeLength > this.places.length) {
        this.grow();
        at = this.indexOf(head, offset, data);
      }
      this.size++;
    }
    this.put(at, head, offset, data, notifier);
  }

  /** Takes out a word, which must be there, and moves back whatever could then no longer be found. */
  remove(head: number, offset: number, data: number): void {
    const places = this.places;
    const mask = places.length - 1;
    let gap = this.indexOf(head, offset, data);
    if (places[gap] === 0) throw new Error('a word to be removed is not in the table');
    for (let at = (gap + placeLength) & mask; places[at] !== 0; at = (at + placeLength) & mask) {
      // An entry may move back to the gap if its home is not between the gap and where it stands.
      const home = this.homeOf(places[at]!, places[at + placeOffset]!, places[at + placeData]!);
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      places.copyWithin(gap, at, at + placeLength);
      gap = at;
    }
    places.fill(0, gap, gap + placeLength);
    this.size--;
  }

  /** Places that a probe for a word of the table looks at, on average: 1 if every word is where its hash says. */
  looks(): number {
    const places = this.places;
    let looks = 0;
    for (let at = 0; at < places.length; at += placeLength) {
      if (places[at] === 0) continue;
      const home = this.homeOf(places[at]!, places[at + placeOffset]!, places[at + placeData]!);
      looks += ((at - home) & (places.length - 1)) / placeLength + 1;
    }
    return looks / this.size;
  }

  /** Asserts what the table believes of itself. */
  validate(): void {
    let used = 0;
    const places = this.places;
    for (let at = 0; at < places.length; at += placeLength) {
      if (places[at] === 0) continue;
      used++;
      if (this.indexOf(places[at]!, places[at + placeOffset]!, places[at + placeData]!) !== at) {
        throw new Error(`the word at ${at} is not found`);
      }
    }
    if (used !== this.size) throw new Error(`${used} words in the table, ${this.size} counted`);
    if (used * 2 * placeLength > places.length) throw new Error('more than half of the places are taken');
  }

  /** Where a word is, or the empty place where its probe ends. */
  private indexOf(head: number, offset: number, data: number): number {
    const places = this.places;
    const mask = places.length - 1;
    let at = this.homeOf(head, offset, data);
    while (
      places[at] !== 0 &&
      !(places[at] === head && places[at + placeOffset] === offset && places[at + placeData] === data)
    ) {
      at = (at + placeLength) & mask;
    }
    return at;
  }

  /** Where a word would be if it had no neighbours. */
  private homeOf(head: number, offset: number, data: number): number {
    const sum = (Math.imul(head, headFactor) + Math.imul(offset, offsetFactor) + data) | 0;
    return (Math.imul(sum ^ (sum >>> foldShift), finalFactor) >>> this.shift) & -placeLength;
  }

  private put(at: number, head: number, offset: number, data: number, notifier: number): void {
    const places = this.places;
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
      const head = old[at]!;
      if (head === 0) continue;
      const [offset, data] = [old[at + placeOffset]!, old[at + placeData]!];
      this.put(this.indexOf(head, offset, data), head, offset, data, old[at + placeNotifier]!);
    }
  }
}
