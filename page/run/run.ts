/** A scenario on one side, step by step: the state before and after each operation, and its effects. */
import type { State } from '../../model/reference/state.ts';
import type { Trace } from '../../model/trace/trace.ts';
import type { Effect } from '../../model/vocabulary/vocabulary.ts';

/** One operation on one side. `trace` is left out where the side is not the model. */
export type StepView = {
  readonly before: State;
  readonly after: State;
  readonly effects: readonly Effect[];
  /** Why it did what it did; computed when it is asked for. */
  readonly trace: (() => Trace) | undefined;
};

export type Run = {
  /** How many operations are done. */
  readonly done: number;
  /** Goes on for some milliseconds; true when all is done. */
  advance(milliseconds: number): boolean;
  /** The effects of an operation that is done. */
  effectsAt(index: number): readonly Effect[];
  /** The step of an operation that is done. */
  at(index: number): StepView;
};
