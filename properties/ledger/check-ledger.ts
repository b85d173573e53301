/** Does the ledger name every difference? Random scenarios, and for each the decisions that make the difference. */
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, EffectLists, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { firstDifference, runScenario } from '../compare/compare.ts';
import { randomScenarios } from '../engine/batch-plan.ts';
import { shrunk } from '../shrink/shrunk.ts';
import { changedHeader, differingDecisions, type LedgerPair, lineOf } from './pair.ts';
import { differenceKind, keyOf, type View } from './search.ts';

/** A difference that no line of the ledger names. */
export type UnnamedDifference = {
  readonly key: string;
  readonly pair: LedgerPair;
  readonly view: View;
  readonly kind: string;
  readonly scenario: Scenario;
};

export const views: readonly View[] = ['host', 'guest'];

/** How the two sides of a pair first differ on a scenario, in each view. */
export function differencesOf(scenario: Scenario, pair: LedgerPair): readonly UnnamedDifference[] {
  const own = effectsUnder(scenario, { profile: pair.profile, decisions: [] }, modelDispatcher);
  return differencesFrom(scenario, own, pair, modelDispatcher);
}

function effectsUnder(scenario: Scenario, pair: LedgerPair, on: Dispatcher): EffectLists {
  return runScenario(on, { ...scenario, ...changedHeader({}, pair) } as Scenario);
}

function differencesFrom(
  scenario: Scenario,
  own: EffectLists,
  pair: LedgerPair,
  on: Dispatcher,
): readonly UnnamedDifference[] {
  const other = effectsUnder(scenario, pair, on);
  return views.flatMap((view) => {
    for (const [index, operation] of scenario.operations.entries()) {
      const kind = differenceKind(operation, [own[index] ?? [], other[index] ?? []], view);
      if (kind !== undefined) return [{ key: keyOf({ pair, view, kind }), pair, view, kind, scenario }];
    }
    return [];
  });
}

/**
 * The differences between a profile and the contract on a scenario that the ledger does not name: each decision that makes one
 * alone; where none does, the least set of decisions that does together.
 */
export function unnamedIn(
  scenario: Scenario,
  profile: Profile,
  named: ReadonlySet<string>,
): readonly UnnamedDifference[] {
  // The fast dispatcher runs the many scenarios on which all is named. What is found is the model's: it shrinks on the model alone.
  const own = effectsUnder(scenario, { profile, decisions: [] }, optimizedDispatcher);
  const contract = runScenario(optimizedDispatcher, { ...scenario, profile: 'contract' });
  if (firstDifference(own, contract) === undefined) return [];
  const differing = differingDecisions(profile);
  for (let size = 1; size <= differing.length; size++) {
    const found = subsetsOf(differing, size).flatMap((decisions) =>
      differencesFrom(scenario, own, { profile, decisions }, optimizedDispatcher),
    );
    if (found.length > 0) return found.filter((one) => !named.has(nameOf(one)));
  }
  return [];
}

/** The key of the line that names a difference. */
export function nameOf({ pair, view, kind }: Pick<UnnamedDifference, 'pair' | 'view' | 'kind'>): string {
  return keyOf({ pair: lineOf(pair), view, kind });
}

function subsetsOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return list.flatMap((first, index) =>
    subsetsOf(list.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

export type LedgerCheck = {
  readonly scenarios: number;
  /** Scenarios on which the profile differs from the contract. */
  readonly unnamed: readonly UnnamedDifference[];
};

export type LedgerCheckOptions = {
  readonly seed: number;
  readonly runs: number;
  /** How many scenarios of one difference are shrunk. The smallest is told. */
  readonly attempts?: number;
};

/** Tries random scenarios of a profile. Each unnamed difference comes once, shrunk. */
export function checkLedger(
  profile: Profile,
  named: ReadonlySet<string>,
  { seed, runs, attempts = 1 }: LedgerCheckOptions,
): LedgerCheck {
  const unnamed = new Map<string, { tried: number; best: UnnamedDifference }>();
  let scenarios = 0;
  for (const scenario of randomScenarios({ seed, runs, profiles: [profile] })) {
    scenarios++;
    for (const one of unnamedIn(scenario, profile, named)) {
      const known = unnamed.get(one.key);
      if (known === undefined) unnamed.set(one.key, { tried: 1, best: smallest(one) });
      else if (known.tried < attempts) {
        known.tried++;
        known.best = shorterOf(known.best, smallest(one));
      }
    }
  }
  return { scenarios, unnamed: [...unnamed.values()].map(({ best }) => best) };
}

function shorterOf(one: UnnamedDifference, other: UnnamedDifference): UnnamedDifference {
  return other.scenario.operations.length < one.scenario.operations.length ? other : one;
}

/** Whether a scenario shows a difference of a pair, and fewer decisions make none. */
export function shows(scenario: Scenario, pair: LedgerPair, key: string): boolean {
  if (pair.decisions.length > 1) {
    return unnamedIn(scenario, pair.profile, new Set()).some((one) => one.key === key);
  }
  return differencesOf(scenario, pair).some((one) => one.key === key);
}

/** The difference on the smallest scenario that shrinking finds. */
function smallest(found: UnnamedDifference): UnnamedDifference {
  const { scenario, pair, key } = found;
  const failure = (simpler: Scenario) =>
    shows(simpler, pair, key) ? { ...noFailure, kind: key } : undefined;
  const failing = {
    scenario,
    failure: { ...noFailure, kind: key },
    originalLength: scenario.operations.length,
  };
  return { ...found, scenario: shrunk(failing, failure).scenario };
}

/** What the shrinker compares failures by is their kind. */
const noFailure = {
  property: 'ledger',
  clause: undefined,
  operation: 0,
  effect: 0,
  message: '',
  sides: [
    { name: '', effects: [] },
    { name: '', effects: [] },
  ],
} as const;
