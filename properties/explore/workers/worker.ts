/** A worker takes chunks of the frontier and expands their pairs, until none is left or it is told to stop. */
import type { Sides } from '../sides/sides.ts';
import { FrontierView } from '../store/frontier.ts';
import { StateStore, type StoreBuffers } from '../store/state-store.ts';
import { Expander, type Successors } from './expand.ts';
import { Path } from './path.ts';
import {
  type FrontierDifference,
  type FrontierDoubt,
  firstDoubts,
  firstOf,
  type PositionRange,
  signal,
  type Turn,
  type TurnResult,
} from './turn.ts';

/** Up to which position a range was expanded, and what was found in it. */
type RangeResult = {
  readonly position: number;
  readonly difference: FrontierDifference | undefined;
  readonly doubts: readonly FrontierDoubt[];
};

/** What one worker keeps from turn to turn. */
export class Worker {
  readonly #sides: Sides;
  readonly #expander: Expander;
  readonly #path: Path;
  #store: StateStore | undefined;

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#path = new Path(sides);
    this.#expander = new Expander(sides, this.#path);
  }

  /** Stores the pair of the empty map, number 0. */
  begin(buffers: StoreBuffers, frontier: FrontierView): void {
    const store = this.#storeOf(buffers);
    const { a, b } = this.#sides;
    store.reach(a.start().key(), b.start().key(), 0, 0, frontier);
  }

  run(turn: Turn): TurnResult {
    const store = this.#storeOf(turn.store);
    const frontier = new FrontierView(turn.frontier);
    const signals = new Int32Array(turn.signals);
    const before = { transitions: this.#expander.transitions, writesAgain: this.#expander.writesAgain };
    const ends = performance.now() + turn.milliseconds;
    const ranges = [...turn.ranges];
    let isFull = false;
    let difference: FrontierDifference | undefined;
    let doubts: readonly FrontierDoubt[] = [];
    const mustEnd = () => {
      isFull = !store.hasRoom(turn.margin);
      return isFull || Atomics.load(signals, signal.stop) !== 0 || performance.now() > ends;
    };
    for (;;) {
      const range = ranges.shift() ?? nextChunk(turn, frontier, signals);
      if (range === undefined) break;
      const result = this.#expandRange(range, { store, frontier }, signals, mustEnd);
      difference = firstOf(difference, result.difference);
      doubts = firstDoubts(doubts, result.doubts);
      if (result.position >= range.end) continue;
      ranges.unshift({ start: result.position, end: range.end });
      break;
    }
    const transitions = this.#expander.transitions - before.transitions;
    const writesAgain = this.#expander.writesAgain - before.writesAgain;
    return { transitions, writesAgain, left: ranges, isFull, difference, doubts };
  }

  /** Expands the pairs of a range in order, until it must end or there is a difference: what follows that does not count. */
  #expandRange(
    { start, end }: PositionRange,
    successors: Successors,
    signals: Int32Array,
    mustEnd: () => boolean,
  ): RangeResult {
    let doubts: readonly FrontierDoubt[] = [];
    for (let position = start; position < end; position++) {
      if (position > Atomics.load(signals, signal.found)) break;
      if (mustEnd()) return { position, difference: undefined, doubts };
      const pair = this.#path.to(successors.frontier.pairAt(position), successors.store);
      const { difference, doubt } = this.#expander.expand(pair, successors);
      Atomics.add(signals, signal.expanded, 1);
      if (doubt !== undefined) doubts = firstDoubts(doubts, [{ position, doubt }]);
      if (difference === undefined) continue;
      lower(signals, signal.found, position);
      return { position: end, difference: { position, operation: difference }, doubts };
    }
    return { position: end, difference: undefined, doubts };
  }

  #storeOf(buffers: StoreBuffers): StateStore {
    if (this.#store?.generation !== buffers.generation) this.#store = new StateStore(buffers);
    return this.#store;
  }
}

function nextChunk({ chunk }: Turn, { size }: FrontierView, signals: Int32Array): PositionRange | undefined {
  const start = Atomics.add(signals, signal.cursor, chunk);
  return start < size ? { start, end: Math.min(start + chunk, size) } : undefined;
}

/** Sets a shared number to `value` if it is greater. */
function lower(signals: Int32Array, index: number, value: number): void {
  for (;;) {
    const held = Atomics.load(signals, index);
    if (held <= value || Atomics.compareExchange(signals, index, held, value) === held) return;
  }
}
