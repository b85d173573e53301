import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedIndex } from './ordered-index.ts';
import { RecordTable } from './record-table.ts';

type Key = [number, number, number, number, number, number];

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] as number) >>> 0 < (b[at] as number) >>> 0;
}

function walk(index: OrderedIndex, from: Key): number[] {
  index.seek(...from);
  const records: number[] = [];
  for (let record = index.next(); record >= 0; record = index.next()) records.push(record);
  return records;
}

const half = fc.oneof(fc.constantFrom(0, 1, -1), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const key: fc.Arbitrary<Key> = fc.tuple(fc.nat(3), fc.constant(0), half, fc.nat(3), fc.constant(0), half);

describe('the ordered index', () => {
  it('walks from any key as a sorted array does, after any insertions and removals', () => {
    const steps = fc.array(fc.record({ remove: fc.boolean(), key }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(steps, key, (steps, from) => {
        const table = new RecordTable();
        const index = new OrderedIndex(table);
        for (const { remove, key } of steps) {
          const record = table.find(...key);
          if (record < 0) index.insert(table.add(...key));
          else if (remove) {
            index.remove(record);
            table.remove(record);
          }
        }
        index.validate();
        const sorted = [...table.used()].sort((a, b) => (isBefore(table.key(a), table.key(b)) ? -1 : 1));
        expect(walk(index, from)).toEqual(sorted.filter((record) => !isBefore(table.key(record), from)));
      }),
    );
  });

  it('holds order over many chunks, whether keys come ascending, descending or mixed', () => {
    for (const nth of [(i: number) => i, (i: number) => -i, (i: number) => Math.imul(i, 0x9e3779b1)]) {
      const table = new RecordTable();
      const index = new OrderedIndex(table);
      const records: number[] = [];
      for (let i = 1; i <= 3000; i++) {
        const record = table.add(0, 0, nth(i), 0, 0, 0);
        index.insert(record);
        records.push(record);
      }
      index.validate();
      for (const record of records.filter((_, i) => i % 3 !== 0)) {
        index.remove(record);
        table.remove(record);
      }
      index.validate();
      expect(walk(index, [0, 0, 0, 0, 0, 0])).toHaveLength(1000);
    }
  });
});
