/**
 * The ledger: every way in which the profiles differ from the contract, each with its shortest scenario. It is built from nothing
 * but the model and the scopes, and kept by value in `properties/witnesses/`.
 */
import type { DecisionName } from '../../model/vocabulary/decisions.ts';
import { profiles } from '../../model/vocabulary/profiles.ts';
import { loadScope } from '../explore/scope/load.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { checkLedger } from './check-ledger.ts';
import { type LedgerPair, runningProfiles, singlePairs } from './pair.ts';
import { keyOf, type SearchBounds, searchScope, type View, type Witness } from './search.ts';

/** Scopes that can show a decision. The others were searched once, and show nothing that these do not. */
const scopesFor: Readonly<Record<DecisionName, readonly string[]>> = {
  match: ['size-zero', 'byte-order', 'access', 'kernel-path', 'refusals'],
  visibility: ['clip', 'order', 'kernel-path'],
  hostChanges: ['order', 'transaction', 'kernel-limit', 'refusals'],
  sizeZeroIdentity: ['limit-one', 'size-zero', 'kernel-bus', 'refusals'],
  data: ['byte-order'],
  host: ['kernel-bus', 'limit-one', 'byte-order', 'transaction', 'refusals'],
  root: ['root', 'clip'],
  cpuStore: ['access', 'cpu-store'],
};

/** The scope of a line that was found at random: the operations of its own scenario, in any order and number. */
export const ownOperations = 'own operations';

/** Random scenarios of each profile that look for what the scopes do not show. */
const randomRuns = 20_000;

/** Shrinking ends at a scenario from which nothing can be taken, which is not always the shortest: the best of so many is kept. */
const randomAttempts = 30;

/** Enough for every kind that larger searches found. */
const bounds: Readonly<Record<View, SearchBounds>> = {
  host: { mostOperations: 7, mostStates: 3_000 },
  guest: { mostOperations: 9, mostStates: 8_000 },
};

export type LedgerProgress = { readonly done: number; readonly of: number; readonly witnesses: number };

export type LedgerOptions = {
  readonly onProgress?: (progress: LedgerProgress) => void;
  readonly abort?: AbortSignal;
};

/** What is searched: a decision alone, in a scope, in a view. */
type Search = { readonly pair: LedgerPair; readonly scope: Scope; readonly view: View };

/** Builds the ledger. Deterministic; in the order of the pairs, then of the views, then by length. */
export async function buildLedger({ onProgress, abort }: LedgerOptions = {}): Promise<readonly Witness[]> {
  const searches = await allSearches();
  const shortest = new Map<string, Witness>();
  for (const [index, { pair, scope, view }] of searches.entries()) {
    abort?.throwIfAborted();
    for (const witness of searchScope(pair, scope, view, bounds[view]).witnesses) {
      const known = shortest.get(keyOf(witness));
      if (known === undefined || witness.operations.length < known.operations.length) {
        shortest.set(keyOf(witness), witness);
      }
    }
    onProgress?.({ done: index + 1, of: searches.length, witnesses: shortest.size });
    // Lets an interrupt be heard.
    await new Promise((resolve) => setImmediate(resolve));
  }
  addFoundAtRandom(shortest);
  return [...shortest.values()];
}

/** What random scenarios show beside the scopes: each is then proven to be shortest among the scenarios of its own operations. */
function addFoundAtRandom(shortest: Map<string, Witness>): void {
  for (const profile of runningProfiles) {
    const { unnamed } = checkLedger(profile, new Set(shortest.keys()), {
      seed: 1,
      runs: randomRuns,
      attempts: randomAttempts,
    });
    for (const { key, pair, view, kind, scenario } of unnamed) {
      const { operations, ...header } = scenario;
      const scope: Scope = {
        name: ownOperations,
        title: '',
        header,
        operations: [...new Set(operations)],
        notifiers: [],
        bounds: { registrations: 16, atOneOffset: 16, nesting: 2 },
      };
      const bound = { mostOperations: operations.length, mostStates: 20_000 };
      const { witnesses } = searchScope(pair, scope, view, bound);
      const witness = witnesses.find((one) => one.kind === kind);
      shortest.set(key, witness ?? { pair, view, kind, scope: ownOperations, header, operations });
    }
  }
}

async function allSearches(): Promise<readonly Search[]> {
  const searches: Search[] = [];
  for (const pair of ledgerPairs()) {
    for (const view of ['host', 'guest'] as const) {
      for (const name of pair.decisions.flatMap((decision) => scopesFor[decision])) {
        const scope = await loadScope(name);
        const { profile = pair.profile } = scope.header;
        if (profile === pair.profile) searches.push({ pair, scope, view });
      }
    }
  }
  return searches;
}

/** Each decision of each profile alone. Where tcg-7.2 decides as tcg does, tcg's lines hold for both. */
export function ledgerPairs(): readonly LedgerPair[] {
  return singlePairs().filter(
    ({ profile, decisions }) =>
      profile !== 'tcg-7.2' || decisions.some((name) => profiles.tcg[name] !== profiles['tcg-7.2'][name]),
  );
}
