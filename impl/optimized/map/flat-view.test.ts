import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highHalf, lowHalf } from '../tables/wide.ts';
import type { FlatRange } from './flat-range.ts';
import { FlatView } from './flat-view.ts';
import { Region } from './region.ts';
import { deltaLowField, regionField } from './slot.ts';

const regions = [0, 1, 2].map((i) => () => new Region(i + 7, `r${i}`, 'io', 64n));
const length = 48;
/** Where byte 0 of the small map lies: the ends of the address space, and a place where halves carry. */
const origins = [0n, 2n ** 32n - 20n, 2n ** 64n - BigInt(length)];

type Coat = { start: number; length: number; ranges: { length: number; region: number; base: number }[] };
const coat: fc.Arbitrary<Coat> = fc.record({
  start: fc.nat(length - 1),
  length: fc.integer({ min: 1, max: 20 }),
  ranges: fc.array(
    fc.record({
      length: fc.integer({ min: 1, max: 8 }),
      region: fc.integer({ min: -1, max: 2 }),
      base: fc.integer({ min: -2, max: 1 }),
    }),
    { maxLength: 6 },
  ),
});

describe('the flat view', () => {
  it('shows at every byte what was put there last, in as few ranges as can be', () => {
    fc.assert(
      fc.property(fc.array(coat, { maxLength: 20 }), fc.constantFrom(...origins), (coats, origin) => {
        const view = new FlatView(0);
        const twin: (string | undefined)[] = Array.from({ length });
        const mine = regions.map((make) => make());
        for (const { start, length: wide, ranges } of coats) {
          const end = Math.min(start + wide, length);
          const fresh: FlatRange[] = [];
          twin.fill(undefined, start, end);
          let at = start;
          for (const range of ranges) {
            const to = Math.min(at + range.length, end);
            const region = mine[range.region];
            if (at < to && region !== undefined) {
              fresh.push({
                start: origin + BigInt(at),
                end: origin + BigInt(to),
                region,
                base: origin + BigInt(range.base),
              });
              twin.fill(`${region.number} ${range.base}`, at, to);
            }
            at = to;
          }
          view.replace(origin + BigInt(start), origin + BigInt(end), fresh);
          view.validate();
        }
        // Twice: the second look finds the cache filled.
        for (let round = 0; round < 2; round++) {
          for (let at = 0; at < length; at++) expect(shown(view, origin, at)).toBe(twin[at]);
        }
        const runs = twin.filter((shows, i) => shows !== undefined && shows !== twin[i - 1]).length;
        expect(view.all()).toHaveLength(runs);
      }),
    );
  });
});

function shown(view: FlatView, origin: bigint, at: number): string | undefined {
  const address = origin + BigInt(at);
  const slot = view.find(highHalf(address), lowHalf(address));
  if (slot === 0) return undefined;
  const region = view.cells[slot + regionField];
  const offset = (lowHalf(address) + (view.cells[slot + deltaLowField] ?? 0)) | 0;
  return `${region} ${at - offset}`;
}
