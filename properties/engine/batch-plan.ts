/** Which batches a run has, and which scenarios each of them generates. */
import fc from 'fast-check';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { type BatchRequest, batchSeed, batchSize } from './batch.ts';

/** What decides the random scenarios of a run, and their order. */
export type RunPlan = {
  readonly seed: number;
  /** Random scenarios; `Infinity` for a run that ends by the clock. */
  readonly runs: number;
  /** The profiles that scenarios are generated for, in turn. */
  readonly profiles: readonly Profile[];
  /** Only every `count`-th batch, from the `index`-th (from 1). */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
};

/** The batches of a run, in order. */
export function* batchesOf({ seed, runs, profiles, shard }: RunPlan): IterableIterator<BatchRequest> {
  const { index, count } = shard ?? { index: 1, count: 1 };
  for (let batch = index - 1; ; batch += count) {
    const left = runs - batch * batchSize;
    if (left <= 0) return;
    // In turn, and shifted by one each round: a shard of every second or fourth batch has its share of each.
    const turn = batch + Math.floor(batch / profiles.length);
    const profile = profiles[turn % profiles.length] ?? 'contract';
    yield { seed, batch, profile, size: Math.min(batchSize, left) };
  }
}

/** The random scenarios that `check` runs with the same seed and profiles, in the same order. */
export function* randomScenarios(plan: RunPlan): IterableIterator<Scenario> {
  for (const { seed, batch, profile, size } of batchesOf(plan)) {
    const scenarios = new ScenarioArbitrary({ profiles: [profile] });
    yield* fc.sample(scenarios, { seed: batchSeed(seed, batch), numRuns: size });
  }
}
