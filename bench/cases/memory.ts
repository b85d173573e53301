/** Bytes of memory for each of N registrations: array buffers and heap, after a collection. */
import { OptimizedMemory } from '../../impl/index.ts';
import { nobody } from '../doorbell.ts';
import { doorbellData, randomNumbers } from '../writes.ts';

/** Where the registrations are: data at one address, or an address for each; `shuffled`: in no order. */
export type Layout = 'one address' | 'own addresses' | 'shuffled';

/** Bytes a registration, the map itself and the caller's objects aside. Needs `--expose-gc`. */
export function memoryOf(registrations: number, layout: Layout): number {
  const order = Int32Array.from({ length: registrations }, (_, i) => i);
  if (layout === 'shuffled') {
    const random = randomNumbers(registrations);
    for (let i = registrations - 1; i > 0; i--) {
      const j = random(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
  }
  const before = used();
  const memory = new OptimizedMemory({}, nobody);
  const device = memory.createIo('bar', 1n << 30n);
  memory.map(device, memory.roots[0], 0x1_0000_0000n);
  for (const i of order) {
    if (layout === 'one address') memory.addEventfd(device, 12n, 4, BigInt(doorbellData(i)), i);
    else memory.addEventfd(device, BigInt(i * 4), 4, BigInt(i), i);
  }
  const bytes = used() - before;
  if (memory.store.table.size !== registrations) throw new Error('registrations are missing');
  return bytes / registrations;
}

function used(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
