/**
 * An address space's flat view: disjoint ranges in order of address, each answered by one region.
 *
 *     order      │ 5 │ 2 │ 7 │                 slots, sorted by address: binary search
 *                  │
 *     cells  ┌─────│─────────────┬──────────────────────────────────────────────────────┐
 *            │ cache             │ slot 0 (nothing)  │ slot 1  │ ▼ slot 5 │ ...          │
 *            └───────────────────┴──────────────────────────────────────────────────────┘
 *              │ by hash of address / 64: where the slot begins that answered there last time
 *
 * Cache and slots (`slot.ts`) share one array: for each array that it reads, compiled code loads a pointer and a length.
 * A look-up tries the cache and checks that the slot found covers the address. So a stale cache entry is a miss and
 * never an error, and a commit need not flush it. Slot 0 is an empty range, which covers nothing.
 *
 * Reads of typed arrays are asserted present: every index comes from the view itself.
 */

import { must, mustBeSame } from '../tables/must.ts';
import { copyOf, integers, zerosOf } from '../tables/small-arrays.ts';
import { carry, highHalf, isBelow, lowHalf } from '../tables/wide.ts';
import { grownLength, standardThresholds, type Thresholds } from '../thresholds.ts';
import {
  continues,
  cutEnd,
  cutStart,
  type FlatRange,
  isSameRange,
  joined,
  PlacedRange,
} from './flat-range.ts';
import type { Region } from './region.ts';
import {
  headField,
  headWithoutSize,
  lastHighField,
  lastLowField,
  planField,
  planOf,
  type StoreWay,
  slotLength,
  slotOf,
  slotShift,
  startHighField,
  startLowField,
  traitsField,
} from './slot.ts';

/** Spreads addresses over the cache: `OptimizedMemory.writeWord` uses it, too. */
export const cacheFactor = 0x9e3779b1;
const noRanges: readonly PlacedRange[] = [];

export class FlatView {
  /** The cache, followed by the slots. Replaced when the view grows. */
  cells: Int32Array<ArrayBuffer>;
  /** Shifts a 32-bit hash to a place of the cache. */
  shift: number;
  /** Sizes of stores that may take the fast path here now: a bit each. */
  fastSizes: number;
  /** Sizes of stores that may ever take it: a bit each. */
  private readonly allowedSizes: number;
  private readonly way: StoreWay;
  private readonly thresholds: Thresholds;
  private hasToAsk = false;
  /** Integers in the cache: where slot 0 begins. */
  private places: number;
  private order: Int32Array<ArrayBuffer>;
  private count = 0;
  private readonly ranges: (PlacedRange | undefined)[] = [undefined];
  /** The ranges in which each region answers, by its number. A range knows its position in the list. */
  private readonly byRegion: (PlacedRange[] | undefined)[] = [];
  private readonly freed: number[] = [];
  /** What the fingerprint says of the ranges. Undefined after a change. See `viewText`. */
  text: string | undefined;
  /** Whether another view reads the same arrays. Then they are copied before a slot is written to. The cache serves both. */
  private isShared = true;

  /** `fastSizes`: sizes of stores that may take the fast path, a bit each. */
  constructor(
    fastSizes: number = standardThresholds.fastSizes,
    way: StoreWay = 'cut',
    thresholds: Thresholds = standardThresholds,
  ) {
    this.allowedSizes = fastSizes;
    this.fastSizes = fastSizes;
    this.way = way;
    this.thresholds = thresholds;
    this.places = thresholds.cachePlaces;
    this.shift = Math.clz32(this.places) + 1;
    this.cells = emptyCells(thresholds);
    this.order = zerosOf(thresholds.slots);
  }

  /** Whether only the host knows what matches here (`contract`, while it does not hold exactly what is visible). */
  get asksHost(): boolean {
    return this.hasToAsk;
  }

  set asksHost(asks: boolean) {
    this.hasToAsk = asks;
    this.fastSizes = asks ? 0 : this.allowedSizes;
  }

