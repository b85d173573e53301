/** A scenario made as simple as it gets while a pair of dispatchers still differs on it. */
import { defaultAnswerSeconds } from '../impl/outside/program.ts';
import { isOutside } from '../model/vocabulary/outside.ts';
import type { Dispatcher, Profile, Scenario } from '../model/vocabulary/vocabulary.ts';
import type { Failing } from '../properties/compare/finding.ts';
import type { Failure } from '../properties/compare/property.ts';
import { searchShortest } from '../properties/engine/search.ts';
import { failureOf } from '../properties/engine/try-property.ts';
import type { AnyPair } from '../properties/outside/lockstep.ts';
import { searchOutside, shrunkOutside } from '../properties/outside/shrink.ts';
import { failureOutside } from '../properties/outside/trials.ts';
import { type Fails, shrunk } from '../properties/shrink/shrunk.ts';
import { shrunkHistory } from '../properties/world/runner.ts';
import { qemuOf } from '../properties/world/world.ts';

export type ShrinkTask = {
  readonly pair: AnyPair;
  readonly scenario: Scenario;
  /** Whether to look for shorter scenarios that fail in another way. */
  readonly searches: boolean;
  /** Told each simpler scenario as soon as it is known, the given one first. */
  readonly onStep: (failing: Failing) => void;
  readonly abort: AbortSignal;
};

/** Of the random scenarios that the search tries: the same file always gives the same result. */
const searchSeed = 1;

/** The simplest failing scenario; nothing where the pair agrees. */
export async function shrinkScenario(task: ShrinkTask): Promise<Failing | undefined> {
  const { pair, scenario, searches, onStep, abort } = task;
  const [a, b] = pair;
  if (isOutside(a) || isOutside(b)) return shrinkOutside(task);
  return shrinkInside([a, b], { scenario, searches, onStep, abort });
}

/** The same where one of the two lives outside. */
async function shrinkOutside({
  pair,
  scenario,
  searches,
  onStep,
  abort,
}: ShrinkTask): Promise<Failing | undefined> {
  const failure =
    (await failureOutside('lockstep', pair, scenario)) ??
    (await failureOutside(scenario.found?.property, pair, scenario));
  if (failure === undefined || abort.aborted) return undefined;
  const given: Failing = { scenario, failure, originalLength: scenario.operations.length };
  onStep(given);
  const qemu = qemuOf(pair);
  // A history of a machine is shrunk by what a guest does.
  if (qemu !== undefined) return shrunkHistory(given, pair, qemu, abort);
  const options = { pair, seconds: defaultAnswerSeconds, abort, onStep };
  const result = await shrunkOutside(given, options);
  if (!searches) return result;
  const profiles = [pair[0].profile ?? scenario.profile ?? 'contract'] as const;
  return searchOutside(result, options, { seed: searchSeed, profiles, abort });
}

async function shrinkInside(
  pair: readonly [Dispatcher, Dispatcher],
  { scenario, searches, onStep, abort }: Omit<ShrinkTask, 'pair'>,
): Promise<Failing | undefined> {
  const [a] = pair;
  const failure =
    failureOf('lockstep', pair, scenario) ?? failureOf(scenario.found?.property, pair, scenario);
  if (failure === undefined) return undefined;
  const originalLength = scenario.operations.length;
  const given: Failing = { scenario, failure, originalLength };
  onStep(given);
  const fails: Fails = (simpler) => failureOf(failure.property, pair, simpler);
  const telling = (isWanted: (failure: Failure, scenario: Scenario) => boolean): Fails => {
    return (simpler) => {
      const other = fails(simpler);
      if (other !== undefined && isWanted(other, simpler)) {
        onStep({ scenario: simpler, failure: other, originalLength });
      }
      return other;
    };
  };
  // The shrinker takes the first proposal that fails in the same way, so each of these is a step of its own.
  const result = shrunk(
    given,
    telling(({ kind }) => kind === failure.kind),
  );
  if (!searches) return result;
  let shortest = result.scenario.operations.length;
  const isShorter = (_: Failure, { operations }: Scenario) => {
    if (operations.length >= shortest) return false;
    shortest = operations.length;
    return true;
  };
  const profiles: readonly Profile[] = [a.profile ?? scenario.profile ?? 'contract'];
  return searchShortest(result, telling(isShorter), { seed: searchSeed, profiles, abort });
}
