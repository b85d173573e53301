import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FastTable } from './fast-table.ts';

type Key = [head: number, offset: number, data: number];
const part = fc.constantFrom(0, 1, 2, -1, 0x7fffffff);
const key: fc.Arbitrary<Key> = fc.tuple(fc.constantFrom(1, 2, -1), part, part);
const step = fc.record({ remove: fc.boolean(), key, notifier: fc.nat(3) });

describe('the short table', () => {
  it('behaves as a Map keyed by the three integers, whatever is set and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new FastTable();
        const twin = new Map<string, number>();
        for (const { remove, key, notifier } of steps) {
          expect(table.find(...key)).toBe(twin.get(key.join()) ?? -1);
          if (!remove) {
            table.set(...key, notifier);
            twin.set(key.join(), notifier);
          } else if (twin.delete(key.join())) table.remove(...key);
          table.validate();
          expect(table.size).toBe(twin.size);
        }
      }),
    );
  });

  it('needs few looks for keys in regular steps, as devices have them', () => {
    const patterns: ((i: number) => Key)[] = [
      (i) => [41, 12, ((i >>> 6) << 16) | (i & 63)],
      (i) => [(5 + (i & 15)) * 32 + 9, 12, ((i >>> 10) << 16) | ((i >>> 4) & 63)],
      (i) => [40, 0x1000 + 4 * i, 0],
      (i) => [40, i << 12, 0],
      (i) => [(5 + (i >>> 6)) * 32 + 4, 0x3000 + 4096 * (i & 63), 0],
    ];
    for (const pattern of patterns) {
      const table = new FastTable();
      for (let i = 0; i < 1 << 14; i++) table.set(...pattern(i), i);
      expect(table.looks()).toBeLessThan(1.7);
    }
  });
});
