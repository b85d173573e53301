/** Shrinking: from a failing scenario to a simpler one that fails as well. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import type { Failure } from '../compare/property.ts';
import { simplerScenarios } from './candidates.ts';

/** How a scenario fails; undefined if it does not. */
export type Fails = (scenario: Scenario) => Failure | undefined;

/** The scenario, made simpler for as long as a proposed one fails in the same way (`kind`). */
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

/** The scenario shrunk; then shrunk again from any scenario with fewer operations that fails, in whichever way. */
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
