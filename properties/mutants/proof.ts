/** Proven minima, by exploration. */
import type { Mutant } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference.ts';
import type { Profile } from '../../model/vocabulary.ts';
import { underProfile } from '../dispatchers.ts';
import { explore } from '../explore/explore.ts';
import type { Scope } from '../explore/scope.ts';
import type { Proof, Prove } from './matrix.ts';

/**
 * Explores scopes to one operation, then to two, and so on: the first history found is as short as any in all of them. A
 * scope that takes longer than `milliseconds` is given up for this mutant; what the others prove holds for them.
 */
export function proofIn(scopes: readonly Scope[], milliseconds: number): Prove {
  // Small alphabets first: of equally short histories, the one of the smallest scope.
  const sorted = scopes.toSorted((one, other) => one.alphabet.length - other.alphabet.length);
  return async (mutant, most) => {
    for (const profile of mutant.profiles) {
      const proof = await shortestUnder(mutant, profile, sorted, most, milliseconds);
      if (proof !== undefined) return proof;
    }
    return undefined;
  };
}

async function shortestUnder(
  mutant: Mutant,
  profile: Profile,
  scopes: readonly Scope[],
  most: number,
  milliseconds: number,
): Promise<Proof | undefined> {
  const left = new Set(scopes.filter(({ header }) => (header.profile ?? profile) === profile));
  for (let length = 1; length <= most; length++) {
    for (const scope of left) {
      const { end, finding, isShortest } = await explore({
        a: underProfile(modelDispatcher, profile),
        b: underProfile(mutant.dispatcher, profile),
        scope,
        mostOperations: length,
        abort: AbortSignal.timeout(milliseconds),
      });
      if (finding !== undefined && isShortest) {
        const { scenario } = finding;
        return { scope: scope.name, length: scenario.operations.length, scenario };
      }
      if (end !== 'bounded') left.delete(scope);
    }
  }
  return undefined;
}
