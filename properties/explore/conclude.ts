/** From how an exploration ended to its report. */
import { InputError, printable } from '../../format/errors.ts';
import { findingOf } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import type { Exploration } from './exploration.ts';
import type { ExploreEnd, ExploreReport } from './report.ts';
import { FrontierView } from './store/frontier.ts';
import { StateStore, type StoreCounts, storeCounts } from './store/state-store.ts';
import type { Flaw } from './trust/flaw.ts';
import type { Judgement } from './trust/judged.ts';
import type { FrontierDifference } from './workers/turn.ts';

/** What is counted at a point of an exploration. */
export type Counts = StoreCounts & { readonly transitions: number; readonly writesAgain: number };

export function countsOf({ store, transitions, writesAgain }: Exploration): Counts {
  return { ...storeCounts(store), transitions, writesAgain };
}

/** A difference after a shortest path. `counts`: before its frontier, of which more or less is expanded by more workers. */
export function reportDifference(
  exploration: Exploration,
  { position, operation }: FrontierDifference,
  counts: Counts,
  isShortest: boolean,
): ExploreReport {
  const pair = new FrontierView(exploration.frontier).pairAt(position);
  const history = [...new StateStore(exploration.store).pathTo(pair), operation];
  return reportFinding(exploration, history, counts, isShortest, undefined);
}

/** What a doubt turned out to be. */
export function reportJudgement(
  exploration: Exploration,
  { difference, flaw }: Judgement,
  counts = countsOf(exploration),
): ExploreReport {
  if (difference !== undefined) return reportFinding(exploration, difference, counts, false, flaw);
  return { ...reportEnd(exploration, 'flaw', counts), flaw };
}

/** @throws InputError where a dispatcher does not do the same when a scenario runs again */
function reportFinding(
  exploration: Exploration,
  history: readonly number[],
  counts: Counts,
  isShortest: boolean,
  flaw: Flaw | undefined,
): ExploreReport {
  const { a, b } = exploration;
  const { scope } = exploration.options;
  const operations = history.flatMap((index) => scope.operations[index] ?? []);
  const failure = lockstep(a, b, { ...scope.header, operations });
  if (failure === undefined) {
    throw new InputError(
      printable(`${a.name} or ${b.name}: cannot be explored: has other effects when a scenario runs again`),
    );
  }
  const scenario = { ...scope.header, operations: operations.slice(0, failure.operation + 1) };
  const failing = { scenario, failure, originalLength: operations.length };
  const finding = findingOf(failing, [a.name, b.name], `scope ${scope.name}`);
  const path = history.slice(0, scenario.operations.length);
  return { ...reportEnd(exploration, 'difference', counts), finding, path, isShortest, flaw };
}

export function reportEnd(
  exploration: Exploration,
  end: ExploreEnd,
  counts: Counts = countsOf(exploration),
): ExploreReport {
  const { a, b, depth, runner, started, walkSteps } = exploration;
  const { scope } = exploration.options;
  return {
    dispatchers: [a.name, b.name],
    scope: scope.name,
    title: scope.title,
    symmetry: exploration.options.symmetry ?? true,
    shard: exploration.options.shard,
    split: exploration.split,
    end,
    operations: scope.operations.length,
    ...counts,
    walkSteps,
    depth,
    workers: runner.workers,
    milliseconds: performance.now() - started,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    finding: undefined,
    path: undefined,
    isShortest: true,
    flaw: undefined,
  };
}
