/**
 * Renders a window of an address space: which region answers which address, as a list of disjoint ranges.
 *
 * What lies on top is painted first. What is painted later fills only the gaps that are left:
 *
 *     window    |------------------------------|
 *     child B         |########|                   painted first: higher priority
 *     child A   |@@@@@@@@@@@@|                     gets the gap before B
 *     ranges    |@@@@@|########|...............|
 *
 * Source: QEMU's `render_memory_region`; clauses D5, D8 and "The map" of the contract.
 */

import { greater, lesser } from '../tables/wide.ts';
import type { FlatRange } from './flat-range.ts';
import { isAbove, type Region } from './region.ts';

type Gap = { start: bigint; end: bigint };
type Canvas = { readonly gaps: Gap[]; readonly ranges: FlatRange[] };
/** To render a region with all that lies on it into [start, end), or, later, only the region itself. */
export type Task = FlatRange & { readonly isItself: boolean };

/** Rendering. Each rule of the map is a method. */
export class Renderer {
  /** Renders `root`, whose offset 0 is at address `base`, into [start, end). The ranges come in order of address. */
  render(root: Region, base: bigint, start: bigint, end: bigint): FlatRange[] {
    const canvas: Canvas = { gaps: [{ start, end }], ranges: [] };
    // A stack of what is still to be done, not recursion: regions may be nested deeper than the call stack allows.
    const open: Task[] = [{ region: root, base, start, end, isItself: false }];
    for (let task = open.pop(); task !== undefined; task = open.pop()) {
      if (task.isItself) paint(canvas, task);
      else this.visit(canvas, task, open);
    }
    return canvas.ranges.sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  private visit(canvas: Canvas, task: Task, open: Task[]): void {
    const { region, base } = task;
    if (!this.isShown(region)) return;
    const { start, end } = this.clip(task);
    if (start >= end || firstGap(canvas.gaps, start, end) < 0) return;
    if (region.target !== undefined) {
      open.push({ region: region.target, base: this.targetBase(region, base), start, end, isItself: false });
      return;
    }
    // What is pushed last is done first: the topmost child before its siblings, the region itself after all of them.
    if (region.terminates) open.push({ region, base, start, end, isItself: true });
    this.pushChildren({ region, base, start, end }, open);
  }

  /** Subregions lie on top of the region that holds them (M3). */
  pushChildren({ region, base, start, end }: FlatRange, open: Task[]): void {
    if (region.enabledChildren.size === 0) return;
    const children: Region[] = [];
    region.children.overlapping(start - base, end - base, children);
    if (children.length > 1) children.sort((a, b) => (this.isAbove(a, b) ? 1 : -1));
    for (const child of children) {
      open.push({ region: child, base: base + child.address, start, end, isItself: false });
    }
  }

  /** A disabled region shows neither itself nor its subregions (D5). */
  isShown(region: Region): boolean {
    return region.enabled;
  }

  /** What of the task's window the region reaches (M4, M5). */
  clip({ region, base, start, end }: FlatRange): Gap {
    return { start: greater(base, start), end: lesser(base + region.size, end) };
  }

  /** The address of offset 0 of an alias's target, where the alias's own offset 0 is at `base` (M4). */
  targetBase(alias: Region, base: bigint): bigint {
    return base - alias.targetOffset;
  }

  /** Whether `a` lies on top of `b` where both are children of one container (D5, M1). */
  isAbove(a: Region, b: Region): boolean {
    return isAbove(a, b);
  }
}

/** Gives the region every gap in [start, end). */
function paint(canvas: Canvas, { region, base, start, end }: FlatRange): void {
  const gaps = canvas.gaps;
  let at = firstGap(gaps, start, end);
  if (at < 0) return;
  while (at < gaps.length && gaps[at]!.start < end) {
    const gap = gaps[at]!;
    const from = gap.start > start ? gap.start : start;
    const to = gap.end < end ? gap.end : end;
    canvas.ranges.push({ start: from, end: to, region, base });
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
