/** The address ranges of a space that must be rendered at the next commit. [start, end), in bytes. */

import { spaceEnd } from '../tables/wide.ts';

export type Window = { start: bigint; end: bigint };

export class DirtyWindows {
  private windows: Window[] = [];

  /** The ranges that were added and not yet taken, as they were added. */
  get all(): readonly Window[] {
    return this.windows;
  }

  /** Adds a range, which begins in the address space, cut to it. */
  add(start: bigint, end: bigint): void {
    if (end > spaceEnd) end = spaceEnd;
    if (start < end) this.windows.push({ start, end });
  }

  /** Everything is to be rendered. */
  addAll(): void {
    this.windows = [{ start: 0n, end: spaceEnd }];
  }

  copyFrom(other: DirtyWindows): void {
    for (const { start, end } of other.windows) this.windows.push({ start, end });
  }

  /** Returns the ranges, disjoint, not adjacent, in order, and forgets them. */
  take(): Window[] {
    const sorted = this.windows;
    this.windows = [];
    if (sorted.length < 2) return sorted;
    sorted.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    const result: Window[] = [];
    for (const window of sorted) {
      const before = result.at(-1);
      if (before === undefined || before.end < window.start) result.push(window);
      else if (before.end < window.end) before.end = window.end;
    }
    return result;
  }
}
