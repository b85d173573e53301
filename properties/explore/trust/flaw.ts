/** What makes an exploration worthless: a dispatcher's fork or fingerprint is wrong. */
import type { Effect, Operation } from '../../../model/vocabulary/vocabulary.ts';

export type Flaw = {
  /** Whose. */
  readonly dispatcher: string;
  /**
   * - `fingerprint`: it hides something. It is the same after both histories without their last operation, which is the same in
   *   both; but the effects of that differ, or the fingerprints after it.
   * - `fork`: after the history, a session that is forked on the way is not what a session is that was never forked.
   */
  readonly what: 'fingerprint' | 'fork';
  /** The two histories; of a wrong fork, one. */
  readonly histories: readonly (readonly Operation[])[];
  /** Of a wrong fork that is made before the last operation: what its session does before the fork does that. */
  readonly meanwhile?: Operation;
  /** The effects of the last operation: after each history, or on a fork and without one. None where these do not differ. */
  readonly effects: readonly (readonly Effect[])[];
};
