import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ioeventfd } from '../tables/ioeventfd.ts';
import { kindOf } from '../tables/ioeventfd.ts';
import { highHalf, lowHalf } from '../tables/wide.ts';
import { KernelBus } from './kernel-bus.ts';

/** The naive twin: the kernel's array and its search, entry by entry, on whole numbers. */
type Entry = { address: bigint; size: number; data: number | undefined; notifier: number };
const wrap = (value: bigint) => BigInt.asUintN(64, value);

function compare(a: { address: bigint; size: number }, b: { address: bigint; size: number }): number {
  if (a.address < b.address) return -1;
  const [endA, endB] =
    b.size === 0
      ? [a.address, b.address]
      : [wrap(a.address + BigInt(a.size)), wrap(b.address + BigInt(b.size))];
  return endA > endB ? 1 : 0;
}

function search(bus: readonly Entry[], address: bigint, size: number, data: number): number {
  const key = { address, size };
  let base = 0;
  let number = bus.length;
  let found = -1;
  while (number > 0 && found < 0) {
    const pivot = base + (number >> 1);
    const result = compare(key, bus[pivot] as Entry);
    if (result === 0) found = pivot;
    if (result > 0) {
      base = pivot + 1;
      number--;
    }
    number >>= 1;
  }
  if (found < 0) return -1;
  while (found > 0 && compare(key, bus[found - 1] as Entry) === 0) found--;
  for (let at = found; at < bus.length && compare(key, bus[at] as Entry) === 0; at++) {
    const entry = bus[at] as Entry;
    const takes = entry.address === address && (entry.size === 0 || entry.size === size);
    if (takes && (entry.data === undefined || entry.data === data)) return entry.notifier;
  }
  return -1;
}

function objection(bus: readonly Entry[], entry: Entry): string | undefined {
  if (entry.size > 0 && entry.address + BigInt(entry.size) >= 2n ** 64n) return 'EINVAL';
  const collides = (other: Entry) =>
    other.address === entry.address &&
    (other.size === 0 ||
      entry.size === 0 ||
      (other.size === entry.size &&
        (other.data === undefined || entry.data === undefined || other.data === entry.data)));
  return bus.some(collides) ? 'EEXIST' : undefined;
}

function asIoeventfd({ address, size, data, notifier }: Entry): Ioeventfd {
  const kind = kindOf(size, data !== undefined);
  const [addressHigh, addressLow] = [highHalf(address), lowHalf(address)];
  return { addressHigh, addressLow, kind, dataHigh: 0, dataLow: data ?? 0, notifier, taken: true };
}

const step = fc.record({
  remove: fc.nat(3).map((die) => die === 0),
  at: fc.nat(14),
  size: fc.constantFrom(0, 1, 2, 4, 8),
  data: fc.option(fc.nat(1), { nil: undefined }),
});

describe('the kernel bus', () => {
  it('takes, refuses, finds and misses what the kernel does', () => {
    const origin = fc.constantFrom(0x1000n, 2n ** 32n - 8n, 2n ** 64n - 15n);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 24 }), origin, (steps, origin) => {
        const bus = new KernelBus();
        const twin: Entry[] = [];
        steps.forEach(({ remove, at, size, data }, i) => {
          const entry = {
            address: origin + BigInt(at),
            size,
            data: size === 0 ? undefined : data,
            notifier: i,
          };
          if (remove && twin.length > 0) {
            bus.remove(asIoeventfd(twin.splice(at % twin.length, 1)[0] as Entry));
          } else {
            expect(bus.objection(asIoeventfd(entry))).toBe(objection(twin, entry));
            if (objection(twin, entry) !== undefined) return;
            const greater = twin.findIndex((other) => compare(other, entry) > 0);
            twin.splice(greater < 0 ? twin.length : greater, 0, entry);
            bus.insert(asIoeventfd(entry));
          }
          bus.validate();
          expect(bus.entries().map((found) => found.notifier)).toEqual(twin.map((found) => found.notifier));
        });
        for (let at = 0; at < 15; at++) {
          for (let size = 1; size <= 8; size++) {
            for (const data of [0, 1, 0]) {
              const address = origin + BigInt(at);
              const found = bus.find(highHalf(address), lowHalf(address), size, 0, data);
              expect(found).toBe(search(twin, address, size, data));
            }
          }
        }
      }),
      { numRuns: 120 },
    );
  });

  it('has dead entries, depending on the order of registration', () => {
    const short = { address: 0x100n, size: 4, data: undefined, notifier: 0 };
    const next = { address: 0x104n, size: 4, data: undefined, notifier: 1 };
    const long = { address: 0x100n, size: 8, data: undefined, notifier: 2 };
    const dead = new KernelBus();
    for (const entry of [short, next, long]) dead.insert(asIoeventfd(entry));
    expect(dead.find(0, 0x100, 8, 0, 0)).toBe(-1);
    const alive = new KernelBus();
    for (const entry of [long, short, next]) alive.insert(asIoeventfd(entry));
    expect(alive.find(0, 0x100, 8, 0, 0)).toBe(2);
  });
});
