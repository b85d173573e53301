/** Shares of labels, and whether they are large enough: a green run that tested nothing is impossible. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { type Label, labelNames, labelTable } from './table.ts';

export type LabelShare = {
  readonly label: Label;
  /** The clauses that it shows. */
  readonly clauses: readonly ClauseId[];
  readonly scenarios: number;
  /** Of all scenarios, 0 to 1. */
  readonly share: number;
  /** The least share, 0 to 1, for this run's mix of profiles; a run below it fails. */
  readonly minimum: number;
  readonly reached: boolean;
};

/**
 * What each label reached.
 *
 * @param counts scenarios per label, in the order of `labelNames`
 * @param scenarios scenarios per profile
 */
export function labelShares(
  counts: readonly number[],
  scenarios: Readonly<Record<Profile, number>>,
): LabelShare[] {
  const total = scenarios.contract + scenarios.tcg + scenarios.kvm;
  return labelNames.map((label, index) => {
    const { clauses, minimum } = labelTable[label];
    const count = counts[index] ?? 0;
    const weighted = (['contract', 'tcg', 'kvm'] as const).map(
      (profile) => minimum[profile] * scenarios[profile],
    );
    const expected = weighted.reduce((sum, part) => sum + part, 0) / 100;
    return {
      label,
      clauses,
      scenarios: count,
      share: total === 0 ? 0 : count / total,
      minimum: total === 0 ? 0 : expected / total,
      reached: count >= expected - chance(expected),
    };
  });
}

/**
 * By how much a count may fall short by chance alone in a short run: four standard deviations. The minima are about half
 * of what the generator gives, so that in a run of some thousand scenarios this allowance decides nothing.
 */
function chance(expected: number): number {
  return 4 * Math.sqrt(expected);
}
