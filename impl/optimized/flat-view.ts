/**
 * An address space's flat view: disjoint ranges in order of address, each answered by one region.
 *
 *     order      │ 5 │ 2 │ 7 │                 slots, sorted by address: binary search
 *                  │
 *     slots        ▼ start, last, delta, region        64-bit numbers as halves; delta = offset in region - address
 *     cache      │ 0 │ 5 │ 0 │ 2 │             by hash of address / 64: the slot that answered there last time
 *
 * A look-up tries the cache and checks that the slot found covers the address, so a stale cache entry is a miss and
 * never an error: a commit need not flush it. Slot 0 is an empty range, which covers nothing.
 *
 * Reads of typed arrays are asserted present: every index comes from the view itself.
 */

import type { Region } from './region.ts';
import { carry, highHalf, isBelow, lowHalf } from './wide.ts';

/** [start, end) is answered by `region`, whose offset 0 is (or would be) at address `base`. */
export type FlatPiece = {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly base: bigint;
};

/** A piece that is in the view. */
export class Piece implements FlatPiece {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly base: bigint;
  readonly slot: number;
  /** Position among the region's places in this space. */
  position = 0;
  /** Words that begin before this range and reach into it (only kept where the profile looks at them). */
  straddling = 0;

  constructor(piece: FlatPiece, slot: number) {
    this.start = piece.start;
    this.end = piece.end;
    this.region = piece.region;
    this.base = piece.base;
    this.slot = slot;
  }
}

/** Integers in a slot, and which is which. */
export const slotLength = 8;
export const startHighField = 0;
export const startLowField = 1;
export const lastHighField = 2;
export const lastLowField = 3;
export const deltaHighField = 4;
export const deltaLowField = 5;
export const regionField = 6;
/** The region's traits, and which probes can find something in it, above them: see `traits.ts`. */
export const traitsField = 7;

const initialSlots = 4;

export class FlatView {
  /** Slot s occupies `slots[s * 8]` and on. Replaced when the view grows. */
  slots = new Int32Array(initialSlots * slotLength);
  /** Whether only the host knows what matches here (`contract`, while it does not hold all that is visible). */
  asksHost = false;
  private readonly space: 0 | 1;
  private order = new Int32Array(initialSlots);
  private count = 0;
  protected readonly pieces: (Piece | undefined)[] = [undefined];
  private readonly freed: number[] = [];
  private cache = new Int32Array(16);
  private cacheShift = 28;

  constructor(space: 0 | 1) {
    this.space = space;
    clear(this.slots, 0);
  }

  /** The slot that answers an address, or 0. */
  find(high: number, low: number): number {
    const place = (Math.imul(low >>> 6, 0x9e3779b1) + Math.imul(high, 0x85ebca6b)) >>> this.cacheShift;
    const slot = this.cache[place]!;
    const slots = this.slots;
    const at = slot << 3;
    if (
      slots[at + startHighField] === high &&
      slots[at + lastHighField] === high &&
      low >>> 0 >= slots[at + startLowField]! >>> 0 &&
      low >>> 0 <= slots[at + lastLowField]! >>> 0
    ) {
      return slot;
    }
    return this.search(high, low, place);
  }

  /** A region's traits have changed: takes them over into its slots. */
  refreshTraits(region: Region): void {
    for (const { slot } of region.places[this.space])
      this.slots[slot * slotLength + traitsField] = region.traits;
  }

  /** The piece in a slot. */
  piece(slot: number): Piece {
    const piece = this.pieces[slot];
    if (piece === undefined) throw new Error(`slot ${slot} is empty`);
    return piece;
  }

  /** The pieces of the view, in order. */
  all(): Piece[] {
    return Array.from(this.order.subarray(0, this.count), (slot) => this.piece(slot));
  }

