import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf } from './ioeventfd.ts';
import { IoeventfdStore } from './ioeventfd-store.ts';
import { probesShift } from './traits.ts';

/** The naive twin: a list, sorted when asked. */
type Entry = { region: number; offset: number; kind: number; data: number; notifier: number };

function compare(a: Entry, b: Entry): number {
  return a.offset - b.offset || a.kind - b.kind || a.data - b.data || a.notifier - b.notifier;
}

const ioeventfd = fc.record({
  region: fc.nat(2),
  offset: fc.nat(3),
  kind: fc.constantFrom(0, kindOf(1, false), kindOf(4, false), kindOf(4, true)),
  data: fc.nat(2),
  notifier: fc.nat(3),
});
const step = fc.record({ remove: fc.boolean(), ioeventfd });

describe('the registration store', () => {
  it('matches, finds and removes as a sorted list does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = new IoeventfdStore();
        const list: Entry[] = [];
        for (const { remove, ioeventfd } of steps) {
          const entry = { ...ioeventfd, data: (ioeventfd.kind & 1) === 1 ? ioeventfd.data : 0 };
          apply(store, list, remove, entry);
          store.validate();
          compareAll(store, list);
        }
      }),
    );
  });
});

function apply(store: IoeventfdStore, list: Entry[], remove: boolean, entry: Entry): void {
  const { region, offset, kind, data, notifier } = entry;
  if (!remove) {
    store.add(region, 0, offset, kind, 0, data, notifier);
    list.push(entry);
    list.sort(compare);
    return;
  }
  const at = list.findIndex((other) => other.region === region && compare(other, entry) === 0);
  const record = store.table.find(region, 0, offset, kind, 0, data);
  expect(record >= 0 && store.remove(record, notifier)).toBe(at >= 0);
  if (at >= 0) list.splice(at, 1);
}

function compareAll(store: IoeventfdStore, list: readonly Entry[]): void {
  for (let region = 0; region < 3; region++) {
    expect(store.isEmpty(region)).toBe(list.every((entry) => entry.region !== region));
    for (let offset = 0; offset < 4; offset++) {
      const here = list.filter((entry) => entry.region === region && entry.offset === offset);
      const first = store.firstAt(region, 0, offset);
      expect(first < 0 ? undefined : store.table.first(first)).toBe(here[0]?.notifier);
      for (const size of [1, 4]) {
        for (let data = 0; data < 3; data++) {
          const fits = ({ kind, data: wanted }: Entry) =>
            kind === 0 || kind === kindOf(size, false) || (kind === kindOf(size, true) && wanted === data);
          expect(store.match(store.probesOf(region) << probesShift, region, 0, offset, size, 0, data)).toBe(
            here.find(fits)?.notifier ?? -1,
          );
        }
      }
    }
  }
}
