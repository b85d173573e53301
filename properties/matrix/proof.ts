/** Proven minimums, by exploration. */
import type { Mutant } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { underProfile } from '../engine/dispatchers.ts';
import { explore } from '../explore/explore.ts';
import type { Scope } from '../explore/scope/scope.ts';
import type { Proof, Prove } from './matrix.ts';

/** Bounds of the work: pairs of states that are reached in one exploration of a scope, and in all for one mutant. */
export type ProofBounds = { readonly mostPairs: number; readonly mostPairsInAll: number };

/**
 * Explores every scope to one operation less than is known to be enough. If none of them shows the mutant, it explores them to that
 * many operations until one does. No scenario of these scopes is then shorter than the one that is found. A scope that is beyond the
 * bounds is given up for this mutant, and nothing is proven of it. So the proof is the same on any machine.
 */
export function proofIn(scopes: readonly Scope[], bounds: ProofBounds): Prove {
  // Small scopes first: of equally short scenarios, the one of the smallest scope is shown.
  const sorted = scopes.toSorted((one, other) => one.operations.length - other.operations.length);
  return async (mutant, most) => {
    const work = { ...bounds, done: 0 };
    for (const profile of mutant.profiles) {
      const proof = await shortestUnder(mutant, profile, sorted, most, work);
      if (proof !== undefined) return proof;
    }
    return undefined;
  };
}

/** `done`: pairs reached so far for this mutant. */
type Work = ProofBounds & { done: number };

async function shortestUnder(
  mutant: Mutant,
  profile: Profile,
  scopes: readonly Scope[],
  most: number,
  work: Work,
): Promise<Proof | undefined> {
  const left = new Set(scopes.filter(({ header }) => (header.profile ?? profile) === profile));
  const shortestIn = async (scope: Scope, mostOperations: number): Promise<Proof | undefined> => {
    const mostPairs = Math.min(work.mostPairs, work.mostPairsInAll - work.done);
    if (mostPairs <= 0) return undefined;
    const { end, depth, finding, isShortest, pairs } = await explore({
      a: underProfile(modelDispatcher, profile),
      b: underProfile(mutant.dispatcher, profile),
      scope,
      mostOperations,
      mostPairs,
      walkSteps: 0,
    });
    work.done += pairs;
    const isGivenUp = end === 'bounded' && depth + 1 < mostOperations;
    if (end !== 'bounded' || isGivenUp) left.delete(scope);
    if (finding === undefined || !isShortest) return undefined;
    const { scenario } = finding;
    return { scope: scope.name, length: scenario.operations.length, scenario };
  };
  let shorter: Proof | undefined;
  for (const scope of left) {
    const bound = (shorter?.length ?? most) - 1;
    if (bound > 0) shorter = (await shortestIn(scope, bound)) ?? shorter;
  }
  if (shorter !== undefined) return shorter;
  for (const scope of left) {
    const proof = await shortestIn(scope, most);
    if (proof !== undefined) return proof;
  }
  return undefined;
}
