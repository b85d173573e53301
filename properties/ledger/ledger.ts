/**
 * The ledger: every way in which the profiles differ from the contract, each with its shortest scenario. It is built from nothing
 * but the model and the scopes, and kept by value in `properties/witnesses/`.
 */
import type { DecisionName } from '../../model/vocabulary/decisions.ts';
import { loadScope } from '../explore/scope/load.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { checkLedger, shows, type UnnamedDifference } from './check-ledger.ts';
import { hasOwnLine, type LedgerPair, lineOf, runningProfiles, singlePairs } from './pair.ts';
import { keyOf, ownOperations, type SearchBounds, searchScope, type View, type Witness } from './search.ts';

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
  /** What scenarios once showed beside the scopes. No more than their operations is taken from them. */
  readonly shown?: readonly UnnamedDifference[];
  readonly onProgress?: (progress: LedgerProgress) => void;
  readonly abort?: AbortSignal;
};

/** What is searched: a decision alone, in a scope, in a view. */
type Search = { readonly pair: LedgerPair; readonly scope: Scope; readonly view: View };

/**
 * Builds the ledger from the scopes, from what was shown once, and from random scenarios. Deterministic; in the order of the pairs,
 * then of the views, then by length.
 */
export async function buildLedger({
  shown = [],
  onProgress,
  abort,
}: LedgerOptions = {}): Promise<readonly Witness[]> {
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
  addShown(shortest, shown);
  for (const profile of runningProfiles) {
    const random = { seed: 1, runs: randomRuns, attempts: randomAttempts };
    addShown(shortest, checkLedger(profile, new Set(shortest.keys()), random).unnamed);
  }
  return [...shortest.values()];
}

/**
 * What scenarios show beside the scopes. Of each kind, the shortest of the scenario's own operations is kept, if no shorter one is
 * known.
 */
function addShown(shortest: Map<string, Witness>, differences: readonly UnnamedDifference[]): void {
  for (const { pair: found, view, kind, scenario } of differences) {
    const pair = lineOf(found);
    const key = keyOf({ pair, view, kind });
    const { operations, profile: _profile, ...header } = scenario;
    const mostOperations = (shortest.get(key)?.operations.length ?? operations.length + 1) - 1;
    const scope: Scope = {
      name: ownOperations,
      title: '',
      header,
      operations: [...new Set(operations)],
      notifiers: [],
      bounds: { registrations: 16, atOneOffset: 16, nesting: 2 },
    };
    const isAsked = (one: Witness) =>
      one.kind === kind && shows({ ...header, profile: pair.profile, operations: one.operations }, pair, key);
    const { witnesses } = searchScope(pair, scope, view, { mostOperations, mostStates: 20_000, isAsked });
    const [witness] = witnesses;
    if (witness !== undefined) shortest.set(key, witness);
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

/** Each decision of each profile alone. */
export function ledgerPairs(): readonly LedgerPair[] {
  return singlePairs().filter(hasOwnLine);
}