  /** What the view shows in [start, end), cut to it. */
  within(start: bigint, end: bigint): FlatPiece[] {
    const found: FlatPiece[] = [];
    for (let at = this.firstEndingAfter(start); at < this.count; at++) {
      const piece = this.piece(this.order[at]!);
      if (piece.start >= end) break;
      if (piece.start >= start && piece.end <= end) found.push(piece);
      else {
        found.push({
          start: piece.start < start ? start : piece.start,
          end: piece.end > end ? end : piece.end,
          region: piece.region,
          base: piece.base,
        });
      }
    }
    return found;
  }

  /**
   * Shows `fresh` in [start, end) from now on, joined with what continues it on either side (QEMU:
   * `flatview_simplify`). Returns the pieces that went and those that came; a piece that stays is in neither.
   */
  replace(start: bigint, end: bigint, fresh: readonly FlatPiece[]): { gone: Piece[]; come: Piece[] } {
    let first = this.firstEndingAfter(start);
    let behind = first;
    while (behind < this.count && this.piece(this.order[behind]!).start < end) behind++;
    // The neighbours take part too: a fresh piece may continue them.
    if (first > 0) first--;
    if (behind < this.count) behind++;
    const old: Piece[] = [];
    for (let at = first; at < behind; at++) old.push(this.piece(this.order[at]!));
    const wanted = joined([
      ...old.filter((piece) => piece.start < start).map((piece) => cutEnd(piece, start)),
      ...fresh,
      ...old.filter((piece) => piece.end > end).map((piece) => cutStart(piece, end)),
    ]);
    let same = 0;
    while (same < old.length && same < wanted.length && isSame(old[same]!, wanted[same]!)) same++;
    let sameAtEnd = 0;
    while (
      sameAtEnd < old.length - same &&
      sameAtEnd < wanted.length - same &&
      isSame(old[old.length - 1 - sameAtEnd]!, wanted[wanted.length - 1 - sameAtEnd]!)
    ) {
      sameAtEnd++;
    }
    const gone = old.slice(same, old.length - sameAtEnd);
    for (const piece of gone) this.release(piece);
    const come = wanted.slice(same, wanted.length - sameAtEnd).map((piece) => this.occupy(piece));
    this.splice(first + same, gone.length, come);
    return { gone, come };
  }

  /** Asserts that ranges are disjoint, joined, in order, and that slots, pieces and places agree. */
  validate(): void {
    const pieces = this.all();
    pieces.forEach((piece, i) => {
      const before = pieces[i - 1];
      if (before !== undefined && before.end > piece.start) throw new Error('ranges overlap');
      if (before !== undefined && continues(before, piece)) throw new Error('ranges are not joined');
      if (piece.start >= piece.end) throw new Error('an empty range');
      const at = piece.slot * slotLength;
      const expected = slotOf(piece);
      if (expected.some((value, field) => this.slots[at + field] !== value))
        throw new Error('slot and piece differ');
      if (piece.region.places[this.space][piece.position] !== piece) throw new Error('a place is lost');
      if (this.search(expected[0]!, expected[1]!, 0) !== piece.slot) throw new Error('a range is not found');
    });
    if (this.covers(0, 0, 0) || this.covers(0, -1, -1)) throw new Error('slot 0 covers something');
  }

  private covers(slot: number, high: number, low: number): boolean {
    const slots = this.slots;
    const at = slot << 3;
    return (
      !isBelow(high, low, slots[at + startHighField]!, slots[at + startLowField]!) &&
      !isBelow(slots[at + lastHighField]!, slots[at + lastLowField]!, high, low)
    );
  }