  /** Where in `cells` the slot begins that answers an address, or 0. */
  find(high: number, low: number): number {
    const place = placeOf(high, low) >>> this.shift;
    const at = this.cells[place]!;
    return this.covers(at, high, low) ? at : this.search(high, low, place);
  }

  /** A region's traits have changed: takes them over into its slots. */
  refreshTraits(region: Region): void {
    const ranges = this.rangesOf(region.number);
    if (ranges.length === 0) return;
    if (this.isShared) this.unshare();
    for (const range of ranges) {
      const at = this.beginning(range.slot);
      this.cells[at + traitsField] = region.traits;
      this.cells[at + planField] = planOf(range, this.way);
      this.cells[at + headField] = headWithoutSize(region.number, region.traits);
    }
  }

  /** The ranges in which a region answers, by its number. */
  rangesOf(region: number): readonly PlacedRange[] {
    return this.byRegion[region] ?? noRanges;
  }

  /** The range in a slot. */
  range(slot: number): PlacedRange {
    const range = this.ranges[slot];
    must(range !== undefined, 'a slot is empty');
    return range;
  }

  /** Slots in use, free ones, and places of the cache that lead to a range. */
  get slots(): { readonly used: number; readonly free: number; readonly cached: number } {
    let cached = 0;
    for (let place = 0; place < this.places; place++) if (this.cells[place] !== this.places) cached++;
    return { used: this.count, free: this.freed.length, cached };
  }

  /** The ranges of the view, in order. */
  all(): PlacedRange[] {
    const ranges: PlacedRange[] = [];
    for (let at = 0; at < this.count; at++) ranges.push(this.range(this.order[at]!));
    return ranges;
  }

  /** What the view shows in [start, end), cut to it. */
  within(start: bigint, end: bigint): FlatRange[] {
    const found: FlatRange[] = [];
    for (let at = this.firstEndingAfter(start); at < this.count; at++) {
      const range = this.range(this.order[at]!);
      if (range.start >= end) break;
      if (range.start >= start && range.end <= end) found.push(range);
      else {
        found.push({
          start: range.start < start ? start : range.start,
          end: range.end > end ? end : range.end,
          region: range.region,
          base: range.base,
        });
      }
    }
    return found;
  }

  /**
   * Shows `fresh` in [start, end) from now on, joined with what continues it on either side (QEMU:
   * `flatview_simplify`). Returns the ranges that went and those that came; a range that stays is in neither.
   */
  replace(
    start: bigint,
    end: bigint,
    fresh: readonly FlatRange[],
  ): { gone: PlacedRange[]; come: PlacedRange[] } {
    let first = this.firstEndingAfter(start);
    let after = first;
    while (after < this.count && this.range(this.order[after]!).start < end) after++;
    // The neighbours take part too: a fresh range may continue them.
    if (first > 0) first--;
    if (after < this.count) after++;
    const old: PlacedRange[] = [];
    for (let at = first; at < after; at++) old.push(this.range(this.order[at]!));
    const wanted = joined([
      ...old.filter((range) => range.start < start).map((range) => cutEnd(range, start)),
      ...fresh,
      ...old.filter((range) => range.end > end).map((range) => cutStart(range, end)),
    ]);
    let same = 0;
    while (same < old.length && same < wanted.length && isSameRange(old[same]!, wanted[same]!)) same++;
    let sameAtEnd = 0;
    while (
      sameAtEnd < old.length - same &&
      sameAtEnd < wanted.length - same &&
      isSameRange(old[old.length - 1 - sameAtEnd]!, wanted[wanted.length - 1 - sameAtEnd]!)
    ) {
      sameAtEnd++;
    }
    if (this.isShared) this.unshare();
    this.text = undefined;
    const gone = old.slice(same, old.length - sameAtEnd);
    for (const range of gone) this.release(range);
    const come = wanted.slice(same, wanted.length - sameAtEnd).map((range) => this.occupy(range));
    this.splice(first + same, gone.length, come);
    return { gone, come };
  }

