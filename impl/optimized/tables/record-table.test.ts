import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordTable } from './record-table.ts';

type Key = [number, number, number, number, number, number];
const part = fc.constantFrom(0, 1, 2, -1, 0x7fffffff);
const key: fc.Arbitrary<Key> = fc.tuple(part, part, part, part, fc.constant(0), fc.constantFrom(0, 1));
const step = fc.record({ remove: fc.boolean(), key });

describe('the record table', () => {
  it('behaves as a Map keyed by the six integers, whatever is added and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new RecordTable();
        const twin = new Map<string, number>();
        steps.forEach(({ remove, key }, i) => {
          const record = table.find(...key);
          expect(record >= 0).toBe(twin.has(key.join()));
          if (record >= 0) {
            if (table.first(record) !== twin.get(key.join())) throw new Error('another value');
            if (remove) {
              table.remove(record);
              twin.delete(key.join());
            }
          } else if (!remove) {
            table.setFirst(table.add(...key), i);
            twin.set(key.join(), i);
          }
          table.validate();
        });
        const found = [...table.used()].map((record) => [table.key(record).join(), table.first(record)]);
        expect(new Map(found as [string, number][])).toEqual(twin);
      }),
    );
  });

  it('keeps record numbers while it grows and shrinks', () => {
    const table = new RecordTable();
    const records = Array.from({ length: 1000 }, (_, i) => table.add(i, 0, 0, 0, 0, 0));
    for (let i = 0; i < 1000; i += 2) table.remove(records[i] ?? -1);
    table.validate();
    for (let i = 0; i < 1000; i++) expect(table.find(i, 0, 0, 0, 0, 0)).toBe(i % 2 === 0 ? -1 : records[i]);
  });
});
