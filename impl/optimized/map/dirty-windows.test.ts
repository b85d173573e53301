import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spaceEnd } from '../tables/wide.ts';
import { DirtyWindows } from './dirty-windows.ts';

describe('dirty windows', () => {
  it('cover exactly the bytes that were added, disjoint and in order', () => {
    const range = fc.tuple(fc.bigInt(0n, 40n), fc.bigInt(-2n, 8n));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const windows = new DirtyWindows();
        const bytes = new Set<bigint>();
        for (const [start, length] of ranges) {
          windows.add(start, start + length);
          for (let at = start; at < start + length; at++) bytes.add(at);
        }
        const taken = windows.take();
        const covered = taken.flatMap(({ start, end }) =>
          Array.from({ length: Number(end - start) }, (_, i) => start + BigInt(i)),
        );
        expect(covered).toEqual([...bytes].sort((a, b) => (a < b ? -1 : 1)));
        expect(taken.every(({ start }, i) => i === 0 || (taken[i - 1]?.end ?? 0n) < start)).toBe(true);
        expect(windows.take()).toEqual([]);
      }),
    );
  });

  it('are cut to the address space, and may be all of it', () => {
    const windows = new DirtyWindows();
    windows.add(spaceEnd - 1n, spaceEnd + 5n);
    windows.add(spaceEnd, spaceEnd + 5n);
    expect(windows.take()).toEqual([{ start: spaceEnd - 1n, end: spaceEnd }]);
    windows.add(1n, 2n);
    windows.addAll();
    expect(windows.take()).toEqual([{ start: 0n, end: spaceEnd }]);
  });
});
