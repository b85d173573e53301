/** A worker's turn, as plain data: it is sent to threads, and its result comes back. */
import type { Frontier } from '../store/frontier.ts';
import type { StoreBuffers } from '../store/state-store.ts';
import type { Doubt } from './doubt.ts';

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

/** The first operation, in the scope's order, at which the sides differ, and the position of its pair in the frontier. */
export type FrontierDifference = { readonly position: number; readonly operation: number };

/** A doubt, and the position of its pair in the frontier. */
export type FrontierDoubt = { readonly position: number; readonly doubt: Doubt };

export type TurnResult = {
  /** Operations compared, each once at each pair. */
  readonly transitions: number;
  /** Writes compared beyond that. */
  readonly writesAgain: number;
  /** What the worker had taken and did not expand. */
  readonly left: readonly PositionRange[];
  /** Whether the turn ended because the store is full. */
  readonly isFull: boolean;
  /** The first one in the frontier's order. */
  readonly difference: FrontierDifference | undefined;
  /** The first few, in the frontier's order. */
  readonly doubts: readonly FrontierDoubt[];
};

/** How many doubts of a frontier are looked into. */
const mostDoubts = 8;

/** The first of two in the frontier's order. */
export function firstOf(
  one: FrontierDifference | undefined,
  other: FrontierDifference | undefined,
): FrontierDifference | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.position < one.position ? other : one;
}

/** The first few of both, in the frontier's order. */
export function firstDoubts(
  some: readonly FrontierDoubt[],
  others: readonly FrontierDoubt[],
): readonly FrontierDoubt[] {
  if (others.length === 0) return some;
  return [...some, ...others].sort((one, other) => one.position - other.position).slice(0, mostDoubts);
}
