/** Shrinking: from a failing scenario to a simpler one that fails as well. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import type { Failure } from '../compare/property.ts';
import { simplerScenarios, withoutRemarks } from './candidates.ts';

/** How a scenario fails; undefined if it does not. */
export type Fails = (scenario: Scenario) => Failure | undefined;

/**
 * Operations that the proposals may have together before shrinking ends with what it has: some seconds of work. A scenario of
 * hundreds of operations that are all needed would take hours otherwise.
 */
const mostWork = 400_000;

/** Longer scenarios are cut down first, without beginning anew after each cut. */
const longOperations = 48;

/** The scenario, made simpler for as long as a proposed one fails in the same way (`kind`). */
export function shrunk(failing: Failing, fails: Fails): Failing {
  const budget = { left: mostWork };
  const isWanted = ({ kind }: Failure) => kind === failing.failure.kind;
  const counted = counting(fails, budget);
  let smallest = cutDown(failing, counted, isWanted, budget);
  while (budget.left > 0) {
    const simpler = first(simplerScenarios(smallest.scenario), counted, isWanted, budget);
    if (simpler === undefined) break;
    smallest = { ...smallest, ...simpler };
  }
  return smallest;
}

type Budget = { left: number };

function counting(fails: Fails, budget: Budget): Fails {
  return (scenario) => {
    budget.left -= scenario.operations.length;
    return fails(scenario);
  };
}

/** Without what comes after the failure, then without one part after the other: halves, quarters, and so on. */
function cutDown(
  failing: Failing,
  fails: Fails,
  isWanted: (failure: Failure) => boolean,
  budget: Budget,
): Failing {
  if (failing.scenario.operations.length <= longOperations) return failing;
  let smallest = failing;
  const without = (start: number, end: number): boolean => {
    const { scenario } = smallest;
    const operations = scenario.operations.toSpliced(start, end - start);
    if (operations.length === scenario.operations.length || budget.left <= 0) return false;
    const simpler = withoutRemarks({ ...scenario, operations });
    const failure = fails(simpler);
    if (failure === undefined || !isWanted(failure)) return false;
    smallest = { ...smallest, scenario: simpler, failure };
    return true;
  };
  without(failing.failure.operation + 1, failing.scenario.operations.length);
  for (let length = smallest.scenario.operations.length >> 1; length >= 1; length >>= 1) {
    for (let end = smallest.scenario.operations.length; end > 0; end -= length) {
      without(Math.max(0, end - length), end);
    }
  }
  return smallest;
}

/** The scenario shrunk; then shrunk again from any scenario with fewer operations that fails, in whichever way. */
export function shrunkInAnyWay(failing: Failing, fails: Fails): Failing {
  let shortest = shrunk(failing, fails);
  for (;;) {
    const { scenario } = shortest;
    const budget = { left: mostWork };
    const shorter = first(fewerOperations(scenario), counting(fails, budget), () => true, budget);
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
  budget: Budget,
): Pick<Failing, 'scenario' | 'failure'> | undefined {
  for (const scenario of scenarios) {
    if (budget.left <= 0) return undefined;
    const failure = fails(scenario);
    if (failure !== undefined && isWanted(failure)) return { scenario, failure };
  }
  return undefined;
}
