/**
 * The explorer: a breadth-first search over pairs of states. It begins with the empty map, and ends when no operation leads
 * to a new pair.
 *
 *     frontier 0: the empty map ──all operations──> frontier 1 ──all operations──> ... until a frontier is empty
 *
 * This is no bound on length: at the end, all scenarios of the scope's operations have been compared, if fingerprints tell all
 * that later effects depend on. That is tested on the way (README.md). The first difference ends a scenario of which no
 * shorter one exists. Among equally short scenarios, it is the first in the order of the scope's operations, operation by
 * operation. The number of workers changes nothing of what is found and counted.
 */
import { livesOutside } from '../engine/dispatchers.ts';
import { explorePaths } from '../outside/explore.ts';
import { countsOf, reportDifference, reportEnd, reportJudgement } from './conclude.ts';
import { begun, type Exploration, type ExploreOptions } from './exploration.ts';
import { type ExploreReport, pairsForEachShard } from './report.ts';
import { type Frontier, partOf } from './store/frontier.ts';
import { grownStore } from './store/grow.ts';
import { nextFrontier } from './store/next-frontier.ts';
import { StateStore, storeCounts } from './store/state-store.ts';
import { isFlaw, judged } from './trust/judged.ts';
import { Replays } from './trust/replays.ts';
import { SameStates } from './trust/same-states.ts';
import { SeededChooser } from './trust/seeded-chooser.ts';
import { Walks } from './trust/walks.ts';
import type { Doubt } from './workers/doubt.ts';
import {
  type FrontierDifference,
  type FrontierDoubt,
  firstDoubts,
  firstOf,
  nothingFound,
  type PositionRange,
  signal,
  type Turn,
} from './workers/turn.ts';

export type { ExploreOptions } from './exploration.ts';

/** A turn in this thread, in milliseconds. Threads are told to stop by a signal instead. */
const turnMilliseconds = 50;

/** How often memory, the abort signal and progress are looked at, in milliseconds. */
const watchInterval = 100;

/** Random steps after an exploration, and how many of them are made between two looks at the limits. */
const defaultWalkSteps = 100_000;
const walkTurn = 2000;

/**
 * Explores a scope. The report is deterministic, except for times and memory.
 *
 * @throws InputError where a reference stands for no dispatcher, a dispatcher's sessions have no fingerprint, or threads are
 *   asked for and the program is not compiled
 */
export async function explore(options: ExploreOptions): Promise<ExploreReport> {
  if ([options.a, options.b].some(livesOutside)) return explorePaths(options);
  const exploration = await begun(options);
  const watch = setInterval(() => watchLimits(exploration), watchInterval);
  watch.unref();
  try {
    return await exploreAll(exploration);
  } finally {
    clearInterval(watch);
    await exploration.runner.close();
  }
}

async function exploreAll(exploration: Exploration): Promise<ExploreReport> {
  const { mostOperations = Number.POSITIVE_INFINITY, mostPairs = Number.POSITIVE_INFINITY } =
    exploration.options;
  const sameStates = new SameStates();
  /** The first doubt that is no flaw: as a rule, a frontier to come shows the difference plainly. */
  let waiting: Doubt | undefined;
  for (;;) {
    // How much of a frontier is expanded before a difference ends it depends on the workers.
    const before = countsOf(exploration);
    const { difference, doubts } = await expandFrontier(exploration);
    const replays = replaysOf(exploration);
    const known = waiting === undefined ? doubts : [waiting, ...doubts];
    const flawed = known.find((doubt) => isFlaw(doubt, replays));
    if (difference !== undefined) {
      return reportDifference(exploration, difference, before, flawed === undefined);
    }
    if (flawed !== undefined) return reportJudgement(exploration, judged(flawed, replays));
    waiting = known[0];
    if (exploration.stopped !== undefined) return reportEnd(exploration, exploration.stopped);
    const { frontier, store, depth } = exploration;
    const flaw = sameStates.flawIn(frontier, store, replays);
    if (flaw !== undefined) return reportJudgement(exploration, { difference: undefined, flaw });
    const next = nextFrontier(store, frontier);
    if (next.size === 0) {
      return waiting === undefined
        ? walked(exploration)
        : reportJudgement(exploration, judged(waiting, replays));
    }
    if (depth + 1 >= mostOperations || storeCounts(store).pairs > mostPairs) {
      return reportEnd(exploration, 'bounded');
    }
    exploration.depth++;
    exploration.frontier = sharedOut(exploration, next);
  }
}

