/**
 * A search over scenarios, written once for dispatchers that answer at once and for those that answer later: it asks which of some
 * scenarios is the first that fails, and whoever runs it finds out.
 */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import type { Failure } from '../compare/property.ts';

/** Operations that may still be tried, in all scenarios together. */
export type Budget = { left: number };

/** Which of these scenarios is the first that fails in a wanted way? */
export type Question = {
  readonly scenarios: Iterable<Scenario>;
  readonly isWanted: (failure: Failure) => boolean;
  /** The operations of what was tried are taken off it, up to the scenario that is found; at 0 the question is over. */
  readonly budget: Budget;
};

/** The first of them, and how it fails. */
export type Found = Pick<Failing, 'scenario' | 'failure'>;

/** A search, while it asks. */
export type Asking<Result> = Generator<Question, Result, Found | undefined>;

/** How a scenario fails; undefined if it does not. */
export type Fails = (scenario: Scenario) => Failure | undefined;

/** What a search comes to where it is known at once how a scenario fails. */
export function answered<Result>(asking: Asking<Result>, fails: Fails): Result {
  let step = asking.next();
  while (step.done !== true) step = asking.next(firstOf(step.value, fails));
  return step.value;
}

function firstOf({ scenarios, isWanted, budget }: Question, fails: Fails): Found | undefined {
  for (const scenario of scenarios) {
    if (budget.left <= 0) return undefined;
    budget.left -= scenario.operations.length;
    const failure = fails(scenario);
    if (failure !== undefined && isWanted(failure)) return { scenario, failure };
  }
  return undefined;
}

/** The same where it is known later. */
export type FailsLater = (scenario: Scenario) => Promise<Failure | undefined>;

/** What a search comes to where it is known later: the same result. `width` scenarios are tried ahead. */
export async function answeredLater<Result>(
  asking: Asking<Result>,
  fails: FailsLater,
  width: number,
): Promise<Result> {
  let step = asking.next();
  while (step.done !== true) step = asking.next(await firstOfLater(step.value, fails, width));
  return step.value;
}

async function firstOfLater(
  { scenarios, isWanted, budget }: Question,
  fails: FailsLater,
  width: number,
): Promise<Found | undefined> {
  const left = scenarios[Symbol.iterator]();
  const ahead: { readonly scenario: Scenario; readonly failure: Promise<Failure | undefined> }[] = [];
  let operationsAhead = 0;
  for (;;) {
    while (ahead.length < width && budget.left > operationsAhead) {
      const next = left.next();
      if (next.done === true) break;
      operationsAhead += next.value.operations.length;
      ahead.push({ scenario: next.value, failure: fails(next.value) });
    }
    const first = ahead.shift();
    if (first === undefined) return undefined;
    const { scenario } = first;
    operationsAhead -= scenario.operations.length;
    budget.left -= scenario.operations.length;
    const failure = await first.failure;
    if (failure !== undefined && isWanted(failure)) return { scenario, failure };
  }
}
