/** A row of the matrix for a program: a bug that somebody seeded in a dispatcher of their own, looked for over the pipe. */
import { modelDispatcher } from '../../model/reference/reference.ts';
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type BatchFinding, batchSeed } from '../engine/batch.ts';
import { batchesOf } from '../engine/batch-plan.ts';
import type { BatchRunner } from '../engine/batch-runner.ts';
import { namedScenarios } from '../named-scenarios.ts';
import { closeAll, loadAnyDispatcher } from '../outside/load.ts';
import { type AnyPair, lockstepOutside } from '../outside/lockstep.ts';
import { outside } from '../outside/runner.ts';
import { defaultLimits } from '../watch/limits.ts';
import { medianOf } from './matrix.ts';
import type { PlainRow, RowTask } from './row-worker.ts';

/** Scenarios under way at once. */
const width = 16;

/**
 * The row of a program, `exec:COMMAND`. Nothing is proven of it: it shows no states.
 *
 * @throws UnreachableError where it does not say hello
 */
export async function programRow({ name, seeds, scenarios }: RowTask, abort: AbortSignal): Promise<PlainRow> {
  const program = await loadAnyDispatcher(name);
  const pair = [modelDispatcher, program] as const;
  try {
    const { profile } = program;
    const kept = isOutside(program) ? program.abilities.profiles : [];
    const profiles = profile === undefined ? kept : [profile];
    const runner = outside(pair, defaultLimits.seconds, abort);
    const found: (BatchFinding | undefined)[] = [];
    for (const seed of seeds) found.push(await firstFound(runner, { seed, runs: scenarios, profiles }));
    const counts = found.map((one) => one?.number ?? Number.POSITIVE_INFINITY);
    const [first] = found;
    return {
      name,
      clause: first?.failure.clause ?? '-',
      story: isOutside(program) ? program.title : name,
      reenacts: undefined,
      named: await namedThatShow(pair, profiles),
      scenarios: found.map((one) => one?.number),
      median: medianOf(counts),
      worst: Math.max(...counts),
      shrunk: first && (await shown(runner, first, { seed: seeds[0] ?? 0, profiles, abort })),
      proof: undefined,
    };
  } finally {
    await closeAll(pair);
  }
}

type Plan = { readonly seed: number; readonly runs: number; readonly profiles: readonly Profile[] };

async function firstFound(runner: BatchRunner, plan: Plan): Promise<BatchFinding | undefined> {
  for (const request of batchesOf(plan)) {
    const { found } = await runner.run(request);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What `check` shows for it. */
async function shown(
  runner: BatchRunner,
  found: BatchFinding,
  {
    seed,
    profiles,
    abort,
  }: { readonly seed: number; readonly profiles: readonly Profile[]; readonly abort: AbortSignal },
): Promise<Scenario> {
  const smallest = await runner.shrink(found, abort);
  const options = { seed: batchSeed(seed, found.number), profiles, abort };
  return (await runner.search(found, smallest, options)).scenario;
}

async function namedThatShow(pair: AnyPair, profiles: readonly Profile[]): Promise<number> {
  const named = namedScenarios().filter(({ scenario }) => profiles.includes(scenario.profile ?? 'contract'));
  let count = 0;
  for (let from = 0; from < named.length; from += width) {
    const some = named.slice(from, from + width);
    const compared = await Promise.all(some.map(({ scenario }) => lockstepOutside(pair, scenario)));
    count += compared.filter(({ failure }) => failure !== undefined).length;
  }
  return count;
}
