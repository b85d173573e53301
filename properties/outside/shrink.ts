/** Shrinking what was found on a pair of which one lives outside. */
import { writeScenarioLine } from '../../format/index.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import { answerName, type Failure, repeatabilityName } from '../compare/property.ts';
import { type SearchOptions, searchShortestWith } from '../engine/search.ts';
import { type Asking, answeredLater, type FailsLater } from '../shrink/asking.ts';
import { costOf } from '../shrink/cost.ts';
import { shrinking } from '../shrink/shrunk.ts';
import { fittedTo } from './abilities.ts';
import { type AnyPair, abilitiesOf, alone, lockstepOutside, singly } from './lockstep.ts';
import { failureOutside } from './trials.ts';

/** Scenarios that are tried ahead. */
const width = 16;

/**
 * While a scenario that is not answered in time is made simpler, a proposal has this share of the time, and then counts as one that
 * is not answered. What is reached at last has the whole of it.
 */
const shareOfTime = 1 / 20;
const leastSeconds = 0.25;

/** Breakdowns while shrinking, at most: after each, the system is started again. */
const mostBreakdowns = 60;

export type OutsideShrinking = {
  readonly pair: AnyPair;
  /** That an answer may take. */
  readonly seconds: number;
  readonly abort?: AbortSignal | undefined;
  /** Told each simpler scenario as it is reached. */
  readonly onStep?: (failing: Failing) => void;
};

/** The simplest scenario that fails in the same way (`kind`). What cannot be repeated stays as it is. */
export async function shrunkOutside(found: Failing, options: OutsideShrinking): Promise<Failing> {
  const { pair, seconds } = options;
  const { property, kind } = found.failure;
  if (property === repeatabilityName) return found;
  if (property !== answerName || kind === 'error') {
    const fails = telling(found, options, (scenario) => failureOutside(property, pair, scenario));
    const smallest = await answeredLater(shrinking(found), untilAborted(fails, options), width);
    return (await isConfirmed(smallest, pair, property)) ? smallest : found;
  }
  const within = kind === 'timeout' ? Math.max(leastSeconds, seconds * shareOfTime) : seconds;
  let left = mostBreakdowns;
  const quickly: FailsLater = async (scenario) => {
    if (left <= 0) return undefined;
    const { failure } = await lockstepOutside(pair, scenario, singly(within));
    if (failure?.property === answerName) left--;
    return failure;
  };
  const fails = telling(found, options, quickly);
  const smallest = await answeredLater(shrinking(found), untilAborted(fails, options), 1);
  const last = (await lockstepOutside(pair, smallest.scenario, alone)).failure;
  return last?.kind === kind ? { ...smallest, failure: last } : found;
}

/** The shortest scenario that a search finds; what did not answer is not searched for. */
export async function searchOutside(
  found: Failing,
  options: OutsideShrinking,
  search: SearchOptions,
): Promise<Failing> {
  const { pair } = options;
  const { property, kind } = found.failure;
  if (property === repeatabilityName || (property === answerName && kind !== 'error')) return found;
  const abilities = abilitiesOf(pair);
  const fails = remembering(telling(found, options, (scenario) => failureOutside(property, pair, scenario)));
  const settle = <Result>(asking: Asking<Result>) =>
    answeredLater(asking, untilAborted(fails, options), width);
  const fitted = abilities && ((scenario: Scenario) => fittedTo(scenario, abilities));
  const shortest = await searchShortestWith(found, settle, { ...search, fitted });
  return (await isConfirmed(shortest, pair, property)) ? shortest : found;
}

/** Whether it fails as well when nothing else is under way. */
async function isConfirmed(
  { scenario, failure }: Failing,
  pair: AnyPair,
  property: string,
): Promise<boolean> {
  return (await failureOutside(property, pair, scenario, alone))?.kind === failure.kind;
}

/** Tells what is reached. Another property that fails belongs to another finding. */
function telling(found: Failing, { onStep }: OutsideShrinking, fails: FailsLater): FailsLater {
  const { property } = found.failure;
  let least = costOf(found.scenario);
  return async (scenario) => {
    const failure = await fails(scenario);
    if (failure === undefined || failure.property !== property) return undefined;
    const cost = costOf(scenario);
    if (cost < least) {
      least = cost;
      onStep?.({ ...found, scenario, failure });
    }
    return failure;
  };
}

/** Longer scenarios hardly come twice. */
const longestRemembered = 16;

/** Many ways of shrinking end at the same small scenarios: what became of them is remembered. */
function remembering(fails: FailsLater): FailsLater {
  const known = new Map<string, Promise<Failure | undefined>>();
  return (scenario) => {
    if (scenario.operations.length > longestRemembered) return fails(scenario);
    const text = writeScenarioLine(scenario);
    const failure = known.get(text) ?? fails(scenario);
    known.set(text, failure);
    return failure;
  };
}

/** Nothing fails any more, so that the search ends with what it has. */
function untilAborted(fails: FailsLater, { abort }: OutsideShrinking): FailsLater {
  return async (scenario) => (abort?.aborted ? undefined : fails(scenario));
}
