/** Scaling: operations that `check` compares in a second with two workers, beside one; over a whole run, and once warm. */
import { profileNames } from '../../model/vocabulary/profiles.ts';
import { check } from '../../properties/engine/check.ts';
import { type Costs, median } from '../rounds.ts';
import { checkSpeed } from './commands.ts';

/** How long a warm run takes, in seconds: until every thread has compiled what it runs, and what is then measured. */
export type WarmRun = { readonly warmUp: number; readonly measured: number };

/** Operations a second, in turn, `rounds` times; the medians. */
export async function scaling(scenarios: number, warmRun: WarmRun, rounds: number): Promise<Costs> {
  const runs: Record<1 | 2, number[]> = { 1: [], 2: [] };
  const warm: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let round = 0; round < rounds; round++) {
    for (const workers of [1, 2] as const) {
      runs[workers].push(checkSpeed(scenarios, workers));
      warm[workers].push(await warmSpeed(workers, warmRun));
    }
  }
  return {
    one: median(runs[1]),
    two: median(runs[2]),
    'one, warm': median(warm[1]),
    'two, warm': median(warm[2]),
  };
}

async function warmSpeed(workers: number, { warmUp, measured }: WarmRun): Promise<number> {
  let before: { readonly operations: number; readonly milliseconds: number } | undefined;
  let after = { operations: 0, milliseconds: 0 };
  await check({
    a: 'model',
    b: 'impl',
    profiles: profileNames,
    seconds: warmUp + measured,
    seed: 1,
    regressions: [],
    workers,
    onProgress: ({ operations, milliseconds }) => {
      after = { operations, milliseconds };
      if (milliseconds >= 1000 * warmUp) before ??= after;
    },
  });
  const since = before ?? { operations: 0, milliseconds: 0 };
  return (1000 * (after.operations - since.operations)) / (after.milliseconds - since.milliseconds);
}
