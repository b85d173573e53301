/** A scope: a finite set of operations. `explore` tries all scenarios that can be made of them, of any length. */
import type { Operation, ScenarioHeader } from '../../../model/vocabulary/vocabulary.ts';

/** Plain data: it is sent to worker threads as it is. */
export type Scope = {
  /** `tiny`, or the file that it was read from. */
  readonly name: string;
  /** What its exploration proves, in a line. */
  readonly title: string;
  readonly header: ScenarioHeader;
  /** In the order in which scenarios of the same length are compared. */
  readonly operations: readonly Operation[];
  /** In the order in which they are first named. */
  readonly notifiers: readonly string[];
  readonly bounds: Bounds;
};

/** What keeps a scope finite: the most of each that one of its scenarios reaches. */
export type Bounds = {
  /** Ioeventfds registered at once, in all regions, visible or not. */
  readonly registrations: number;
  /** Ioeventfds registered at once at one offset of one region; equal ones count too. */
  readonly atOneOffset: number;
  /** Transactions open at once. */
  readonly nesting: number;
};

/** The largest scope file, in bytes of UTF-8: 1 MiB. */
export const maximumScopeBytes = 2 ** 20;

/** The most operations of a scope. The state store keeps an operation in 16 bits; more than a few hundred take too long. */
export const maximumOperations = 4096;
