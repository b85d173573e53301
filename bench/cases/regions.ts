/** A hit in one region, and hits in 1,024 disjoint regions, a random one for each write. */
import { OptimizedMemory } from '../../impl/index.ts';
import { dispatch, nobody, SummingSink, warmUp } from '../doorbell.ts';
import { type Costs, interleave } from '../rounds.ts';
import { barAddress, doorbellData, doorbellOffset, randomNumbers, writesTo } from '../writes.ts';

const total = 1 << 15;
const perRound = 1 << 12;
/** Registrations of each region. */
const registrations = 64;
/** From one region to the next, bytes; the regions are smaller, so that none touch. */
const distance = 0x1000;

/** Costs by number of regions, each with 64 registrations: `1` and `1024`. */
export function regions(rounds: number): Costs {
  const variants = [1, 1024].map((count) => {
    const memory = memoryOf(count);
    const random = randomNumbers(count);
    const writes = writesTo(
      total,
      () => barAddress - random(count) * distance + doorbellOffset,
      () => doorbellData(random(registrations)),
    );
    const sink = new SummingSink();
    const run = (round: number) => {
      dispatch(memory, sink, writes, (round * perRound) % (total - perRound), perRound);
      if (sink.callbacks > 0) throw new Error('a write missed');
      return sink.sum;
    };
    return { name: `${count}`, count: perRound, run };
  });
  return interleave(variants, rounds);
}

function memoryOf(count: number): OptimizedMemory {
  const memory = new OptimizedMemory({}, nobody);
  memory.begin();
  memory.map(memory.createRam('ram', 0x10000n), memory.roots[0], 0n);
  for (let i = 0; i < count; i++) {
    const region = memory.createIo(`bar${i}`, 256n);
    memory.map(region, memory.roots[0], BigInt(barAddress - i * distance));
    for (let j = 0; j < registrations; j++) {
      memory.addEventfd(region, BigInt(doorbellOffset), 4, BigInt(doorbellData(j)), j);
    }
  }
  memory.commit();
  warmUp(memory);
  return memory;
}