  /** Asserts that ranges are disjoint, joined, in order, and that slots, ranges, lists and cache agree. */
  validate(): void {
    const ranges = this.all();
    ranges.forEach((range, i) => {
      const before = ranges[i - 1];
      must(before === undefined || before.end <= range.start, 'ranges overlap');
      must(before === undefined || !continues(before, range), 'ranges are not joined');
      must(range.start < range.end, 'an empty range');
      const at = this.beginning(range.slot);
      const expected = slotOf(range, this.way, this.thresholds);
      must(
        expected.every((value, field) => this.cells[at + field] === value),
        'slot and range differ',
      );
      must(this.rangesOf(range.region.number)[range.position] === range, 'a range is not in its list');
      for (const address of [range.start, range.end - 1n]) {
        must(this.find(highHalf(address), lowHalf(address)) === at, 'a range is not found');
      }
    });
    this.validateSlots(ranges.map(({ slot }) => slot));
    const listed = this.byRegion.reduce((sum, list) => sum + (list?.length ?? 0), 0);
    must(
      listed === ranges.length,
      listed,
      ' ranges in the lists of regions, ',
      ranges.length,
      ' in the view',
    );
    must(this.fastSizes === (this.hasToAsk ? 0 : this.allowedSizes), 'the fast path is open, or not');
  }

  /** Each slot is of a range, or free and empty, as slot 0 is; the cache leads to slots. */
  private validateSlots(used: readonly number[]): void {
    mustBeSame([0, ...used, ...this.freed], this.ranges.keys(), 'slots');
    const empty = new Int32Array(slotLength);
    clearSlot(empty, 0);
    for (const slot of [0, ...this.freed]) {
      must(this.ranges[slot] === undefined, 'slot ', slot, ' is free, and has a range');
      const at = this.beginning(slot);
      must(
        empty.every((value, field) => this.cells[at + field] === value),
        'slot ',
        slot,
        ' is not empty',
      );
    }
    must(this.shift === Math.clz32(this.places) + 1, 'the shift does not fit the cache');
    for (const at of this.cells.subarray(0, this.places)) {
      const slot = (at - this.places) >> slotShift;
      must(
        slot >= 0 && slot < this.ranges.length && at === this.beginning(slot),
        'the cache leads to no slot',
      );
    }
  }

  /** Becomes a copy of another view, of these regions, by number. What is in arrays is shared until one is written to. */
  copyFrom(other: FlatView, regions: readonly Region[]): void {
    other.isShared = true;
    this.cells = other.cells;
    this.shift = other.shift;
    this.fastSizes = other.fastSizes;
    this.hasToAsk = other.hasToAsk;
    this.places = other.places;
    this.order = other.order;
    this.count = other.count;
    this.text = other.text;
    this.isShared = true;
    for (const slot of other.freed) this.freed.push(slot);
    for (let slot = 1; slot < other.ranges.length; slot++) {
      const range = other.ranges[slot];
      this.ranges.push(range && this.copyOfRange(range, regions[range.region.number]!));
    }
  }

  private copyOfRange(
    { start, end, base, slot, position, straddling }: PlacedRange,
    region: Region,
  ): PlacedRange {
    const copy = new PlacedRange({ start, end, region, base }, slot);
    copy.position = position;
    copy.straddling = straddling;
    this.listOf(region.number)[position] = copy;
    return copy;
  }

  private unshare(): void {
    this.cells = copyOf(this.cells, this.thresholds);
    this.order = copyOf(this.order, this.thresholds);
    this.isShared = false;
  }

  private beginning(slot: number): number {
    return this.places + (slot << slotShift);
  }

  private covers(at: number, high: number, low: number): boolean {
    const cells = this.cells;
    return (
      !isBelow(high, low, cells[at + startHighField]!, cells[at + startLowField]!) &&
      !isBelow(cells[at + lastHighField]!, cells[at + lastLowField]!, high, low)
    );
  }

