/** A doorbell write that hits one of N registrations with different data at one address: every variant. */
import { FloorTable } from '../baselines/floor.ts';
import { LinearScan } from '../baselines/linear-scan.ts';
import { BigintMap, type PlainWrite, StringMap } from '../baselines/maps.ts';
import { ShortFloor } from '../baselines/short-floor.ts';
import { SortedArray } from '../baselines/sorted-array.ts';
import { dispatch, doorbellMemory, SummingSink, warmUp } from '../doorbell.ts';
import { type Costs, interleave, type Variant } from '../rounds.ts';
import { barAddress, doorbellData, doorbellOffset, doorbellWrites, randomNumbers } from '../writes.ts';

const address = barAddress + doorbellOffset;

/** Costs of `floor`, `short floor` and `dispatcher`; with peers also of `linear scan`, `sorted array` and the two maps. */
export function hits(registrations: number, withPeers: boolean, rounds: number): Costs {
  // Enough different writes that a branch predictor cannot learn them by heart.
  const total = registrations > 4096 ? 1 << 18 : 1 << 15;
  // Rounds shorter than the kernel's time slices: other work then falls between them, mostly.
  const perRound = 1 << 12;
  const random = randomNumbers(registrations);
  const writes = doorbellWrites(total, () => doorbellData(random(registrations)));
  const floor = new FloorTable(registrations);
  for (let i = 0; i < registrations; i++) floor.add(0, address | 0, 4, 0, doorbellData(i), i);
  const short = new ShortFloor(registrations, 105);
  for (let i = 0; i < registrations; i++) short.add(doorbellOffset, doorbellData(i), i);
  const memory = doorbellMemory(registrations);
  warmUp(memory);
  short.find(doorbellOffset, -1);
  floor.find(0, address | 0, 4, 0, -1);
  const sink = new SummingSink();
  const from = (round: number, count: number) => (round * count) % (total - count);
  const variants: Variant[] = [
    { name: 'floor', count: perRound, run: (round) => floor.run(writes, from(round, perRound), perRound) },
    {
      name: 'short floor',
      count: perRound,
      run: (round) => short.run(writes, barAddress | 0, from(round, perRound), perRound),
    },
    {
      name: 'dispatcher',
      count: perRound,
      run: (round) => dispatch(memory, sink, writes, from(round, perRound), perRound),
    },
  ];
  if (withPeers) variants.push(...peers(registrations, writes, random));
  const costs = interleave(variants, rounds);
  if (sink.callbacks > 0) throw new Error('a write missed');
  return costs;
}

function peers(registrations: number, writes: Int32Array, random: (below: number) => number): Variant[] {
  const scan = new LinearScan(barAddress, 256);
  const rows = Array.from({ length: registrations }, (_, i) => [0, address | 0, 4, 0, doorbellData(i), i]);
  for (let i = 0; i < registrations; i++) scan.add(doorbellOffset, 4, 0, doorbellData(i), i);
  const sorted = new SortedArray(rows);
  const bigints = new BigintMap();
  const strings = new StringMap();
  const plainly = (i: number): PlainWrite => ({
    address: BigInt(address),
    size: 4,
    data: BigInt(doorbellData(i)),
  });
  for (let i = 0; i < registrations; i++) {
    bigints.add(plainly(i), i);
    strings.add(plainly(i), i);
  }
  const plainWrites = Array.from({ length: 1 << 13 }, () => plainly(random(registrations)));
  const few = Math.max(32, Math.min(1 << 12, (1 << 17) / registrations));
  const maps = 1 << 10;
  return [
    { name: 'linear scan', count: few, run: (round) => scan.run(writes, (round * 97) & 8191, few) },
    { name: 'sorted array', count: few, run: (round) => sorted.run(writes, (round * 97) & 8191, few) },
    { name: 'bigint map', count: maps, run: (round) => bigints.run(plainWrites, (round & 7) * maps, maps) },
    { name: 'string map', count: maps, run: (round) => strings.run(plainWrites, (round & 7) * maps, maps) },
  ];
}
