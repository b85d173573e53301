/** Shares of coverage points, and whether they are large enough: a green run that tested nothing is impossible. */

import type { ClauseId } from '../../model/clauses/catalogue.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { type CoverageName, coverageNames, coverageTable, type Minimum } from './table.ts';

export type CoverageShare = {
  readonly name: CoverageName;
  /** The clauses that it shows. */
  readonly clauses: readonly ClauseId[];
  readonly scenarios: number;
  /** Of all scenarios, 0 to 1. */
  readonly share: number;
  /** The minimum, 0 to 1, for this run's mix of profiles; a run below it fails. */
  readonly minimum: number;
  readonly reached: boolean;
};

/**
 * What each coverage point reached.
 *
 * @param counts scenarios per coverage point, in the order of `coverageNames`
 * @param scenarios scenarios per profile
 * @param minimums those of a run that can show only some of the points; the others have none
 * @param isDemanded whether there are minimums: there are none where decisions of the profiles are changed
 */
export function coverageShares(
  counts: readonly number[],
  scenarios: Readonly<Record<Profile, number>>,
  isDemanded = true,
  minimums?: Partial<Readonly<Record<CoverageName, Minimum>>>,
): CoverageShare[] {
  const total = profileNames.reduce((sum, profile) => sum + scenarios[profile], 0);
  return coverageNames.map((name, index) => {
    const { clauses } = coverageTable[name];
    const minimum = minimums === undefined ? coverageTable[name].minimum : (minimums[name] ?? none);
    const count = counts[index] ?? 0;
    const weighted = profileNames.map((profile) => minimum[profile] * scenarios[profile]);
    const expected = isDemanded ? weighted.reduce((sum, part) => sum + part, 0) / 100 : 0;
    return {
      name,
      clauses,
      scenarios: count,
      share: total === 0 ? 0 : count / total,
      minimum: total === 0 ? 0 : expected / total,
      reached: count >= leastCount(expected),
    };
  });
}

const none: Minimum = { contract: 0, tcg: 0, 'tcg-7.2': 0, kvm: 0 };

/** From this expected count on, one occurrence at least is demanded: to see none has a chance below 1 in 8,000. */
const countThatShows = 9;

/**
 * The least count that is accepted where the minimum says `expected`: four standard deviations less, for what chance does in
 * a short run, but at least one once enough scenarios ran.
 */
export function leastCount(expected: number): number {
  return Math.max(expected - 4 * Math.sqrt(expected), expected >= countThatShows ? 1 : 0);
}
