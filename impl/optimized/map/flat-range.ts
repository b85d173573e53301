/** A range of a flat view, and what is done with lists of ranges. Addresses in bytes. */

import type { Region } from './region.ts';

/** [start, end) is answered by `region`, whose offset 0 is (or would be) at address `base`. QEMU: `FlatRange`. */
export type FlatRange = {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly base: bigint;
};

/** A range that is in a view. */
export class PlacedRange implements FlatRange {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly base: bigint;
  /** The slot of the view that describes it to the dispatch path. */
  readonly slot: number;
  /** Position in the view's list of the region's ranges. */
  position = 0;
  /** Ioeventfds that begin before this range and reach into it. Counted only where the profile tells the host of them. */
  straddling = 0;

  constructor(range: FlatRange, slot: number) {
    this.start = range.start;
    this.end = range.end;
    this.region = range.region;
    this.base = range.base;
    this.slot = slot;
  }
}

/** Whether `next` begins where `range` ends and shows what comes next of the same region. */
export function continues(range: FlatRange, next: FlatRange): boolean {
  return range.end === next.start && range.region === next.region && range.base === next.base;
}

export function isSameRange(a: FlatRange, b: FlatRange | undefined): boolean {
  return (
    b !== undefined && a.start === b.start && a.end === b.end && a.region === b.region && a.base === b.base
  );
}

/** The part of a range before `end`. */
export function cutEnd(range: FlatRange, end: bigint): FlatRange {
  return range.end <= end ? range : { start: range.start, end, region: range.region, base: range.base };
}

/** The part of a range from `start` on. */
export function cutStart(range: FlatRange, start: bigint): FlatRange {
  return range.start >= start ? range : { start, end: range.end, region: range.region, base: range.base };
}

/** Joins adjacent ranges that continue one another (QEMU: `flatview_simplify`). */
export function joined(ranges: readonly FlatRange[]): FlatRange[] {
  const result: FlatRange[] = [];
  for (const range of ranges) {
    const before = result.at(-1);
    if (before !== undefined && continues(before, range)) {
      const { start, region, base } = before;
      result[result.length - 1] = { start, end: range.end, region, base };
    } else result.push(range);
  }
  return result;
}
