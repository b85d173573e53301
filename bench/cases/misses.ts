/** A write whose data match none of N registrations at its address, against one that hits, and a bare callback. */
import { dispatch, doorbellMemory, SummingSink, warmUp } from '../doorbell.ts';
import { type Costs, interleave } from '../rounds.ts';
import { doorbellData, doorbellWrites, randomNumbers, type writeLength } from '../writes.ts';

const total = 1 << 15;
const perRound = 1 << 12;

/** Costs of `hit`, `miss` and `callback`. */
export function misses(registrations: number, rounds: number): Costs {
  const random = randomNumbers(registrations);
  const hitting = doorbellWrites(total, () => doorbellData(random(registrations)));
  const missing = doorbellWrites(total, () => doorbellData(registrations + random(registrations)));
  // A map each: what is compiled for one is the same, but neither fills the other's caches.
  const [forHits, forMisses] = [doorbellMemory(registrations), doorbellMemory(registrations)];
  warmUp(forHits);
  warmUp(forMisses);
  const [hits, missed, called] = [new SummingSink(), new SummingSink(), new SummingSink()];
  const from = (round: number) => (round * perRound) % (total - perRound);
  const costs = interleave(
    [
      {
        name: 'hit',
        count: perRound,
        run: (round) => dispatch(forHits, hits, hitting, from(round), perRound),
      },
      {
        name: 'miss',
        count: perRound,
        run: (round) => dispatchMisses(forMisses, missed, missing, from(round)),
      },
      { name: 'callback', count: perRound, run: (round) => callBack(called, missing, from(round)) },
    ],
    rounds,
  );
  if (hits.callbacks > 0 || missed.callbacks !== called.callbacks)
    throw new Error('not the callbacks expected');
  return costs;
}

/** The same loop as `dispatch`, compiled for itself. */
function dispatchMisses(
  memory: ReturnType<typeof doorbellMemory>,
  sink: SummingSink,
  writes: Int32Array,
  from: number,
): number {
  const step: typeof writeLength = 5;
  const end = (from + perRound) * step;
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

/** What a callback costs that is called straight away. */
function callBack(sink: SummingSink, writes: Int32Array, from: number): number {
  const step: typeof writeLength = 5;
  const end = (from + perRound) * step;
  for (let at = from * step; at < end; at += step) {
    sink.callback(2, writes[at]!, writes[at + 1]!, writes[at + 2]!, writes[at + 3]!, writes[at + 4]!);
  }
  return sink.sum;
}
