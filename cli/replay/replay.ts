/** One scenario on two dispatchers: do they agree, and is what the file expects met? */
import type { SourcedScenario } from '../../format/read.ts';
import type {
  Dispatcher,
  Effect,
  EffectLists,
  Expectation,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import { DispatcherError } from '../../properties/compare/apply.ts';
import { type Difference, differenceOf, firstDifference } from '../../properties/compare/compare.ts';
import type { Failure, Side } from '../../properties/compare/property.ts';
import { failureOf } from '../../properties/engine/try-property.ts';
import type { Context } from '../context.ts';
import { effectsOf } from '../io/effects.ts';

export type Pair = readonly [Dispatcher, Dispatcher];

/** An expectation that one side, or both with the same effects, do not meet. */
export type Unmet = {
  readonly sides: readonly string[];
  readonly expectation: Expectation;
  readonly effects: readonly Effect[];
};

/**
 * What a replay says: the sides agree and do what is expected; they differ; an expectation is not met; or a dispatcher outside cannot
 * be asked this scenario.
 */
export type Replay = {
  readonly verdict: 'agree' | 'differ' | 'unmet' | 'unsupported';
  readonly sides: readonly [Side, Side];
  readonly difference: Difference | undefined;
  /** A dispatcher that throws; or a property, found not to hold before, that still does not. */
  readonly failure: Failure | undefined;
  readonly unmet: readonly Unmet[];
  /** Why a dispatcher outside cannot be asked. */
  readonly unsupported?: string;
};

/** Replays a scenario; nothing if it was interrupted before its end. */
export async function replay(
  [a, b]: Pair,
  sourced: SourcedScenario,
  context: Context,
  quiet: boolean,
): Promise<Replay | undefined> {
  const { scenario } = sourced;
  const left = await run(a, sourced, context, quiet);
  const right = await run(b, sourced, context, quiet);
  if (left === undefined || right === undefined) return undefined;
  const sides = [
    { name: a.name, effects: left.effects },
    { name: b.name, effects: right.effects },
  ] as const;
  const done = Math.min(left.effects.length, right.effects.length);
  const difference = firstDifference(left.effects.slice(0, done), right.effects.slice(0, done));
  const failure =
    difference === undefined ? failureBeyond([a, b], scenario, left.error ?? right.error) : undefined;
  const unmet = (scenario.expect ?? []).flatMap((expectation) => unmetBy(sides, expectation));
  const verdict = (difference ?? failure) ? 'differ' : unmet.length > 0 ? 'unmet' : 'agree';
  return { verdict, sides, difference, failure, unmet };
}

/**
 * How the pair fails although all effects are the same: a dispatcher throws, or gives no effects. Or a property, found not to
 * hold before, still does not.
 */
function failureBeyond(
  pair: Pair,
  scenario: Scenario,
  error: DispatcherError | undefined,
): Failure | undefined {
  if (error === undefined) {
    const property = scenario.found?.property;
    return property === 'lockstep' ? undefined : failureOf(property, pair, scenario);
  }
  const failure = failureOf('lockstep', pair, scenario);
  if (failure === undefined) throw error;
  return failure;
}

/** The effects of a run, and the error that ended it. */
type OneSide = { readonly effects: EffectLists; readonly error?: DispatcherError };

async function run(
  dispatcher: Dispatcher,
  sourced: SourcedScenario,
  context: Context,
  quiet: boolean,
): Promise<OneSide | undefined> {
  const effects: (readonly Effect[])[] = [];
  try {
    for await (const done of effectsOf(dispatcher, sourced, context, quiet)) effects.push(done.effects);
  } catch (error) {
    if (error instanceof DispatcherError) return { effects, error };
    throw error;
  }
  return effects.length === sourced.scenario.operations.length ? { effects } : undefined;
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
