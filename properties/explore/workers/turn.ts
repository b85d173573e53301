/** A worker's turn, as plain data: it is sent to threads, and its result comes back. */

import type { Scope } from '../scope/scope.ts';
import type { Frontier } from '../store/frontier.ts';
import type { StoreBuffers } from '../store/state-store.ts';

/** What stays the same during a whole exploration. */
export type Setup = { readonly scope: Scope; readonly symmetry: boolean; readonly plainModel: boolean };

/** Indexes into `Turn.signals`, which all workers and the explorer's own thread share. */
export const signal = {
  /** The first position of the frontier that no worker has taken. */
  cursor: 0,
  /** If it is not 0, workers return as soon as possible. */
  stop: 1,
  /** The least position at which a difference was found. Pairs after it need not be expanded. */
  found: 2,
  /** Pairs expanded, for the display of progress. */
  expanded: 3,
  /** How many signals there are. */
  count: 4,
} as const;

/** `signal.found` where no difference was found. */
export const nothingFound = 0x7fff_ffff;

/** Positions of a frontier, from `start` to `end - 1`. */
export type PositionRange = { readonly start: number; readonly end: number };

export type Turn = {
  readonly store: StoreBuffers;
  readonly frontier: Frontier;
  readonly signals: SharedArrayBuffer;
  /** Left over from turns that ended early. */
  readonly ranges: readonly PositionRange[];
  /** Positions taken from the frontier at a time. */
  readonly chunk: number;
  /** Entries that must be free in the store before a pair is expanded: as many as all workers together may add. */
  readonly margin: number;
  /** The turn ends at the next pair after this many milliseconds. */
  readonly milliseconds: number;
};

/**
 * An operation at which the sides differ, at a pair. `isHidden`: they differ only after other operations that by the
 * fingerprints changed nothing, but did.
 */
export type PairDifference = { readonly operation: number; readonly isHidden: boolean };

/** A difference, and the position of its pair in the frontier. */
export type FrontierDifference = PairDifference & { readonly position: number };

export type TurnResult = {
  readonly transitions: number;
  /** What the worker had taken and did not expand. */
  readonly left: readonly PositionRange[];
  /** Whether the turn ended because the store is full. */
  readonly isFull: boolean;
  /** The first one in the frontier's order. */
  readonly difference: FrontierDifference | undefined;
};
