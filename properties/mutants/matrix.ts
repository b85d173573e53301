/**
 * The matrix of seeded bugs: each mutant against the named histories, random testing, and exploration. How soon is it
 * found, and how long is the history that is shown for it?
 */
import fc from 'fast-check';
import type { Mutant } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference.ts';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary.ts';
import { lockstep } from '../lockstep.ts';
import { ScenarioArbitrary } from '../scenario-arbitrary.ts';
import { simplerScenarios } from '../shrink/candidates.ts';

/** What random testing came upon. */
export type Found = {
  /** Histories run, the failing one included. */
  readonly histories: number;
  readonly scenario: Scenario;
  /** What the failure is: the kinds of the effects that differ first. */
  readonly kind: string;
};

/** The shortest history that shows a mutant, as exploration proves it. */
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
  /** The named histories that show it. */
  readonly named: readonly string[];
  /** Histories until found, a seed each; undefined where it survived. */
  readonly histories: readonly (number | undefined)[];
  /** The median of these; a survivor counts as infinitely many. */
  readonly median: number;
  readonly worst: number;
  /** What the seeds found, shrunk; the shortest. */
  readonly shrunk: Scenario | undefined;
  readonly proof: Proof | undefined;
};

export type MatrixOptions = {
  readonly mutants: readonly Mutant[];
  readonly seeds: readonly number[];
  /** Most histories for each mutant and seed. */
  readonly histories: number;
  readonly named?: readonly { readonly source: string; readonly scenario: Scenario }[];
  readonly prove?: Prove;
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
  const { seeds, histories, named = [], prove } = options;
  const { dispatcher, profiles } = mutant;
  const found = seeds.map((seed) => findAtRandom(dispatcher, profiles, seed, histories));
  const counts = found.map((one) => one?.histories ?? Number.POSITIVE_INFINITY);
  const [shrunk] = found
    .flatMap((one) => (one === undefined ? [] : [shrink(dispatcher, one)]))
    .toSorted((a, b) => a.operations.length - b.operations.length);
  return {
    mutant,
    named: named
      .filter(({ scenario }) => differs(dispatcher, profiles, scenario))
      .map(({ source }) => source),
    histories: found.map((one) => one?.histories),
    median: medianOf(counts),
    worst: Math.max(...counts),
    shrunk,
    proof: shrunk && (await prove?.(mutant, shrunk.operations.length)),
  };
}

/** The middle one, or the upper of the two; not a number where there are none. */
export function medianOf(counts: readonly number[]): number {
  return counts.toSorted((a, b) => a - b)[counts.length >> 1] ?? Number.NaN;
}

/** Random testing: the first of so many histories on which the model and the dispatcher differ. */
export function findAtRandom(
  dispatcher: Dispatcher,
  profiles: readonly Profile[],
  seed: number,
  histories: number,
): Found | undefined {
  const agrees = (scenario: Scenario) => lockstep(modelDispatcher, dispatcher, scenario) === undefined;
  const details = fc.check(fc.property(new ScenarioArbitrary({ profiles }), agrees), {
    seed,
    numRuns: histories,
    endOnFailure: true,
  });
  const [scenario] = details.counterexample ?? [];
  const failure = scenario && lockstep(modelDispatcher, dispatcher, scenario);
  if (scenario === undefined || failure === undefined) return undefined;
  return { histories: details.numRuns, scenario, kind: failure.kind };
}

/** A history that fails in the same way and has no simpler one that does, among those that shrinking proposes. */
export function shrink(dispatcher: Dispatcher, { scenario, kind }: Omit<Found, 'histories'>): Scenario {
  let smallest = scenario;
  for (;;) {
    const simpler = firstThat(
      simplerScenarios(smallest),
      (other) => lockstep(modelDispatcher, dispatcher, other)?.kind === kind,
    );
    if (simpler === undefined) return smallest;
    smallest = simpler;
  }
}

function firstThat<T>(values: Iterable<T>, is: (value: T) => boolean): T | undefined {
  for (const value of values) if (is(value)) return value;
  return undefined;
}

/** Whether a named history shows the mutant; it counts only under a profile that the mutant names. */
function differs(dispatcher: Dispatcher, profiles: readonly Profile[], scenario: Scenario): boolean {
  if (!profiles.includes(scenario.profile ?? 'contract')) return false;
  return lockstep(modelDispatcher, dispatcher, scenario) !== undefined;
}
