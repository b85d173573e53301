import { describe, expect, it } from 'vitest';
import { FloorTable } from './baselines/floor.ts';
import { FullRender } from './baselines/full-render.ts';
import { LinearScan } from './baselines/linear-scan.ts';
import { BigintMap, StringMap } from './baselines/maps.ts';
import { ShortFloor } from './baselines/short-floor.ts';
import { SortedArray } from './baselines/sorted-array.ts';
import { dispatch, doorbellMemory, SummingSink, warmUp } from './doorbell.ts';
import { interleave, median } from './rounds.ts';
import { barAddress, doorbellData, doorbellOffset, doorbellWrites, randomNumbers } from './writes.ts';

const address = (barAddress + doorbellOffset) | 0;

describe('the baselines', () => {
  it.each([1, 3, 64, 500])('find what the dispatcher signals, with %i registrations', (registrations) => {
    const all = Array.from({ length: registrations }, (_, i) => i);
    const random = randomNumbers(5);
    const picked = Array.from({ length: 300 }, () => random(registrations));
    let next = 0;
    const writes = doorbellWrites(picked.length, () => doorbellData(picked[next++] ?? 0));
    const floor = new FloorTable(registrations);
    const short = new ShortFloor(registrations, 105);
    const scan = new LinearScan(barAddress, 256);
    const sorted = new SortedArray([
      [0, address + 4, 4, 0, 0, 77],
      ...all.map((i) => [0, address, 4, 0, doorbellData(i), i]),
      [0, address, 2, 0, 0, 78],
    ]);
    const [bigints, strings] = [new BigintMap(), new StringMap()];
    const plain = (i: number) => ({ address: BigInt(address >>> 0), size: 4, data: BigInt(doorbellData(i)) });
    for (const i of all) {
      floor.add(0, address, 4, 0, doorbellData(i), i);
      short.add(doorbellOffset, doorbellData(i), i);
      scan.add(doorbellOffset, 4, 0, doorbellData(i), i);
      bigints.add(plain(i), i);
      strings.add(plain(i), i);
    }
    const sink = new SummingSink();
    const expected = picked.reduce((sum, i) => sum + i, 0);
    expect(dispatch(doorbellMemory(registrations), sink, writes, 0, 300)).toBe(expected);
    expect(sink.callbacks).toBe(0);
    expect(floor.run(writes, 0, 300)).toBe(expected);
    expect(short.run(writes, barAddress | 0, 0, 300)).toBe(expected);
    expect(scan.run(writes, 0, 300)).toBe(expected);
    expect(sorted.run(writes, 0, 300)).toBe(expected);
    expect(bigints.run(picked.map(plain), 0, 300)).toBe(expected);
    expect(strings.run(picked.map(plain), 0, 300)).toBe(expected);
    expect(floor.find(0, address, 4, 0, -1)).toBe(-1);
    expect(short.find(doorbellOffset, -1)).toBe(-1);
    expect(scan.find(0, address, 4, 0, -1)).toBe(-1);
    expect(sorted.find(0, address, 4, 0, -1)).toBe(-1);
  });

  it('tell the host what a full list and a merge come to', () => {
    const map = new FullRender();
    const device = map.map(0x1000, 64);
    for (let i = 0; i < 5; i++) map.add(device, 4 * i, 4, i, i);
    map.commit(true);
    expect(map.told).toBe(5);
    map.add(device, 2, 2, 0, 9);
    map.commit(false);
    expect(map.told).toBe(6);
    device.base = 0x2000;
    map.commit(true);
    expect(map.told).toBe(6 + 12);
  });
});

describe('the warm-up', () => {
  it('shows the compiler every way that a store can go', () => {
    const memory = doorbellMemory(64);
    const seen = new Set<string>();
    const names = ['signal', 'callback', 'ram', 'unassigned'] as const;
    const spy = new SummingSink();
    for (const name of names) {
      spy[name] = () => {
        seen.add(name);
      };
    }
    warmUp(memory, spy);
    expect([...seen].sort()).toEqual([...names].sort());
  });
});

describe('interleaved rounds', () => {
  it('run the variants in turn, and give the median of each', () => {
    const order: string[] = [];
    const variant = (name: string) => ({ name, count: 1, run: () => order.push(name) });
    const costs = interleave([variant('a'), variant('b')], 3, 1);
    expect(order.join('')).toBe('abababab');
    expect(Object.keys(costs)).toEqual(['a', 'b']);
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});
