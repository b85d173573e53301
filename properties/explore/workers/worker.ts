/** A worker takes chunks of the frontier and expands their pairs, until none is left or it is told to stop. */
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Dispatcher } from '../../../model/vocabulary/vocabulary.ts';
import { originalOf } from '../../engine/dispatchers.ts';
import { Budget } from '../scope/budget.ts';
import type { Scope } from '../scope/scope.ts';
import { ModelSide } from '../sides/model-side.ts';
import { SessionSide } from '../sides/session-side.ts';
import type { Side } from '../sides/side.ts';
import { FrontierView } from '../store/frontier.ts';
import { StateStore, type StoreBuffers } from '../store/state-store.ts';
import { Expander, type Successors } from './expand.ts';
import { Path } from './path.ts';
import {
  type FrontierDifference,
  type PositionRange,
  type Setup,
  signal,
  type Turn,
  type TurnResult,
} from './turn.ts';

/** What one worker keeps from turn to turn. */
export class Worker {
  readonly #a: Side;
  readonly #b: Side;
  readonly #expander: Expander;
  readonly #path: Path;
  #store: StateStore | undefined;

  constructor(a: Dispatcher, b: Dispatcher, { scope, symmetry, plainModel }: Setup) {
    this.#a = sideOf(a, scope, plainModel);
    this.#b = sideOf(b, scope, plainModel);
    const budget = new Budget(scope, symmetry);
    this.#expander = new Expander(scope.operations, budget, this.#a, this.#b);
    this.#path = new Path(this.#a, this.#b, budget);
  }

  /** Stores the pair of the empty map, number 0. */
  begin(buffers: StoreBuffers, frontier: FrontierView): void {
    const store = this.#storeOf(buffers);
    const [a, b] = [this.#a.start().key(), this.#b.start().key()];
    const idOfA = store.a.intern(a.w0, a.w1, a.w2);
    const idOfB = store.b.intern(b.w0, b.w1, b.w2);
    store.reach(idOfA, idOfB, 0, 0, frontier);
  }

  run(turn: Turn): TurnResult {
    const store = this.#storeOf(turn.store);
    const frontier = new FrontierView(turn.frontier);
    const signals = new Int32Array(turn.signals);
    const before = this.#expander.transitions;
    const ends = performance.now() + turn.milliseconds;
    const ranges = [...turn.ranges];
    let isFull = false;
    let difference: FrontierDifference | undefined;
    const mustEnd = () => {
      isFull = !store.hasRoom(turn.margin);
      return isFull || Atomics.load(signals, signal.stop) !== 0 || performance.now() > ends;
    };
    for (;;) {
      const range = ranges.shift() ?? nextChunk(turn, frontier, signals);
      if (range === undefined) break;
      const { position, found } = this.#expandRange(range, { store, frontier }, signals, mustEnd);
      if (found !== undefined && (difference === undefined || found.position < difference.position))
        difference = found;
      if (position >= range.end) continue;
      ranges.unshift({ start: position, end: range.end });
      break;
    }
    const transitions = this.#expander.transitions - before;
    return { transitions, left: ranges, isFull, difference };
  }

  /** Expands the pairs of a range in order, until it must end or there is a difference: what follows that does not count. */
  #expandRange(
    { start, end }: PositionRange,
    successors: Successors,
    signals: Int32Array,
    mustEnd: () => boolean,
  ): { readonly position: number; readonly found: FrontierDifference | undefined } {
    for (let position = start; position < end; position++) {
      if (position > Atomics.load(signals, signal.found)) break;
      if (mustEnd()) return { position, found: undefined };
      const pair = this.#path.to(successors.frontier.pairAt(position), successors.store);
      const found = this.#expander.expand(pair, successors);
      Atomics.add(signals, signal.expanded, 1);
      if (found === undefined) continue;
      lower(signals, signal.found, position);
      return { position: end, found: { position, ...found } };
    }
    return { position: end, found: undefined };
  }

  /** The operations that are tried on one state at a pair, in order. */
  unchangingAt(pair: number, buffers: StoreBuffers): number[] {
    return this.#expander.unchanging(this.#path.to(pair, this.#storeOf(buffers)));
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

/** The model by its tables, unless `plainModel` is set. Any other dispatcher by its sessions, whatever its name. */
function sideOf(dispatcher: Dispatcher, { header, operations }: Scope, plainModel: boolean): Side {
  if (originalOf(dispatcher) !== modelDispatcher || plainModel) {
    return new SessionSide(dispatcher, header, operations);
  }
  const { profile, decisions } = dispatcher;
  const own = { ...(profile !== undefined && { profile }), ...(decisions !== undefined && { decisions }) };
  return new ModelSide({ ...header, ...own }, operations);
}
