/** One scenario on two dispatchers: do they agree, and is what the file expects met? */
import type {
  Dispatcher,
  Effect,
  EffectLists,
  Expectation,
  Scenario,
} from '../model/vocabulary/vocabulary.ts';
import { type Difference, differenceOf, firstDifference } from '../properties/compare/compare.ts';
import type { Failure, Side } from '../properties/compare/property.ts';
import { failureOf } from '../properties/engine/try-property.ts';
import { effectsOf } from './io/effects.ts';

export type Pair = readonly [Dispatcher, Dispatcher];

/** An expectation that one side, or both with the same effects, do not meet. */
export type Unmet = {
  readonly sides: readonly string[];
  readonly expectation: Expectation;
  readonly effects: readonly Effect[];
};

/** What a replay says: the sides agree and do what is expected; they differ; or an expectation is not met. */
export type Replay = {
  readonly verdict: 'agree' | 'differ' | 'unmet';
  readonly sides: readonly [Side, Side];
  readonly difference: Difference | undefined;
  /** A property, found not to hold before, that still does not. */
  readonly failure: Failure | undefined;
  readonly unmet: readonly Unmet[];
};

/** Replays a scenario; nothing if it was interrupted before its end. */
export async function replay(
  [a, b]: Pair,
  scenario: Scenario,
  interrupt: AbortSignal,
): Promise<Replay | undefined> {
  const left = await run(a, scenario, interrupt);
  const right = await run(b, scenario, interrupt);
  if (left === undefined || right === undefined) return undefined;
  const sides = [
    { name: a.name, effects: left },
    { name: b.name, effects: right },
  ] as const;
  const difference = firstDifference(left, right);
  // A finding of a property other than lockstep is tried on that property again.
  const property = scenario.found?.property;
  const failure =
    difference === undefined && property !== 'lockstep' ? failureOf(property, [a, b], scenario) : undefined;
  const unmet = (scenario.expect ?? []).flatMap((expectation) => unmetBy(sides, expectation));
  const verdict = (difference ?? failure) ? 'differ' : unmet.length > 0 ? 'unmet' : 'agree';
  return { verdict, sides, difference, failure, unmet };
}

async function run(
  dispatcher: Dispatcher,
  scenario: Scenario,
  interrupt: AbortSignal,
): Promise<EffectLists | undefined> {
  const lists: (readonly Effect[])[] = [];
  for await (const { effects } of effectsOf(dispatcher, scenario, interrupt)) lists.push(effects);
  return lists.length === scenario.operations.length ? lists : undefined;
}

function unmetBy([a, b]: readonly [Side, Side], expectation: Expectation): Unmet[] {
  const of = ({ name, effects }: Side): Unmet => ({
    sides: [name],
    expectation,
    effects: effects[expectation.operation] ?? [],
  });
  const isUnmet = ({ effects }: Unmet) => differenceOf(expectation.effects, effects) >= 0;
  const [one, other] = [of(a), of(b)];
  const isSame = differenceOf(one.effects, other.effects) < 0;
  return (isSame ? [{ ...one, sides: [a.name, b.name] }] : [one, other]).filter(isUnmet);
}
