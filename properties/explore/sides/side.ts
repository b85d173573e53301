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
  /**
   * The effects of an operation that is expected to change nothing. If it does change something, this object is then in
   * the changed state. `isStill` tells, after any number of such operations.
   */
  probe(operation: number): readonly Effect[];
  /** Whether the state, computed anew, has this key. */
  isStill(key: Key): boolean;
}

/** Makes live states of one dispatcher. */
export interface Side {
  readonly isModel: boolean;
  /** The state of the empty map. */
  start(): LiveState;
  /** The state after a scenario, run from the empty map without forks. */
  replay(scenario: readonly number[]): LiveState;
}

export const noEffects: readonly Effect[] = [];
