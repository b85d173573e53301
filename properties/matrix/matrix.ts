/**
 * The matrix of seeded bugs: each mutant against the named scenarios, random testing, and exploration. How soon is it
 * found, and how long is the scenario that is shown for it?
 */
import fc from 'fast-check';
import type { Mutant } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../compare/lockstep.ts';
import { searchShortest } from '../engine/search.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { shrunk } from '../shrink/shrunk.ts';

/** What random testing found. */
export type FoundAtRandom = {
  /** Scenarios run, the failing one included. */
  readonly scenarios: number;
  readonly scenario: Scenario;
};

/** The shortest scenario that shows a mutant, as exploration proves it. */
export type Proof = {
  readonly scope: string;
  /** Operations. */
  readonly length: number;
  readonly scenario: Scenario;
};

/** Proves a minimum of at most `most` operations; undefined where no scope shows the mutant in so many. */
export type Prove = (mutant: Mutant, most: number) => Promise<Proof | undefined>;

export type MatrixRow = {
  readonly mutant: Mutant;
  /** The named scenarios that show it. */
  readonly named: readonly string[];
  /** Scenarios until it was found, one number for each seed; undefined where it survived. */
  readonly scenarios: readonly (number | undefined)[];
  /** The median of these; a survivor counts as infinitely many. */
  readonly median: number;
  readonly worst: number;
  /** What `check` shows for what the first seed found; without a search, what it finds first. */
  readonly shrunk: Scenario | undefined;
  readonly proof: Proof | undefined;
};

export type MatrixOptions = {
  readonly mutants: readonly Mutant[];
  readonly seeds: readonly number[];
  /** Most scenarios for each mutant and seed. */
  readonly scenarios: number;
  readonly named?: readonly { readonly source: string; readonly scenario: Scenario }[];
  readonly prove?: Prove;
  /** Whether to look for the shortest scenario, as `check` does (half a second a mutant); else what was found is only shrunk. */
  readonly search: boolean;
  readonly onRow?: (row: MatrixRow) => void;
  readonly abort?: AbortSignal;
};

/** One row for each mutant, in order; fewer where it was aborted. Deterministic. */
export async function matrix(options: MatrixOptions): Promise<MatrixRow[]> {
  const rows: MatrixRow[] = [];
  for (const mutant of options.mutants) {
    // Lets signals and the progress display have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (options.abort?.aborted) break;
    const row = await rowOf(mutant, options);
    rows.push(row);
    options.onRow?.(row);
  }
  return rows;
}

async function rowOf(mutant: Mutant, options: MatrixOptions): Promise<MatrixRow> {
  const { seeds, scenarios, named = [], prove, search } = options;
  const { dispatcher, profiles } = mutant;
  const found = seeds.map((seed) => findAtRandom(dispatcher, profiles, seed, scenarios));
  const counts = found.map((one) => one?.scenarios ?? Number.POSITIVE_INFINITY);
  const [first] = found;
  const shortest = first && (await shown(dispatcher, profiles, first.scenario, seeds[0] ?? 0, search));
  return {
    mutant,
    named: named
      .filter(({ scenario }) => isShownBy(dispatcher, profiles, scenario))
      .map(({ source }) => source),
    scenarios: found.map((one) => one?.scenarios),
    median: medianOf(counts),
    worst: Math.max(...counts),
    shrunk: shortest,
    proof: shortest && (await prove?.(mutant, shortest.operations.length)),
  };
}

/** The median: of an even number, the upper of the two in the middle. NaN of none. */
export function medianOf(counts: readonly number[]): number {
  return counts.toSorted((a, b) => a - b)[counts.length >> 1] ?? Number.NaN;
}

/** Random testing: the first of at most `scenarios` scenarios on which the model and the dispatcher differ. */
export function findAtRandom(
  dispatcher: Dispatcher,
  profiles: readonly Profile[],
  seed: number,
  scenarios: number,
): FoundAtRandom | undefined {
  const agrees = (scenario: Scenario) => lockstep(modelDispatcher, dispatcher, scenario) === undefined;
  const details = fc.check(fc.property(new ScenarioArbitrary({ profiles }), agrees), {
    seed,
    numRuns: scenarios,
    endOnFailure: true,
  });
  const [scenario] = details.counterexample ?? [];
  return scenario && { scenarios: details.numRuns, scenario };
}

/** What `check` shows for a scenario that random testing found: the shortest that a search finds, or only the scenario shrunk. */
export async function shown(
  dispatcher: Dispatcher,
  profiles: readonly Profile[],
  scenario: Scenario,
  seed: number,
  search = true,
): Promise<Scenario> {
  const fails = (other: Scenario) => lockstep(modelDispatcher, dispatcher, other);
  const failure = fails(scenario);
  if (failure === undefined) return scenario;
  const first = shrunk({ scenario, failure, originalLength: scenario.operations.length }, fails);
  const shortest = search ? await searchShortest(first, fails, { seed, profiles }) : first;
  return shortest.scenario;
}

/** Whether a named scenario shows the mutant; it counts only under a profile that the mutant names. */
export function isShownBy(dispatcher: Dispatcher, profiles: readonly Profile[], scenario: Scenario): boolean {
  if (!profiles.includes(scenario.profile ?? 'contract')) return false;
  return lockstep(modelDispatcher, dispatcher, scenario) !== undefined;
}
