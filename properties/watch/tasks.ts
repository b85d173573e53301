/** What a watched process is asked to do, and what it answers. Both are plain data. */
import type { Dispatcher, EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Failing } from '../compare/finding.ts';
import type { Failure } from '../compare/property.ts';
import { type BatchRequest, type BatchResult, BatchRun } from '../engine/batch.ts';
import { type SearchOptions, searchShortest } from '../engine/search.ts';
import { failureOf } from '../engine/try-property.ts';
import { type Fails, shrunk } from '../shrink/shrunk.ts';
import type { Progress } from './progress.ts';

/** References of the two dispatchers that a task is about. */
type OnPair = { readonly a: string; readonly b: string };

/** A batch; with `before`, only up to that scenario of it (from 1), which is given back and does not run. */
export type BatchTask = OnPair & {
  readonly kind: 'batch';
  readonly request: BatchRequest;
  readonly before?: number;
};
export type BatchAnswer = { readonly result: BatchResult; readonly next: Scenario | undefined };

/** Scenarios in lockstep, up to the first that fails. */
export type LockstepTask = OnPair & { readonly kind: 'lockstep'; readonly scenarios: readonly Scenario[] };
export type LockstepAnswer = { readonly index: number; readonly failure: Failure } | undefined;

/** A failing scenario made simpler. Each simpler one is told as it is reached. */
export type ShrinkTask = OnPair & { readonly kind: 'shrink'; readonly failing: Failing };
/** A shorter scenario looked for, likewise. */
export type SearchTask = OnPair & {
  readonly kind: 'search';
  readonly failing: Failing;
  readonly options: Omit<SearchOptions, 'abort'>;
};

/** The effects of a scenario on the first of the two. */
export type EffectsTask = OnPair & { readonly kind: 'effects'; readonly scenario: Scenario };

export type Task = BatchTask | LockstepTask | ShrinkTask | SearchTask | EffectsTask;

/** Does a task, and tells what it reached on the way. */
export async function perform(
  task: Task,
  pair: readonly [Dispatcher, Dispatcher],
  progress: Progress,
  tell: (failing: Failing) => void,
): Promise<BatchAnswer | LockstepAnswer | Failing | EffectLists> {
  switch (task.kind) {
    case 'batch':
      return performBatch(task, pair, progress);
    case 'lockstep':
      return performLockstep(task, pair, progress);
    case 'effects':
      return runScenario(pair[0], task.scenario);
    case 'shrink':
      return shrunk(
        task.failing,
        telling(task.failing, pair, tell, ({ kind }) => kind === task.failing.failure.kind),
      );
    case 'search': {
      let shortest = task.failing.scenario.operations.length;
      const isShorter = (_: Failure, { operations }: Scenario) => {
        if (operations.length >= shortest) return false;
        shortest = operations.length;
        return true;
      };
      return searchShortest(task.failing, telling(task.failing, pair, tell, isShorter), task.options);
    }
  }
}

function performBatch(
  { request, before }: BatchTask,
  [a, b]: readonly [Dispatcher, Dispatcher],
  progress: Progress,
): BatchAnswer {
  const run = new BatchRun(a, b, request, (number) => progress.begin(number));
  return before === undefined ? { result: run.rest(), next: undefined } : run.upTo(before);
}

function performLockstep(
  { scenarios }: LockstepTask,
  pair: readonly [Dispatcher, Dispatcher],
  progress: Progress,
): LockstepAnswer {
  for (const [index, scenario] of scenarios.entries()) {
    progress.begin(index);
    const failure = failureOf('lockstep', pair, scenario);
    if (failure !== undefined) return { index, failure };
  }
  return undefined;
}

/** How the pair fails; of what is wanted, word is sent at once: whoever waits keeps it, however this process ends. */
function telling(
  { failure: { property }, originalLength }: Failing,
  pair: readonly [Dispatcher, Dispatcher],
  tell: (failing: Failing) => void,
  isWanted: (failure: Failure, scenario: Scenario) => boolean,
): Fails {
  return (scenario) => {
    const failure = failureOf(property, pair, scenario);
    if (failure !== undefined && isWanted(failure, scenario)) tell({ scenario, failure, originalLength });
    return failure;
  };
}
