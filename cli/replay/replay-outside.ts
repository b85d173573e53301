/** A saved scenario on a pair of which one lives outside. */
import type { SourcedScenario } from '../../format/read.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failure } from '../../properties/compare/property.ts';
import { type AnyPair, abilitiesOf, settled } from '../../properties/outside/lockstep.ts';
import { observedExpectations } from '../../properties/outside/observed.ts';
import { failureOutside } from '../../properties/outside/trials.ts';
import type { Context } from '../context.ts';
import { type Replay, replay } from './replay.ts';

/** Replays a scenario; nothing if it was interrupted before its end. */
export async function replayOutside(
  pair: AnyPair,
  { scenario, source }: SourcedScenario,
  context: Context,
  quiet: boolean,
): Promise<Replay | undefined> {
  await context.handOver();
  const sides = await settled(pair, scenario);
  if ('unsupported' in sides) return unsupportedReplay(pair, sides.unsupported);
  if ('failure' in sides) return stoppedReplay(sides.failure);
  const { found, expect, ...plain } = scenario;
  const abilities = abilitiesOf(pair);
  const expected: Scenario = {
    ...plain,
    ...(expect !== undefined &&
      abilities !== undefined && { expect: observedExpectations(expect, abilities) }),
  };
  const result = await replay(sides.pair, { scenario: expected, source }, context, quiet);
  if (result?.verdict !== 'agree' || found === undefined || found.property === 'lockstep') return result;
  const failure = await failureOutside(found.property, pair, scenario);
  return failure === undefined ? result : { ...result, verdict: 'differ', failure };
}

/** What is said of a scenario that was ended, or not answered. */
export function stoppedReplay(failure: Failure): Replay {
  return { verdict: 'differ', sides: failure.sides, difference: undefined, failure, unmet: [] };
}

function unsupportedReplay([a, b]: AnyPair, unsupported: string): Replay {
  const sides = [
    { name: a.name, effects: [] },
    { name: b.name, effects: [] },
  ] as const;
  return { verdict: 'unsupported', sides, difference: undefined, failure: undefined, unmet: [], unsupported };
}