/** A frontier, or the shard's part of the first one that is large enough to be split. */
function sharedOut(exploration: Exploration, next: Frontier): Frontier {
  const { shard } = exploration.options;
  if (shard === undefined || exploration.split !== undefined) return next;
  if (next.size < pairsForEachShard * shard.count) return next;
  const { pairs, transitions, writesAgain } = countsOf(exploration);
  exploration.split = { depth: exploration.depth, frontier: next.size, pairs, transitions, writesAgain };
  return partOf(next, shard);
}

/** Random steps through the exhausted scope. */
async function walked(exploration: Exploration): Promise<ExploreReport> {
  const { walkSteps = defaultWalkSteps, seed = 1 } = exploration.options;
  const replays = replaysOf(exploration);
  const { split, options } = exploration;
  // Each shard makes other steps. What they lead to, another shard may have reached.
  const turn = split === undefined ? 0 : (options.shard?.index ?? 1) - 1;
  const walks = new Walks(replays, new SeededChooser(seed + turn), split === undefined);
  while (walks.steps < walkSteps) {
    const doubt = walks.until(Math.min(walkSteps, walks.steps + walkTurn));
    exploration.walkSteps = walks.steps;
    if (doubt !== undefined) return reportJudgement(exploration, judged(doubt, replays));
    await new Promise((resolve) => setImmediate(resolve));
    watchLimits(exploration);
    if (exploration.stopped !== undefined) return reportEnd(exploration, exploration.stopped);
  }
  return reportEnd(exploration, 'exhausted');
}

function replaysOf({ sides, store }: Exploration): Replays {
  return new Replays(sides, new StateStore(store));
}

/** Expands every pair of the frontier, in as many turns as it takes. What is found first in the frontier's order. */
async function expandFrontier(
  exploration: Exploration,
): Promise<{ readonly difference: FrontierDifference | undefined; readonly doubts: readonly Doubt[] }> {
  const { signals, runner, frontier } = exploration;
  signals[signal.cursor] = 0;
  signals[signal.found] = nothingFound;
  let left: readonly PositionRange[] = [];
  let difference: FrontierDifference | undefined;
  let doubts: readonly FrontierDoubt[] = [];
  let isDone = false;
  while (!isDone && exploration.stopped === undefined) {
    watchLimits(exploration);
    const results = await runner.run(turnsOf(exploration, left));
    left = results.flatMap((result) => result.left);
    for (const result of results) {
      exploration.transitions += result.transitions;
      exploration.writesAgain += result.writesAgain;
      difference = firstOf(difference, result.difference);
      doubts = firstDoubts(doubts, result.doubts);
    }
    if (results.some(({ isFull }) => isFull)) exploration.store = grownStore(exploration.store);
    isDone = left.length === 0 && (signals[signal.cursor] ?? 0) >= frontier.size;
  }
  return { difference, doubts: doubts.map(({ doubt }) => doubt) };
}

/** A turn for each worker. The ranges that are left over are shared out. */
function turnsOf(exploration: Exploration, left: readonly PositionRange[]): Turn[] {
  const { options, runner, store, frontier, signals } = exploration;
  const { workers } = runner;
  const margin = workers * (options.scope.operations.length + 1);
  const chunk = Math.min(256, Math.max(1, Math.ceil(frontier.size / (16 * workers))));
  return Array.from({ length: workers }, (_, worker) => ({
    store,
    frontier,
    signals: signals.buffer,
    ranges: left.filter((_range, i) => i % workers === worker),
    chunk,
    margin,
    milliseconds: workers === 1 ? turnMilliseconds : Number.POSITIVE_INFINITY,
  }));
}

/** Stops the workers at a limit, and reports progress. */
function watchLimits(exploration: Exploration): void {
  const { signals, depth, started } = exploration;
  const { abort, memoryLimit, onProgress } = exploration.options;
  if (abort?.aborted) exploration.stopped ??= 'interrupted';
  const now = performance.now();
  if (abort?.aborted !== true && now - exploration.lastWatch < watchInterval / 2) return;
  exploration.lastWatch = now;
  const memory = process.memoryUsage.rss();
  if (memoryLimit !== undefined && memory > memoryLimit) exploration.stopped ??= 'memory';
  if (exploration.stopped !== undefined) Atomics.store(signals, signal.stop, 1);
  if (onProgress === undefined || now - exploration.lastProgress < watchInterval) return;
  exploration.lastProgress = now;
  const { pairs } = storeCounts(exploration.store);
  const expanded = signals[signal.expanded] ?? 0;
  const soFar = () => reportEnd(exploration, 'interrupted');
  onProgress({ pairs, expanded, depth, milliseconds: now - started, memory, soFar });
}
