/** The dispatcher as the hit measurements drive it: one device behind a BAR, a sink that counts, a warm-up of all kinds. */
import { OptimizedMemory, type WriteSink } from '../impl/index.ts';
import { barAddress, doorbellData, doorbellOffset, type writeLength } from './writes.ts';

export const nobody = { added() {}, deleted() {}, refused() {} };

/** Adds up what it is told, so that nothing of it can be left out. */
export class SummingSink implements WriteSink {
  sum = 0;
  callbacks = 0;

  signal(notifier: number): void {
    this.sum = (this.sum + notifier) | 0;
  }

  callback(
    region: number,
    _high: number,
    offset: number,
    size: number,
    _valueHigh: number,
    value: number,
  ): void {
    this.callbacks++;
    this.sum = (this.sum + region + offset + size + value) | 0;
  }

  ram(region: number, _high: number, offset: number, _bytes: Uint8Array, from: number, to: number): void {
    this.sum = (this.sum + region + offset + from + to) | 0;
  }

  unassigned(_high: number, low: number, size: number): void {
    this.sum = (this.sum + low + size) | 0;
  }

  rejected(region: number, _high: number, offset: number, size: number): void {
    this.sum = (this.sum + region + offset + size) | 0;
  }
}

/** A memory with a BAR of 256 bytes whose doorbell has so many registrations, and RAM and a plain device beside it. */
export function doorbellMemory(registrations: number): OptimizedMemory {
  const memory = new OptimizedMemory({}, nobody);
  const [root] = memory.roots;
  memory.map(memory.createRam('ram', 0x10000n), root, 0n);
  memory.map(memory.createIo('plain', 0x1000n), root, BigInt(barAddress) + 0x10000n);
  const bar = memory.createIo('bar', 256n);
  memory.map(bar, root, BigInt(barAddress));
  memory.begin();
  for (let i = 0; i < registrations; i++) {
    memory.addEventfd(bar, BigInt(doorbellOffset), 4, BigInt(doorbellData(i)), i);
  }
  memory.commit();
  return memory;
}

/** Dispatches `count` writes in memory space. */
export function dispatch(
  memory: OptimizedMemory,
  sink: SummingSink,
  writes: Int32Array,
  from: number,
  count: number,
): number {
  const step: typeof writeLength = 5;
  const end = (from + count) * step;
  for (let at = from * step; at < end; at += step) {
    memory.writeWord(
      0,
      writes[at]!,
      writes[at + 1]!,
      writes[at + 2]!,
      writes[at + 3]!,
      writes[at + 4]!,
      sink,
    );
  }
  return sink.sum;
}

/**
 * Shows the compiler every kind of write before anything is measured: hits, misses, other sizes and alignments, RAM,
 * nothing there. Code that had only ever seen hits would be faster than in any real use.
 */
export function warmUp(memory: OptimizedMemory, sink = new SummingSink()): void {
  const addresses = [
    barAddress + doorbellOffset,
    barAddress + doorbellOffset,
    barAddress + doorbellOffset,
    barAddress + 8,
    barAddress + 0x10010,
    0x20,
    0xd0000000,
    barAddress + 13,
  ];
  for (let i = 0; i < 40_000; i++) {
    const size = i % 5 === 0 ? 1 << (i % 4) : 4;
    const data = i % 3 === 0 ? -1 : doorbellData(i & 63);
    memory.writeWord(0, 0, addresses[(i >> 2) & 7]!, size, 0, data, sink);
  }
}
