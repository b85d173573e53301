/**
 * Renders a window of an address space: which region answers which address, as a list of disjoint pieces.
 *
 * What lies on top is painted first, and each later coat only reaches the gaps that are left:
 *
 *     window    |------------------------------|
 *     child B         |########|                   painted first: higher priority
 *     child A   |@@@@@@@@@@@@|                     gets the gap before B
 *     pieces    |@@@@@|########|...............|
 *
 * Source: QEMU's `render_memory_region`; clauses D5, D8 and "The map" of the contract.
 */

import type { FlatPiece } from './flat-view.ts';
import { isAbove, type Region } from './region.ts';

/** Renders `root`, whose offset 0 is at address `base`, into [start, end). The pieces come in order of address. */
export function render(root: Region, base: bigint, start: bigint, end: bigint): FlatPiece[] {
  if (start >= end) return [];
  const canvas: Canvas = { gaps: [{ start, end }], pieces: [] };
  visit(canvas, root, base, start, end);
  return canvas.pieces.sort((a, b) => (a.start < b.start ? -1 : 1));
}

type Gap = { start: bigint; end: bigint };
type Canvas = { readonly gaps: Gap[]; readonly pieces: FlatPiece[] };

function visit(canvas: Canvas, region: Region, base: bigint, clipStart: bigint, clipEnd: bigint): void {
  if (!region.enabled) return;
  const start = base > clipStart ? base : clipStart;
  const last = base + region.size;
  const end = last < clipEnd ? last : clipEnd;
  if (start >= end || firstGap(canvas.gaps, start, end) < 0) return;
  if (region.target !== undefined) {
    visit(canvas, region.target, base - region.targetOffset, start, end);
    return;
  }
  if (region.enabledChildren.size > 0) {
    const children: Region[] = [];
    region.children.overlapping(start - base, end - base, children);
    if (children.length > 1) children.sort((a, b) => (isAbove(a, b) ? -1 : 1));
    for (const child of children) visit(canvas, child, base + child.address, start, end);
  }
  if (region.terminates) paint(canvas, region, base, start, end);
}

/** Gives the region every gap in [start, end). */
function paint(canvas: Canvas, region: Region, base: bigint, start: bigint, end: bigint): void {
  const gaps = canvas.gaps;
  let at = firstGap(gaps, start, end);
  if (at < 0) return;
  while (at < gaps.length && gaps[at]!.start < end) {
    const gap = gaps[at]!;
    const from = gap.start > start ? gap.start : start;
    const to = gap.end < end ? gap.end : end;
    canvas.pieces.push({ start: from, end: to, region, base });
    const rest: Gap[] = [];
    if (gap.start < from) rest.push({ start: gap.start, end: from });
    if (to < gap.end) rest.push({ start: to, end: gap.end });
    gaps.splice(at, 1, ...rest);
    if (gap.start < from) at++;
    if (to < gap.end) return;
  }
}

/** The index of the first gap that overlaps [start, end), or -1. */
function firstGap(gaps: readonly Gap[], start: bigint, end: bigint): number {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (gaps[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  return low < gaps.length && gaps[low]!.start < end ? low : -1;
}
