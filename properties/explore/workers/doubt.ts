/**
 * What may contradict that forks are right and that fingerprints tell all. A difference of `effects` may as well be one that
 * a longer scenario shows plainly. Plain data: threads send it.
 */
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';

export type Doubt = {
  /**
   * - `effects`: the sides differ in the last operation of `history`.
   * - `fingerprint`: a fingerprint after `history` is not what it was after `other`, though fingerprints were equal before the
   *   last operation of both.
   * - `isolation`: a session's fingerprint changed by what its forks did, or a fork's by what the session did, after `history`.
   */
  readonly kind: 'effects' | 'fingerprint' | 'isolation';
  /** What was applied from the empty map on; indexes of the scope's operations. */
  readonly history: readonly number[];
  readonly other?: readonly number[];
  /** Of the last operation, A's and B's, as they were on forks. */
  readonly effects?: readonly [readonly Effect[], readonly Effect[]];
};
