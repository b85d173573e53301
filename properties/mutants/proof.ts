/** Proven minima, by exploration. */
import type { Mutant } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference.ts';
import { underProfile } from '../dispatchers.ts';
import { explore } from '../explore/explore.ts';
import type { Scope } from '../explore/scope.ts';
import type { Proof, Prove } from './matrix.ts';

/**
 * Explores these scopes, under the profiles of the mutant, and keeps the shortest history; of equally short ones the
 * first. A scope that is longer under way than `milliseconds` is given up.
 */
export function proofIn(scopes: readonly Scope[], milliseconds = Number.POSITIVE_INFINITY): Prove {
  return async (mutant) => {
    let shortest: Proof | undefined;
    for (const scope of scopes) {
      const proof = await proofBy(mutant, scope, milliseconds);
      if (proof !== undefined && (shortest === undefined || proof.length < shortest.length)) shortest = proof;
    }
    return shortest;
  };
}

async function proofBy(mutant: Mutant, scope: Scope, milliseconds: number): Promise<Proof | undefined> {
  const { profile } = scope.header;
  let shortest: Proof | undefined;
  for (const each of mutant.profiles) {
    if (profile !== undefined && profile !== each) continue;
    const abort = milliseconds === Number.POSITIVE_INFINITY ? undefined : AbortSignal.timeout(milliseconds);
    const { finding, isShortest } = await explore({
      a: underProfile(modelDispatcher, each),
      b: underProfile(mutant.dispatcher, each),
      scope,
      ...(abort !== undefined && { abort }),
    });
    const length = finding?.scenario.operations.length ?? Number.POSITIVE_INFINITY;
    if (finding === undefined || !isShortest || length >= (shortest?.length ?? Number.POSITIVE_INFINITY))
      continue;
    shortest = { scope: scope.name, length, scenario: finding.scenario };
  }
  return shortest;
}
