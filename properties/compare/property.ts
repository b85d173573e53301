/** What a property is: a sentence, the clauses it stands for, and a function that tries it on one scenario. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { Dispatcher, EffectLists, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';

/** One of the two runs that a property compared. */
export type Side = { readonly name: string; readonly effects: EffectLists };

/**
 * How a property failed on a scenario. `operation` and `effect` say where (indexes into the scenario and into that
 * operation's effects); `kind` is the failure's identity, which shrinking keeps; `sides` are what was compared, what
 * was expected first.
 */
export type Failure = {
  readonly property: string;
  readonly clause: ClauseId | undefined;
  readonly operation: number;
  readonly effect: number;
  readonly kind: string;
  readonly message: string;
  readonly sides: readonly [Side, Side];
  /** The last that a dispatcher outside wrote to standard error, where it failed. */
  readonly stderr?: string;
};

/** `holds`; `does not apply` to this scenario (counted, so that a property which never applies is noticed); or a failure. */
export type PropertyVerdict = 'holds' | 'does not apply' | Failure;

/** A property of one dispatcher. Deterministic: what it varies in a scenario is derived from the scenario. */
export type Property = {
  readonly name: string;
  readonly clauses: readonly ClauseId[];
  /** What is compared with what, in a few words. */
  readonly against: string;
  /** The property in one line. */
  readonly statement: string;
  /** The profiles under which it is promised. */
  readonly profiles: readonly Profile[];
  readonly check: (dispatcher: Dispatcher, scenario: Scenario) => PropertyVerdict;
};

/** Reported as a property's name where a session's own invariant is broken (`Session.validate`). */
export const invariantsName = 'invariants';

/** Reported as a property's name where a scenario does not come to its end: it was ended from outside. */
export const terminationName = 'termination';

/** Reported as a property's name where a dispatcher outside does not answer a scenario: kinds `crash`, `timeout`, `protocol`. */
export const answerName = 'answer';

/** Reported as a property's name where a dispatcher outside answers the same scenario in two ways. */
export const repeatabilityName = 'repeatability';
