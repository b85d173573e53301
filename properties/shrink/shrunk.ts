/** Shrinking: from a failing scenario to a simpler one that fails as well. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import type { Failure } from '../compare/property.ts';
import { type Asking, answered, type Budget, type Fails } from './asking.ts';
import { simplerScenarios, withoutRemarks } from './candidates.ts';

export type { Fails } from './asking.ts';

/**
 * Operations that the proposals may have together before shrinking ends with what it has: some seconds of work. A scenario of
 * hundreds of operations that are all needed would take hours otherwise.
 */
const mostWork = 400_000;

/** Longer scenarios are cut down first, without beginning anew after each cut. */
const longOperations = 48;

/** The scenario, made simpler for as long as a proposed one fails in the same way (`kind`). */
export function shrunk(failing: Failing, fails: Fails): Failing {
  return answered(shrinking(failing), fails);
}

/** The scenario shrunk; then shrunk again from any scenario with fewer operations that fails, in whichever way. */
export function shrunkInAnyWay(failing: Failing, fails: Fails): Failing {
  return answered(shrinkingInAnyWay(failing), fails);
}

/** `shrunk`, while it asks. */
export function* shrinking(failing: Failing): Asking<Failing> {
  const budget = { left: mostWork };
  const isWanted = ({ kind }: Failure) => kind === failing.failure.kind;
  let smallest = yield* cuttingDown(failing, isWanted, budget);
  while (budget.left > 0) {
    const simpler = yield { scenarios: simplerScenarios(smallest.scenario), isWanted, budget };
    if (simpler === undefined) break;
    smallest = { ...smallest, ...simpler };
  }
  return smallest;
}

/** Without what comes after the failure, then without one part after the other: halves, quarters, and so on. */
function* cuttingDown(
  failing: Failing,
  isWanted: (failure: Failure) => boolean,
  budget: Budget,
): Asking<Failing> {
  if (failing.scenario.operations.length <= longOperations) return failing;
  let smallest = failing;
  const without = function* (start: number, end: number): Asking<void> {
    const { scenario } = smallest;
    const operations = scenario.operations.toSpliced(start, end - start);
    if (operations.length === scenario.operations.length) return;
    const scenarios = [withoutRemarks({ ...scenario, operations })];
    const simpler = yield { scenarios, isWanted, budget };
    if (simpler !== undefined) smallest = { ...smallest, ...simpler };
  };
  yield* without(failing.failure.operation + 1, failing.scenario.operations.length);
  for (let length = smallest.scenario.operations.length >> 1; length >= 1; length >>= 1) {
    for (let end = smallest.scenario.operations.length; end > 0; end -= length) {
      yield* without(Math.max(0, end - length), end);
    }
  }
  return smallest;
}

/** `shrunkInAnyWay`, while it asks. */
export function* shrinkingInAnyWay(failing: Failing): Asking<Failing> {
  let shortest = yield* shrinking(failing);
  for (;;) {
    const { scenario } = shortest;
    const budget = { left: mostWork };
    const shorter = yield { scenarios: fewerOperations(scenario), isWanted: () => true, budget };
    if (shorter === undefined) return shortest;
    shortest = yield* shrinking({ ...shortest, ...shorter });
  }
}

function* fewerOperations(scenario: Scenario): IterableIterator<Scenario> {
  for (const simpler of simplerScenarios(scenario)) {
    if (simpler.operations.length < scenario.operations.length) yield simpler;
  }
}
