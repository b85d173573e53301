/**
 * The thread that shrinks. It tells each simpler scenario as soon as it has one, so that whoever waits can end it at any time,
 * in the middle of a scenario too, and keep what was reached.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Profile, Scenario } from '../model/vocabulary/vocabulary.ts';
import type { Failing } from '../properties/compare/finding.ts';
import type { Failure } from '../properties/compare/property.ts';
import { loadDispatcher } from '../properties/engine/dispatchers.ts';
import { searchShortest } from '../properties/engine/search.ts';
import { failureOf } from '../properties/engine/try-property.ts';
import { type Fails, shrunk } from '../properties/shrink/shrunk.ts';

export type ShrinkTask = {
  /** References that the thread loads itself. */
  readonly dispatchers: readonly [string, string];
  readonly scenario: Scenario;
  /** Whether to look for shorter scenarios that fail in another way. */
  readonly searches: boolean;
};

/** The simplest failing scenario so far, or the last word: it, or nothing where the pair agrees. */
export type ShrinkMessage =
  | { readonly kind: 'step'; readonly failing: Failing }
  | { readonly kind: 'end'; readonly failing: Failing | undefined };

/** Of the random scenarios that the search tries: the same file always gives the same result. */
const searchSeed = 1;

const send = (message: ShrinkMessage) => parentPort?.postMessage(message);

async function shrink({ dispatchers, scenario, searches }: ShrinkTask): Promise<Failing | undefined> {
  const a = await loadDispatcher(dispatchers[0]);
  const b = await loadDispatcher(dispatchers[1]);
  const failure =
    failureOf('lockstep', [a, b], scenario) ?? failureOf(scenario.found?.property, [a, b], scenario);
  if (failure === undefined) return undefined;
  const originalLength = scenario.operations.length;
  const given: Failing = { scenario, failure, originalLength };
  send({ kind: 'step', failing: given });
  const fails: Fails = (simpler) => failureOf(failure.property, [a, b], simpler);
  // The shrinker takes the first proposal that fails in the same way, so each of these is a step of its own.
  const result = shrunk(
    given,
    telling(fails, originalLength, ({ kind }) => kind === failure.kind),
  );
  if (!searches) return result;
  let shortest = result.scenario.operations.length;
  const isShorter = (_: Failure, { operations }: Scenario) => {
    if (operations.length >= shortest) return false;
    shortest = operations.length;
    return true;
  };
  const profiles: readonly Profile[] = [a.profile ?? scenario.profile ?? 'contract'];
  return searchShortest(result, telling(fails, originalLength, isShorter), { seed: searchSeed, profiles });
}

/** The same test; the failing scenarios that are wanted are told as steps. */
function telling(
  fails: Fails,
  originalLength: number,
  isWanted: (failure: Failure, scenario: Scenario) => boolean,
): Fails {
  return (scenario) => {
    const failure = fails(scenario);
    if (failure !== undefined && isWanted(failure, scenario)) {
      send({ kind: 'step', failing: { scenario, failure, originalLength } });
    }
    return failure;
  };
}

send({ kind: 'end', failing: await shrink(workerData as ShrinkTask) });
