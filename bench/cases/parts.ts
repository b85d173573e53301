/** What `check` does beside ordinary scenarios in lockstep, each part apart. */
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../../properties/compare/lockstep.ts';
import { type BatchRequest, batchSize, runBatch, streamOf } from '../../properties/engine/batch.ts';
import { type Costs, interleave } from '../rounds.ts';

/**
 * Nanoseconds a scenario of the run, in the same batches: all that `check` does; all but the builds with the least thresholds; only
 * lockstep and properties; and lockstep of the large scenarios, also by the scenario of the run.
 */
export function partsOfCheck(rounds: number): Costs {
  const { name, followsDecisions, inside, open } = optimizedDispatcher;
  const withoutVariants: Dispatcher = {
    name,
    open,
    ...(followsDecisions !== undefined && { followsDecisions }),
    ...(inside !== undefined && { inside }),
  };
  const batch = (a: Dispatcher, b: Dispatcher) => (round: number) =>
    runBatch(a, b, requestOf(round)).operations;
  const warmUp = Math.ceil(rounds / 4);
  const large = Array.from({ length: warmUp + rounds }, (_, round) => largeOf(round));
  const runLarge = (round: number) =>
    (large[round] ?? []).filter((scenario) => lockstep(modelDispatcher, optimizedDispatcher, scenario))
      .length;
  return interleave(
    [
      { name: 'all', count: batchSize, run: batch(modelDispatcher, optimizedDispatcher) },
      { name: 'shipped', count: batchSize, run: batch(modelDispatcher, withoutVariants) },
      { name: 'lockstep', count: batchSize, run: batch(bare(modelDispatcher), bare(optimizedDispatcher)) },
      { name: 'large', count: batchSize, run: runLarge },
    ],
    rounds,
    warmUp,
  );
}

function requestOf(batch: number): BatchRequest {
  return { seed: 1, batch, profiles: profileNames, size: batchSize };
}

/** Sessions that only interpret operations: they have no invariants, no forks, no builds beside them. */
function bare({ name, open }: Dispatcher): Dispatcher {
  return {
    name,
    open(header) {
      const session = open(header);
      return { apply: (operation) => session.apply(operation) };
    },
  };
}

/** The large scenarios of a batch. They do not depend on the others. */
function largeOf(batch: number): readonly Scenario[] {
  const stream = streamOf(requestOf(batch));
  const large: Scenario[] = [];
  for (let next = stream.next(); next !== undefined; next = stream.next()) {
    if (next.kind === 'large') large.push(next.scenario);
  }
  return large;
}
