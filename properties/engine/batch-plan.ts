/** Which batches a run has, and which scenarios each of them generates. */
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { type BatchRequest, batchSize, streamOf } from './batch.ts';

/** A part of a run, as vitest and Playwright name it: the `index`-th (from 1) of `count`. */
export type Shard = { readonly index: number; readonly count: number };

/** What decides the random scenarios of a run, and their order. */
export type RunPlan = {
  readonly seed: number;
  /** Random scenarios; `Infinity` for a run that ends by the clock. */
  readonly runs: number;
  /** The profiles that scenarios are generated for, in turn. */
  readonly profiles: readonly Profile[];
  /** Only every `count`-th batch, from the `index`-th (from 1). */
  readonly shard?: Shard | undefined;
};

/** The batches of a run, in order. */
export function* batchesOf({ seed, runs, profiles, shard }: RunPlan): IterableIterator<BatchRequest> {
  const { index, count } = shard ?? { index: 1, count: 1 };
  for (let batch = index - 1; ; batch += count) {
    const left = runs - batch * batchSize;
    if (left <= 0) return;
    yield { seed, batch, profiles, size: Math.min(batchSize, left) };
  }
}

/**
 * The random scenarios that `check` runs with the same seed and profiles, in the same order. They are run here as well: some are
 * variations of earlier ones, and what those reached decides which.
 */
export function* randomScenarios(plan: RunPlan): IterableIterator<Scenario> {
  for (const request of batchesOf(plan)) {
    const stream = streamOf(request);
    const counter = new CoverageCounter();
    for (let next = stream.next(); next !== undefined; next = stream.next()) {
      const { scenario } = next;
      const session = modelDispatcher.open(scenario);
      counter.begin(scenario);
      for (const operation of scenario.operations) counter.observe(operation, session.apply(operation));
      stream.learn(next, counter.reached());
      counter.end();
      yield scenario;
    }
  }
}
