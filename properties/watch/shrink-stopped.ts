/** Shrinking a scenario that does not come to its end: each proposal runs in a process that is ended if need be. */
import type { EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import { simplerScenarios } from '../shrink/candidates.ts';
import type { RunLimits } from './limits.ts';
import { ProcessPool } from './process-pool.ts';
import type { LockstepAnswer } from './tasks.ts';
import { terminationFailure } from './termination.ts';
import { StoppedError } from './watched-process.ts';

/** Proposals that are sent to the process at once. Most of them come to their end in a millisecond. */
const proposalsAtOnce = 40;
/** Proposals that are ended, at most: each takes the whole of its time. */
const mostStops = 60;
/**
 * While it shrinks, a proposal has this share of the time, and then counts as one that does not end. What is reached at last has the
 * whole of it, so that a slow moment is not taken for a loop.
 */
const shareOfTime = 1 / 20;

export type StopShrinking = {
  readonly pair: readonly [string, string];
  readonly names: readonly string[];
  readonly limits: RunLimits;
  readonly abort: AbortSignal | undefined;
  readonly entry?: URL | undefined;
};

/** The simplest scenario that stops in the same way (`kind`); the given one where a simpler one turns out to end after all. */
export async function shrinkStopped(given: Failing, options: StopShrinking): Promise<Failing> {
  const { limits, entry } = options;
  const quick = { ...limits, seconds: Math.max(0.2, limits.seconds * shareOfTime) };
  const whole = new ProcessPool(limits, 1, entry);
  const pool = given.failure.kind === 'timeout' ? new ProcessPool(quick, 1, entry) : whole;
  let smallest = cutBehind(given);
  try {
    for (let stops = 0; stops < mostStops; stops++) {
      const simpler = await firstStopped(smallest, pool, options);
      if (simpler === undefined) break;
      smallest = simpler;
    }
    const confirmed = await stopOf([smallest.scenario], smallest, whole, options);
    return await withEffects(confirmed ?? given, whole, options);
  } finally {
    await Promise.all([pool.end(), whole.end()]);
  }
}

/** Nothing after the operation that does not end has run. */
function cutBehind(failing: Failing): Failing {
  const { scenario, failure } = failing;
  return {
    ...failing,
    scenario: { ...scenario, operations: scenario.operations.slice(0, failure.operation + 1) },
  };
}

async function firstStopped(
  failing: Failing,
  pool: ProcessPool,
  options: StopShrinking,
): Promise<Failing | undefined> {
  let some: Scenario[] = [];
  for (const simpler of simplerScenarios(failing.scenario)) {
    some.push(simpler);
    if (some.length < proposalsAtOnce) continue;
    const stopped = await stopOf(some, failing, pool, options);
    if (stopped !== undefined) return stopped;
    some = [];
  }
  return stopOf(some, failing, pool, options);
}

/** The first of some scenarios that stops in the way of `failing`. */
async function stopOf(
  scenarios: readonly Scenario[],
  failing: Failing,
  pool: ProcessPool,
  options: StopShrinking,
): Promise<Failing | undefined> {
  const { pair, names, limits, abort } = options;
  let from = 0;
  while (from < scenarios.length && abort?.aborted !== true) {
    const rest = scenarios.slice(from);
    try {
      const answer = await pool.run<LockstepAnswer>({
        kind: 'lockstep',
        a: pair[0],
        b: pair[1],
        scenarios: rest,
      });
      // A scenario on which the two differ comes to its end.
      if (answer === undefined) return undefined;
      from += answer.index + 1;
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      if (error.place === undefined && rest.length > 1) return stopOfOne(rest, failing, pool, options);
      const scenario = rest[error.place?.scenario ?? 0];
      if (scenario === undefined) return undefined;
      if (error.kind === failing.failure.kind) {
        const failure = terminationFailure(error, error.place, names, limits, scenario);
        return cutBehind({ ...failing, scenario, failure });
      }
      from += (error.place?.scenario ?? 0) + 1;
    }
  }
  return undefined;
}

/** Where a process has no time to say which scenario it was at, each has a process to itself. */
async function stopOfOne(
  scenarios: readonly Scenario[],
  failing: Failing,
  pool: ProcessPool,
  options: StopShrinking,
): Promise<Failing | undefined> {
  for (const scenario of scenarios) {
    const stopped = await stopOf([scenario], failing, pool, options);
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}

/** With the effects of the operations before the one that does not end. */
async function withEffects(
  failing: Failing,
  pool: ProcessPool,
  { pair: [a, b] }: StopShrinking,
): Promise<Failing> {
  const { scenario, failure } = failing;
  const before = { ...scenario, operations: scenario.operations.slice(0, failure.operation) };
  try {
    const known = await pool.run<EffectLists>({ kind: 'effects', a, b, scenario: before });
    const effects = [...known, []];
    const [one, other] = failure.sides;
    return {
      ...failing,
      failure: {
        ...failure,
        sides: [
          { ...one, effects },
          { ...other, effects },
        ],
      },
    };
  } catch {
    return failing;
  }
}
