/**
 * The matrix of seeded bugs: each mutant against the named scenarios, random testing, and exploration. How soon is it
 * found, and how long is the scenario that is shown for it?
 */
import type { Mutant } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../compare/lockstep.ts';
import { type Failure, invariantsName } from '../compare/property.ts';
import { batchSize, runBatch } from '../engine/batch.ts';
import { searchShortest } from '../engine/search.ts';
import { failureOf } from '../engine/try-property.ts';
import { type Fails, shrunk } from '../shrink/shrunk.ts';

/** What random testing found. */
export type FoundAtRandom = {
  /** Scenarios run, the failing one included. */
  readonly scenarios: number;
  readonly scenario: Scenario;
  readonly failure: Failure;
  /** Whether another scenario fails in the same way. */
  readonly fails: Fails;
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
  /** Most scenarios for each mutant and seed; ten times as many where it is rare. */
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
  const most = mutant.isRare ? 10 * scenarios : scenarios;
  const found = seeds.map((seed) => findAtRandom(dispatcher, profiles, seed, most));
  const counts = found.map((one) => one?.scenarios ?? Number.POSITIVE_INFINITY);
  const [first] = found;
  const shortest = first && (await shown(first, profiles, seeds[0] ?? 0, search));
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

/** What `check` finds with this seed, if it finds anything in so many random scenarios of these profiles. */
export function findAtRandom(
  dispatcher: Dispatcher,
  profiles: readonly Profile[],
  seed: number,
  scenarios: number,
): FoundAtRandom | undefined {
  for (let batch = 0; batch * batchSize < scenarios; batch++) {
    const size = Math.min(batchSize, scenarios - batch * batchSize);
    const { found } = runBatch(modelDispatcher, dispatcher, { seed, batch, profiles, size });
    if (found === undefined) continue;
    const { scenario, failure, number, pair } = found;
    const variant = dispatcher.variants?.find(({ name }) => name === pair?.[1]) ?? dispatcher;
    const fails: Fails = (other) => failureOf(failure.property, [modelDispatcher, variant], other);
    return { scenarios: number, scenario, failure, fails };
  }
  return undefined;
}

/** What `check` shows for a scenario that random testing found: the shortest that a search finds, or only the scenario shrunk. */
export async function shown(
  { scenario, failure, fails }: FoundAtRandom,
  profiles: readonly Profile[],
  seed: number,
  search = true,
): Promise<Scenario> {
  const first = shrunk({ scenario, failure, originalLength: scenario.operations.length }, fails);
  // A search runs thousands of scenarios, and invariants take their time.
  const isQuick = search && failure.property !== invariantsName;
  const shortest = isQuick ? await searchShortest(first, fails, { seed, profiles }) : first;
  return shortest.scenario;
}

/** Whether a named scenario shows the mutant; it counts only under a profile that the mutant names. */
export function isShownBy(dispatcher: Dispatcher, profiles: readonly Profile[], scenario: Scenario): boolean {
  if (!profiles.includes(scenario.profile ?? 'contract')) return false;
  return lockstep(modelDispatcher, dispatcher, scenario) !== undefined;
}
