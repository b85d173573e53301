/** The main job: named regressions, then random histories, compared on two dispatchers until a difference or the end. */
import type { Dispatcher, Profile, Scenario } from '../model/vocabulary.ts';
import type { LabelShare } from './labels.ts';
import type { Failure } from './property.ts';

export type CheckOptions = {
  readonly a: Dispatcher;
  readonly b: Dispatcher;
  /** The profiles that histories are generated for, in turn. */
  readonly profiles: readonly Profile[];
  /** Random histories to run (ignored when `seconds` is given). */
  readonly runs: number;
  /** Run until this many seconds have passed, instead. */
  readonly seconds?: number;
  readonly seed: number;
  /** Histories that run first, as given (saved regressions): each with the name it is reported under. */
  readonly regressions: readonly { readonly source: string; readonly scenario: Scenario }[];
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the run at the next opportunity (within some milliseconds), with what was found so far. */
  readonly abort?: AbortSignal;
};

export type Progress = {
  readonly histories: number;
  readonly operations: number;
  readonly milliseconds: number;
};

/** A history on which a property fails, shrunk. `scenario.found` says the same in the file's own terms. */
export type Finding = {
  readonly failure: Failure;
  readonly scenario: Scenario;
  /** Operations before shrinking. */
  readonly originalLength: number;
  /** Where it comes from: a regression's source, or `seed S, history N`. */
  readonly origin: string;
};

export type CheckReport = {
  readonly dispatchers: readonly [string, string];
  readonly profiles: readonly Profile[];
  readonly seed: number;
  readonly regressions: number;
  readonly histories: number;
  /** Operations that both dispatchers interpreted and whose effects were compared. */
  readonly operations: number;
  readonly milliseconds: number;
  readonly labels: readonly LabelShare[];
  /** Per property besides lockstep: histories tried, and those to which it applied. */
  readonly properties: readonly { readonly name: string; readonly tried: number; readonly applied: number }[];
  readonly finding: Finding | undefined;
  /** Ended by `abort` before its time. */
  readonly interrupted: boolean;
};