  private search(high: number, low: number, place: number): number {
    const slots = this.slots;
    const order = this.order;
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const at = order[middle]! << 3;
      if (isBelow(slots[at + lastHighField]!, slots[at + lastLowField]!, high, low)) from = middle + 1;
      else to = middle;
    }
    if (from === this.count) return 0;
    const slot = order[from]!;
    if (!this.covers(slot, high, low)) return 0;
    this.cache[place] = slot;
    return slot;
  }

  /** The position in the order of the first range that ends after an address. */
  private firstEndingAfter(address: bigint): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.piece(this.order[middle]!).end <= address) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private occupy(wanted: FlatPiece): Piece {
    const slot = this.freed.pop() ?? this.pieces.length;
    const piece = new Piece(wanted, slot);
    this.pieces[slot] = piece;
    if ((slot + 1) * slotLength > this.slots.length) this.grow();
    this.slots.set(slotOf(piece), slot * slotLength);
    const places = piece.region.places[this.space];
    piece.position = places.length;
    places.push(piece);
    return piece;
  }

  private release(piece: Piece): void {
    this.pieces[piece.slot] = undefined;
    this.freed.push(piece.slot);
    clear(this.slots, piece.slot);
    const places = piece.region.places[this.space];
    const moved = places.pop()!;
    if (moved === piece) return;
    places[piece.position] = moved;
    moved.position = piece.position;
  }

  private splice(at: number, removed: number, come: readonly Piece[]): void {
    const count = this.count - removed + come.length;
    if (count > this.order.length) {
      const grown = new Int32Array(Math.max(count, this.order.length * 2));
      grown.set(this.order);
      this.order = grown;
    }
    this.order.copyWithin(at + come.length, at + removed, this.count);
    come.forEach((piece, i) => {
      this.order[at + i] = piece.slot;
    });
    this.count = count;
  }

  private grow(): void {
    const grown = new Int32Array(this.slots.length * 2);
    grown.set(this.slots);
    this.slots = grown;
    // Four places a range keep most ranges of a busy space in the cache.
    const places = (grown.length / slotLength) * 4;
    if (places <= this.cache.length) return;
    this.cache = new Int32Array(places);
    this.cacheShift = Math.clz32(places) + 1;
  }
}

/** Whether `next` begins where `piece` ends and shows what comes next of the same region. */
function continues(piece: FlatPiece, next: FlatPiece): boolean {
  return piece.end === next.start && piece.region === next.region && piece.base === next.base;
}

export function isSame(a: FlatPiece, b: FlatPiece | undefined): boolean {
  return (
    b !== undefined && a.start === b.start && a.end === b.end && a.region === b.region && a.base === b.base
  );
}

function cutEnd(piece: FlatPiece, end: bigint): FlatPiece {
  return piece.end <= end ? piece : { start: piece.start, end, region: piece.region, base: piece.base };
}

function cutStart(piece: FlatPiece, start: bigint): FlatPiece {
  return piece.start >= start ? piece : { start, end: piece.end, region: piece.region, base: piece.base };
}

/** Adjacent pieces that continue one another made one (QEMU: `flatview_simplify`). */
export function joined(pieces: readonly FlatPiece[]): FlatPiece[] {
  const result: FlatPiece[] = [];
  for (const piece of pieces) {
    const before = result.at(-1);
    if (before !== undefined && continues(before, piece)) {
      result[result.length - 1] = {
        start: before.start,
        end: piece.end,
        region: piece.region,
        base: piece.base,
      };
    } else result.push(piece);
  }
  return result;
}

/** The integers of a piece's slot. */
function slotOf(piece: FlatPiece): number[] {
  const last = piece.end - 1n;
  const delta = -piece.base;
  return [
    highHalf(piece.start),
    lowHalf(piece.start),
    highHalf(last),
    lowHalf(last),
    highHalf(delta),
    lowHalf(delta),
    piece.region.number,
    piece.region.traits,
  ];
}

/** Makes a slot an empty range: it starts above its end. */
function clear(slots: Int32Array, slot: number): void {
  const at = slot * slotLength;
  slots.fill(0, at, at + slotLength);
  slots[at + startHighField] = -1;
  slots[at + startLowField] = -1;
}

/** High half of a 64-bit sum of halves. */
export function sumHigh(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return (aHigh + bHigh + carry(aLow, bLow)) | 0;
}
