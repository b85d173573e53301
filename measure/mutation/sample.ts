/** Which mutants are tried. */
import { createHash } from 'node:crypto';
import type { Mutant } from './mutants.ts';

/**
 * A sample of `count` mutants that are to be found: others come along, and do not
 * count.
 * Drawn by a hash of seed and mutant, so that a change of the sources exchanges the mutants of the changed lines only, and a
 * larger sample holds the smaller one.
 */
export function sampleOf(
  mutants: readonly Mutant[],
  count: number,
  seed: number,
  isOther: (mutant: Mutant) => boolean,
): Mutant[] {
  const rank = new Map(
    mutants.map((mutant) => [mutant, createHash('sha256').update(`${seed} ${mutant.key}`).digest('hex')]),
  );
  const rankOf = (mutant: Mutant) => rank.get(mutant) ?? '';
  const ordered = [...mutants].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  const sample: Mutant[] = [];
  let due = count;
  for (const mutant of ordered) {
    if (due === 0) break;
    sample.push(mutant);
    if (!isOther(mutant)) due--;
  }
  return sample;
}