  private search(high: number, low: number, place: number): number {
    const cells = this.cells;
    const order = this.order;
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const at = this.beginning(order[middle]!);
      if (isBelow(cells[at + lastHighField]!, cells[at + lastLowField]!, high, low)) from = middle + 1;
      else to = middle;
    }
    if (from === this.count) return 0;
    const at = this.beginning(order[from]!);
    if (!this.covers(at, high, low)) return 0;
    cells[place] = at;
    return at;
  }

  /** The position in the order of the first range that ends after an address. */
  private firstEndingAfter(address: bigint): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.range(this.order[middle]!).end <= address) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private occupy(wanted: FlatRange): PlacedRange {
    const slot = this.freed.pop() ?? this.ranges.length;
    const range = new PlacedRange(wanted, slot);
    this.ranges[slot] = range;
    if (this.beginning(slot + 1) > this.cells.length) this.grow();
    this.cells.set(slotOf(range, this.way, this.thresholds), this.beginning(slot));
    const list = this.listOf(range.region.number);
    range.position = list.length;
    list.push(range);
    return range;
  }

  private listOf(region: number): PlacedRange[] {
    const { byRegion } = this;
    // No holes: the engine treats an array with holes as a dictionary.
    while (byRegion.length <= region) byRegion.push(undefined);
    byRegion[region] ??= [];
    return byRegion[region];
  }

  private release(range: PlacedRange): void {
    this.ranges[range.slot] = undefined;
    this.freed.push(range.slot);
    this.clear(range.slot);
    const list = this.listOf(range.region.number);
    const moved = list.pop()!;
    if (moved === range) return;
    list[range.position] = moved;
    moved.position = range.position;
  }

  private splice(at: number, removed: number, come: readonly PlacedRange[]): void {
    const count = this.count - removed + come.length;
    if (count > this.order.length) {
      const { growth } = this.thresholds;
      const grown = integers(Math.max(count, grownLength(this.order.length, growth)), this.thresholds);
      grown.set(this.order);
      this.order = grown;
    }
    this.order.copyWithin(at + come.length, at + removed, this.count);
    come.forEach((range, i) => {
      this.order[at + i] = range.slot;
    });
    this.count = count;
  }

  /** Twice as many slots, and four places of the cache for each (`Thresholds`): so most ranges of a busy space are in it. */
  private grow(): void {
    const { growth, cachePlaces, cachePlacesPerSlot } = this.thresholds;
    const slots = this.cells.subarray(this.places);
    const count = grownLength(slots.length / slotLength, growth);
    const places = Math.max(cachePlaces, powerOfTwoFrom(count * cachePlacesPerSlot));
    const grown = integers(places + count * slotLength, this.thresholds);
    grown.fill(places, 0, places);
    grown.set(slots, places);
    this.cells = grown;
    this.places = places;
    this.shift = Math.clz32(places) + 1;
  }

  private clear(slot: number): void {
    clearSlot(this.cells, this.beginning(slot));
  }
}

/** What every new view of these thresholds reads until it is written to. The cache leads to slot 0. */
function emptyCells(thresholds: Thresholds): Int32Array<ArrayBuffer> {
  const known = emptyViews.get(thresholds);
  if (known !== undefined) return known;
  const { cachePlaces, slots } = thresholds;
  const cells = new Int32Array(cachePlaces + slots * slotLength).fill(cachePlaces, 0, cachePlaces);
  clearSlot(cells, cachePlaces);
  emptyViews.set(thresholds, cells);
  return cells;
}

const emptyViews = new WeakMap<Thresholds, Int32Array<ArrayBuffer>>();

/** Makes a slot an empty range: it starts above its end. */
function clearSlot(cells: Int32Array, at: number): void {
  cells.fill(0, at, at + slotLength);
  cells[at + startHighField] = -1;
  cells[at + startLowField] = -1;
}

/** The least power of two that is no less than a number from 1 on; 0 for 0. */
function powerOfTwoFrom(number: number): number {
  return number === 0 ? 0 : 2 ** (32 - Math.clz32(number - 1));
}

/** The hash of an address, whose upper bits say where the cache would have it. */
export function placeOf(high: number, low: number): number {
  return Math.imul((low >>> 6) ^ high, cacheFactor);
}

/** High half of a 64-bit sum of halves. */
export function sumHigh(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return (aHigh + bHigh + carry(aLow, bLow)) | 0;
}
