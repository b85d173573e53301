/** Collections of garbage during 10 million writes of every kind. */
import { PerformanceObserver } from 'node:perf_hooks';
import { dispatch, doorbellMemory, SummingSink, warmUp } from '../doorbell.ts';
import { barAddress, doorbellData, doorbellOffset, randomNumbers, writesTo } from '../writes.ts';

/** Collections while so many writes were dispatched: hits, misses, RAM, nothing there. And while as much was allocated on purpose. */
export async function scavenges(writes: number): Promise<{ collections: number; whenAllocating: number }> {
  const registrations = 4096;
  const total = 1 << 15;
  const random = randomNumbers(registrations);
  const doorbell = barAddress + doorbellOffset;
  const addresses = [doorbell, doorbell, doorbell, barAddress + 0x10010, 0x20, 0xd0000000];
  const stream = writesTo(
    total,
    () => addresses[random(addresses.length)]!,
    () => doorbellData(random(registrations * 2)),
  );
  const memory = doorbellMemory(registrations);
  const sink = new SummingSink();
  warmUp(memory);
  for (let i = 0; i < 8; i++) dispatch(memory, sink, stream, 0, total);
  const collections = await collectionsDuring(() => {
    for (let done = 0; done < writes; done += total) dispatch(memory, sink, stream, 0, total);
  });
  // The canary: had each write allocated as much as one number, this is what would have been seen.
  const boxes: { value: number }[] = [];
  const whenAllocating = await collectionsDuring(() => {
    for (let i = 0; i < writes; i++) boxes[i & 255] = { value: i };
  });
  return { collections, whenAllocating };
}

async function collectionsDuring(work: () => void): Promise<number> {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  await nextTurn();
  observer.takeRecords();
  collections = 0;
  work();
  // Entries are delivered in a later turn.
  await nextTurn();
  collections += observer.takeRecords().length;
  observer.disconnect();
  return collections;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
