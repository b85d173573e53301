/** What a line of the ledger compares: a profile, and the same with some of its decisions as the contract has them. */
import { type DecisionName, type Decisions, decisionCatalogue } from '../../model/vocabulary/decisions.ts';
import { profileNames, profiles } from '../../model/vocabulary/profiles.ts';
import type { Profile, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';

export type LedgerPair = {
  readonly profile: Profile;
  /** What is as in the contract on the other side. */
  readonly decisions: readonly DecisionName[];
  /** What is as in the contract on both sides: a system in which that was mended. */
  readonly mended?: readonly DecisionName[];
};

/** Every decision, in the order of the catalogue. */
export const decisionNames = Object.keys(decisionCatalogue) as readonly DecisionName[];

/** The profiles of systems that run. */
export const runningProfiles: readonly Profile[] = profileNames.filter((name) => name !== 'contract');

/** The decisions in which a profile differs from the contract. */
export function differingDecisions(profile: Profile): readonly DecisionName[] {
  return decisionNames.filter((name) => profiles[profile][name] !== profiles.contract[name]);
}

/** A pair for each decision of each profile that differs from the contract: the decision alone. */
export function singlePairs(): readonly LedgerPair[] {
  return runningProfiles.flatMap((profile) =>
    differingDecisions(profile).map((decision) => ({ profile, decisions: [decision] })),
  );
}

/** The header under which the side of the profile runs. */
export function ownHeader(header: ScenarioHeader, { profile, mended = [] }: LedgerPair): ScenarioHeader {
  return { ...header, profile, decisions: asInContract(mended) };
}

/** The header under which the other side runs: the contract's values for the pair's decisions. */
export function changedHeader(header: ScenarioHeader, pair: LedgerPair): ScenarioHeader {
  const { profile, decisions, mended = [] } = pair;
  return { ...header, profile, decisions: asInContract([...mended, ...decisions]) };
}

function asInContract(decisions: readonly DecisionName[]): Partial<Decisions> {
  const changed: Partial<Record<DecisionName, string>> = {};
  for (const decision of decisions) changed[decision] = profiles.contract[decision];
  return changed as Partial<Decisions>;
}

/** Whether a pair has a line of its own. Where tcg-7.2 decides as tcg does, tcg's lines hold for both. */
export function hasOwnLine({ profile, decisions }: LedgerPair): boolean {
  return profile !== 'tcg-7.2' || decisions.some((name) => profiles.tcg[name] !== profiles['tcg-7.2'][name]);
}

/** The pair whose line names what this one shows. */
export function lineOf(pair: LedgerPair): LedgerPair {
  return hasOwnLine(pair) ? pair : { ...pair, profile: 'tcg' };
}
