/** A worker's turn: it takes chunks of a layer and expands their pairs, until none is left or it is told to stop. */
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { originalOf } from '../engine/dispatchers.ts';
import { Expander, type Notes } from './expand.ts';
import { SessionSide, type Side } from './live.ts';
import { ModelSide } from './model-side.ts';
import { Budget } from './scope/budget.ts';
import type { Scope } from './scope/scope.ts';
import { type Layer, LayerView, type TableBuffers, Tables } from './tables.ts';
import { Trail } from './trail.ts';

/** What stays the same for a whole run. */
export type Setup = { readonly scope: Scope; readonly symmetry: boolean; readonly plainModel: boolean };

/** Words of `Turn.signals`, which all workers and the owner of the run share. */
export const signal = {
  /** The place in the layer's order from which on nobody took pairs. */
  cursor: 0,
  /** Not 0: return as soon as possible. */
  stop: 1,
  /** The least place at which a difference was found, or the greatest integer: pairs behind it need not be expanded. */
  found: 2,
  /** Pairs expanded, for whoever watches. */
  expanded: 3,
  words: 4,
} as const;

/** Places in a layer's order, from `start` to `end - 1`. */
export type Range = { readonly start: number; readonly end: number };

export type Turn = {
  readonly tables: TableBuffers;
  readonly layer: Layer;
  readonly signals: SharedArrayBuffer;
  /** Left over from turns that ended early. */
  readonly ranges: readonly Range[];
  /** Pairs taken at a time. */
  readonly chunk: number;
  /** Room that must be free before a pair is expanded: what all workers may add at the same time. */
  readonly margin: number;
  /** Milliseconds after which the turn ends, at the next pair. */
  readonly milliseconds: number;
};

/** A difference, by its place in the layer. */
export type Difference = { readonly rank: number; readonly operation: number; readonly isHidden: boolean };

export type TurnResult = {
  readonly transitions: number;
  /** What this turn had taken and did not expand. */
  readonly left: readonly Range[];
  readonly isFull: boolean;
  readonly difference: Difference | undefined;
};

/** One worker's own things, kept from turn to turn. */
export class Worker {
  readonly #a: Side;
  readonly #b: Side;
  readonly #expander: Expander;
  readonly #trail: Trail;
  #tables: Tables | undefined;

  constructor(a: Dispatcher, b: Dispatcher, { scope, symmetry, plainModel }: Setup) {
    this.#a = sideOf(a, scope, plainModel);
    this.#b = sideOf(b, scope, plainModel);
    const budget = new Budget(scope, symmetry);
    this.#expander = new Expander(scope.operations, budget, this.#a, this.#b);
    this.#trail = new Trail(this.#a, this.#b, budget);
  }

  /** Notes the pair of the empty map, number 0. */
  begin(tables: Tables, layer: LayerView): void {
    const [a, b] = [this.#a.start().key(), this.#b.start().key()];
    const idOfA = tables.a.intern(a.w0, a.w1, a.w2);
    const idOfB = tables.b.intern(b.w0, b.w1, b.w2);
    tables.reach(idOfA, idOfB, 0, 0, layer);
  }

  run(turn: Turn): TurnResult {
    const tables = this.#tablesOf(turn.tables);
    const layer = new LayerView(turn.layer);
    const signals = new Int32Array(turn.signals);
    const before = this.#expander.transitions;
    const ends = performance.now() + turn.milliseconds;
    const queue = [...turn.ranges];
    let isFull = false;
    let difference: Difference | undefined;
    const mustEnd = () => {
      isFull = !tables.hasRoom(turn.margin);
      return isFull || Atomics.load(signals, signal.stop) !== 0 || performance.now() > ends;
    };
    for (;;) {
      const range = queue.shift() ?? nextChunk(turn, layer, signals);
      if (range === undefined) break;
      const { rank, found } = this.#expandRange(range, { tables, layer }, signals, mustEnd);
      if (found !== undefined && (difference === undefined || found.rank < difference.rank))
        difference = found;
      if (rank >= range.end) continue;
      queue.unshift({ start: rank, end: range.end });
      break;
    }
    const transitions = this.#expander.transitions - before;
    return { transitions, left: queue, isFull, difference };
  }

  /** Expands the pairs of a range in order, up to where it must end, or to a difference, behind which nothing matters. */
  #expandRange(
    { start, end }: Range,
    notes: Notes,
    signals: Int32Array,
    mustEnd: () => boolean,
  ): { readonly rank: number; readonly found: Difference | undefined } {
    for (let rank = start; rank < end; rank++) {
      if (rank > Atomics.load(signals, signal.found)) break;
      if (mustEnd()) return { rank, found: undefined };
      const node = this.#trail.at(notes.layer.pairAt(rank), notes.tables);
      const found = this.#expander.expand(node, notes);
      Atomics.add(signals, signal.expanded, 1);
      if (found === undefined) continue;
      lower(signals, signal.found, rank);
      return { rank: end, found: { rank, ...found } };
    }
    return { rank: end, found: undefined };
  }

  /** The operations that are tried on one state at a pair, in order. */
  unchangingAt(pair: number, buffers: TableBuffers): number[] {
    return this.#expander.unchanging(this.#trail.at(pair, this.#tablesOf(buffers)));
  }

  #tablesOf(buffers: TableBuffers): Tables {
    if (this.#tables?.generation !== buffers.generation) this.#tables = new Tables(buffers);
    return this.#tables;
  }
}

function nextChunk({ chunk }: Turn, { size }: LayerView, signals: Int32Array): Range | undefined {
  const start = Atomics.add(signals, signal.cursor, chunk);
  return start < size ? { start, end: Math.min(start + chunk, size) } : undefined;
}

/** Sets a shared number to `value` where it is greater. */
function lower(signals: Int32Array, index: number, value: number): void {
  for (;;) {
    const held = Atomics.load(signals, index);
    if (held <= value || Atomics.compareExchange(signals, index, held, value) === held) return;
  }
}

/** The model by its tables, anything else by its sessions; `plainModel`: the model by its sessions too. */
function sideOf(dispatcher: Dispatcher, { header, operations }: Scope, plainModel: boolean): Side {
  // By identity: another dispatcher may have the model's name.
  if (originalOf(dispatcher) !== modelDispatcher || plainModel) {
    return new SessionSide(dispatcher, header, operations);
  }
  const { name, profile } = dispatcher;
  return new ModelSide(name, profile === undefined ? header : { ...header, profile }, operations);
}
