/** Running batches, and shrinking what they find, where one of the two lives outside. */
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { BatchRunner, FailingOne } from '../engine/batch-runner.ts';
import { runBatchOutside } from './batch.ts';
import { closeAll } from './load.ts';
import { type AnyPair, confirmed, lockstepOutside } from './lockstep.ts';
import { searchOutside, shrunkOutside } from './shrink.ts';

/** Scenarios under way at once. */
const width = 16;

/** @param seconds that an answer may take */
export function outside(pair: AnyPair, seconds: number, abort?: AbortSignal): BatchRunner {
  const options = { pair, seconds, abort };
  return {
    workers: 1,
    width: 1,
    run: (request) => runBatchOutside(pair, request, () => abort?.aborted === true),
    firstFailing: (scenarios) => firstFailing(pair, scenarios, abort),
    async shrink(found) {
      // The scenarios after it were sent ahead.
      await Promise.all(pair.filter(isOutside).map((dispatcher) => dispatcher.forget()));
      return shrunkOutside(found, options);
    },
    search: (_found, from, search) => searchOutside(from, options, search),
    close: () => closeAll(pair),
  };
}

async function firstFailing(
  pair: AnyPair,
  scenarios: readonly Scenario[],
  abort: AbortSignal | undefined,
): Promise<FailingOne> {
  for (let from = 0; from < scenarios.length && abort?.aborted !== true; from += width) {
    const some = scenarios.slice(from, from + width);
    const results = await Promise.all(some.map((scenario) => lockstepOutside(pair, scenario)));
    for (const [index, { failure }] of results.entries()) {
      const scenario = some[index];
      if (failure === undefined || scenario === undefined) continue;
      return { index: from + index, failure: await confirmed(pair, scenario, failure) };
    }
  }
  return undefined;
}
