/** Scaling: operations that `check` compares in a second with two workers, beside one; over a whole run, and once warm. */
import { profileNames } from '../../model/vocabulary/profiles.ts';
import { check } from '../../properties/engine/check.ts';
import { type Costs, median } from '../rounds.ts';
import { checkSpeed } from './commands.ts';

/** Operations a second, in turn, `rounds` times; the medians. `warmSeconds` is the length of the warm part. */
export async function scaling(scenarios: number, warmSeconds: number, rounds: number): Promise<Costs> {
  const runs: Record<1 | 2, number[]> = { 1: [], 2: [] };
  const warm: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let round = 0; round < rounds; round++) {
    for (const workers of [1, 2] as const) {
      runs[workers].push(checkSpeed(scenarios, workers));
      warm[workers].push(await warmSpeed(workers, warmSeconds));
    }
  }
  return {
    one: median(runs[1]),
    two: median(runs[2]),
    'one, warm': median(warm[1]),
    'two, warm': median(warm[2]),
  };
}

/** Until then every thread has compiled what it runs. */
const warmUpMilliseconds = 6000;

async function warmSpeed(workers: number, seconds: number): Promise<number> {
  let before: { readonly operations: number; readonly milliseconds: number } | undefined;
  let after = { operations: 0, milliseconds: 0 };
  await check({
    a: 'model',
    b: 'impl',
    profiles: profileNames,
    runs: 0,
    seconds: warmUpMilliseconds / 1000 + seconds,
    seed: 1,
    regressions: [],
    workers,
    onProgress: ({ operations, milliseconds }) => {
      after = { operations, milliseconds };
      if (milliseconds >= warmUpMilliseconds) before ??= after;
    },
  });
  const since = before ?? { operations: 0, milliseconds: 0 };
  return (1000 * (after.operations - since.operations)) / (after.milliseconds - since.milliseconds);
}
