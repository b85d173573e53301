/** Writes of which each waits for the one before: its data follow from the notifier that the last one signalled. */
import type { OptimizedMemory, WriteSink } from '../../impl/index.ts';
import { FloorTable } from '../baselines/floor.ts';
import { doorbellMemory, SummingSink, warmUp } from '../doorbell.ts';
import { type Costs, interleave } from '../rounds.ts';
import { barAddress, doorbellData, doorbellOffset } from '../writes.ts';

const address = (barAddress + doorbellOffset) | 0;
const perRound = 1 << 12;

/** Remembers only what came last. */
class LastSink extends SummingSink implements WriteSink {
  last = 0;

  override signal(notifier: number): void {
    this.last = notifier;
  }
}

/** Costs of `floor` and `dispatcher`. `registrations` is a power of two. */
export function waiting(registrations: number, rounds: number): Costs {
  const floor = new FloorTable(registrations);
  for (let i = 0; i < registrations; i++) floor.add(0, address, 4, 0, doorbellData(i), i);
  const memory = doorbellMemory(registrations);
  warmUp(memory);
  const sink = new LastSink();
  return interleave(
    [
      { name: 'floor', count: perRound, run: (round) => chainOfProbes(floor, registrations - 1, round) },
      {
        name: 'dispatcher',
        count: perRound,
        run: (round) => chainOfWrites(memory, sink, registrations - 1, round),
      },
    ],
    rounds,
  );
}

function chainOfProbes(floor: FloorTable, mask: number, seed: number): number {
  let last = seed & mask;
  for (let i = 0; i < perRound; i++) {
    last = floor.find(0, address, 4, 0, doorbellData((Math.imul(last, 0x9e3779b1) + i + seed) & mask));
  }
  return last;
}

function chainOfWrites(memory: OptimizedMemory, sink: LastSink, mask: number, seed: number): number {
  sink.last = seed & mask;
  for (let i = 0; i < perRound; i++) {
    const data = doorbellData((Math.imul(sink.last, 0x9e3779b1) + i + seed) & mask);
    memory.writeWord(0, 0, address, 4, 0, data, sink);
  }
  return sink.last;
}
