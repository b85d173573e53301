/** Proven minima, by exploration. */
import type { Mutant } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference.ts';
import { underProfile } from '../dispatchers.ts';
import { explore } from '../explore/explore.ts';
import type { Scope } from '../explore/scope.ts';
import type { Proof, Prove } from './matrix.ts';

/**
 * Explores these scopes, under the profiles of the mutant: first all histories of as many operations as a known one has,
 * then, once one is found, all that are shorter. What is left is a history of which no scope has a shorter one.
 */
export function proofIn(scopes: readonly Scope[]): Prove {
  // Small alphabets first: what they find bounds the others.
  const sorted = scopes.toSorted((one, other) => one.alphabet.length - other.alphabet.length);
  return async (mutant, most) => {
    let shortest: Proof | undefined;
    for (const scope of sorted) {
      for (const profile of mutant.profiles) {
        if (scope.header.profile !== undefined && scope.header.profile !== profile) continue;
        const bound = shortest === undefined ? most : shortest.length - 1;
        if (bound > 0) shortest = (await proofBy(mutant, scope, profile, bound)) ?? shortest;
      }
    }
    return shortest;
  };
}

async function proofBy(
  mutant: Mutant,
  scope: Scope,
  profile: Mutant['profiles'][number],
  mostOperations: number,
): Promise<Proof | undefined> {
  const { finding, isShortest } = await explore({
    a: underProfile(modelDispatcher, profile),
    b: underProfile(mutant.dispatcher, profile),
    scope,
    mostOperations,
  });
  if (finding === undefined || !isShortest) return undefined;
  const { scenario } = finding;
  return { scope: scope.name, length: scenario.operations.length, scenario };
}
