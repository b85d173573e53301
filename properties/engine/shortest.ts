/** From a failing scenario to the shortest that can be found: shrinking, which keeps the way it fails, and a search that does not. */
import fc from 'fast-check';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failure } from '../compare/property.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { simplerScenarios } from '../shrink/candidates.ts';

/** How a scenario fails; undefined if it does not. */
export type Fails = (scenario: Scenario) => Failure | undefined;

export type Failing = {
  readonly scenario: Scenario;
  readonly failure: Failure;
  /** Operations before shrinking. */
  readonly originalLength: number;
};

/** A scenario that fails in the same way (`kind`), and of which no simpler one that is proposed does. */
export function shrunk(failing: Failing, fails: Fails): Failing {
  let smallest = failing;
  for (;;) {
    const simpler = first(
      simplerScenarios(smallest.scenario),
      fails,
      ({ kind }) => kind === failing.failure.kind,
    );
    if (simpler === undefined) return smallest;
    smallest = { ...smallest, ...simpler };
  }
}

/** Shrunk; then again, from any simpler scenario that fails in another way with fewer operations. */
export function shrunkInAnyWay(failing: Failing, fails: Fails): Failing {
  let shortest = shrunk(failing, fails);
  for (;;) {
    const { scenario } = shortest;
    const shorter = first(fewerOperations(scenario), fails, () => true);
    if (shorter === undefined) return shortest;
    shortest = shrunk({ ...shortest, ...shorter }, fails);
  }
}

function* fewerOperations(scenario: Scenario): IterableIterator<Scenario> {
  for (const simpler of simplerScenarios(scenario)) {
    if (simpler.operations.length < scenario.operations.length) yield simpler;
  }
}

function first(
  scenarios: Iterable<Scenario>,
  fails: Fails,
  isWanted: (failure: Failure) => boolean,
): Pick<Failing, 'scenario' | 'failure'> | undefined {
  for (const scenario of scenarios) {
    const failure = fails(scenario);
    if (failure !== undefined && isWanted(failure)) return { scenario, failure };
  }
  return undefined;
}

/**
 * What ends the search: so many more failing scenarios, or so many scenarios. It takes half a second, finds a shorter
 * scenario than the one shrunk first for three in ten seeded bugs (`npm run bench`), and the shortest that there is for all
 * (`ioeventfd-check mutants`).
 */
const mostFailing = 40;
const mostScenarios = 5000;
const batch = 250;

export type SearchOptions = {
  /** Of the random scenarios: the same seed, the same result. */
  readonly seed: number;
  /** Those that the random scenarios are generated for. */
  readonly profiles: readonly Profile[];
  /** Ends the search soon, with what was found until then. */
  readonly abort?: AbortSignal | undefined;
};

/**
 * Looks for a shorter scenario on which the same property fails, in whichever way: among the simpler ones of what was
 * found (shrunk already), and among more random ones, shrunk. A bug has many scenarios, and each shrinks into a valley of
 * its own.
 */
export async function searchShortest(
  found: Failing,
  fails: Fails,
  { seed, profiles, abort }: SearchOptions,
): Promise<Failing> {
  let shortest = shrunkInAnyWay(found, fails);
  const scenarios = new ScenarioArbitrary({ profiles });
  let failing = 0;
  for (let done = 0; done < mostScenarios; done += batch) {
    // Lets signals and the progress display have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    for (const scenario of fc.sample(scenarios, { seed: seed + done, numRuns: batch })) {
      if (abort?.aborted || lengthOf(shortest) <= 1 || failing >= mostFailing) return shortest;
      const failure = fails(scenario);
      if (failure === undefined) continue;
      failing++;
      const other = shrunkInAnyWay({ scenario, failure, originalLength: scenario.operations.length }, fails);
      if (lengthOf(other) < lengthOf(shortest)) shortest = other;
    }
  }
  return shortest;
}

function lengthOf({ scenario }: Failing): number {
  return scenario.operations.length;
}
