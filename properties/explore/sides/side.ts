/** One side of a pair: a dispatcher, and its states from which operations can be tried. Operations are indexes into the scope's. */
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import type { Key } from '../store/key.ts';

/** A state of one side. */
export interface LiveState {
  /** The effects of the operation that led here. */
  readonly effects: readonly Effect[];
  /** States with equal keys have equal futures. The caller must not change it. */
  key(): Key;
  /** The state after an operation. This state stays as it is. */
  after(operation: number): LiveState;
  /** A copy: neither notices what becomes of the other. Undefined where the session behind the state cannot be forked. */
  fork(): LiveState | undefined;
  /** The state after an operation. This state must not be used again. */
  step(operation: number): LiveState;
  /**
   * The effects of an operation that is expected to change nothing. If it does change something, this object is then in
   * the changed state. `isStill` tells, after any number of such operations.
   */
  probe(operation: number): readonly Effect[];
  /** Whether the state, computed anew, has this key. */
  isStill(key: Key): boolean;
  /**
   * The effects of writes in this state, by operation, where they are known without trying them: states with the same table
   * have the same effects. The entries fill up as writes are probed.
   */
  knownWrites(): WriteEffects | undefined;
}

/** By operation. */
export type WriteEffects = (readonly Effect[] | undefined)[];

/** Makes live states of one dispatcher. */
export interface Side {
  /** What reports call the dispatcher. */
  readonly name: string;
  readonly isModel: boolean;
  /** The state of the empty map. */
  start(): LiveState;
  /** The state after a history, run from the empty map on one session, without forks. */
  replay(history: readonly number[]): LiveState;
  /** The effects of each operation of a history, run in the same way. */
  effectsOf(history: readonly number[]): (readonly Effect[])[];
}

export const noEffects: readonly Effect[] = [];
