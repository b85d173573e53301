/**
 * The explorer: a breadth-first search over pairs of states. It begins with the empty map, and ends when no operation leads
 * to a new pair.
 *
 *     frontier 0: the empty map ──all operations──> frontier 1 ──all operations──> ... until a frontier is empty
 *
 * This is no bound on length: at the end, all scenarios of the scope's operations have been compared. The first difference
 * ends a scenario of which no shorter one exists. Among equally short scenarios, it is the first in the order of the scope's
 * operations, operation by operation. The number of workers changes nothing of what is found and counted.
 */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { findingOf } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import { areForThreads, type DispatcherReference, loadDispatcher } from '../engine/dispatchers.ts';
import type { ExploreEnd, ExploreProgress, ExploreReport } from './report.ts';
import type { Scope } from './scope/scope.ts';
import { type Frontier, FrontierView, firstFrontier } from './store/frontier.ts';
import { emptyStore, grownStore } from './store/grow.ts';
import { nextFrontier } from './store/next-frontier.ts';
import { StateStore, type StoreBuffers, type StoreCounts, storeCounts } from './store/state-store.ts';
import {
  type FrontierDifference,
  nothingFound,
  type PositionRange,
  type Setup,
  signal,
  type Turn,
} from './workers/turn.ts';
import { inThisThread, inWorkerPool, type TurnRunner } from './workers/turn-runner.ts';
import { Worker } from './workers/worker.ts';

export type ExploreOptions = {
  /** What is expected, as a rule `model`. */
  readonly a: DispatcherReference;
  readonly b: DispatcherReference;
  readonly scope: Scope;
  /** Scenarios that differ only in the names of notifiers are explored once (default true). */
  readonly symmetry?: boolean;
  /** Worker threads; 1 (if left out) is this thread. A dispatcher that is given by value runs in this thread alone. */
  readonly workers?: number;
  /** Explores scenarios of at most this many operations; all, if left out. */
  readonly mostOperations?: number;
  /** Ends the exploration, with a report, when the process holds more than this, in bytes. */
  readonly memoryLimit?: number;
  readonly onProgress?: (progress: ExploreProgress) => void;
  /** Ends the exploration within some milliseconds. */
  readonly abort?: AbortSignal;
  /** For tests: the model runs by its sessions, not by tables of its steps. */
  readonly plainModel?: boolean;
  /** For tests: the compiled file that a thread runs. */
  readonly threadEntry?: URL;
};

/** An exploration under way. */
type Exploration = {
  readonly options: ExploreOptions;
  readonly a: Dispatcher;
  readonly b: Dispatcher;
  readonly started: number;
  /** This thread's worker. It runs turns only where there are no threads. */
  readonly worker: Worker;
  readonly runner: TurnRunner;
  readonly signals: Int32Array<SharedArrayBuffer>;
  store: StoreBuffers;
  frontier: Frontier;
  /** Length of the scenarios to the pairs of the frontier. */
  depth: number;
  transitions: number;
  stopped: 'interrupted' | 'memory' | undefined;
  lastProgress: number;
};

/** What is counted at a point of an exploration. */
type Counts = StoreCounts & { readonly transitions: number };

/** Pairs that fit in the store at first. */
const firstCapacity = 1 << 16;

/** A turn in this thread, in milliseconds. Threads are told to stop by a signal instead. */
const turnMilliseconds = 50;

/** How often memory, the abort signal and progress are looked at, in milliseconds. */
const watchInterval = 100;

/**
 * Explores a scope. The report is deterministic, except for times and memory.
 *
 * @throws InputError where a reference stands for no dispatcher, a dispatcher's sessions have no fingerprint, or threads are
 *   asked for and the program is not compiled
 */
export async function explore(options: ExploreOptions): Promise<ExploreReport> {
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

async function begun(options: ExploreOptions): Promise<Exploration> {
  const { scope, symmetry = true, plainModel = false, workers = 1, threadEntry } = options;
  const [a, b] = [await loadDispatcher(options.a, 'a'), await loadDispatcher(options.b, 'b')];
  const setup: Setup = { scope, symmetry, plainModel };
  const worker = new Worker(a, b, setup);
  const [store, frontier] = [emptyStore(firstCapacity), firstFrontier()];
  worker.begin(store, new FrontierView(frontier));
  // A reference that threads can load is the name of what was loaded.
  const runner =
    workers > 1 && areForThreads(options.a, options.b)
      ? inWorkerPool(workers, a.name, b.name, setup, threadEntry)
      : inThisThread(worker);
  return {
    options,
    a,
    b,
    started: performance.now(),
    worker,
    runner,
    signals: new Int32Array(new SharedArrayBuffer(4 * signal.count)),
    store,
    frontier,
    depth: 0,
    transitions: 0,
    stopped: undefined,
    lastProgress: 0,
  };
}

async function exploreAll(exploration: Exploration): Promise<ExploreReport> {
  const { mostOperations = Number.POSITIVE_INFINITY } = exploration.options;
  for (;;) {
    // How much of a frontier is expanded before a difference ends it depends on the workers.
    const before = countsOf(exploration);
    const difference = await expandFrontier(exploration);
    if (difference !== undefined) return reportDifference(exploration, difference, before);
    if (exploration.stopped !== undefined) return reportEnd(exploration, exploration.stopped);
    if (exploration.depth + 1 >= mostOperations) return reportEnd(exploration, 'bounded');
    const next = nextFrontier(exploration.store, exploration.frontier);
    if (next.size === 0) return reportEnd(exploration, 'exhausted');
    exploration.frontier = next;
    exploration.depth++;
  }
}

/** Expands every pair of the frontier, in as many turns as it takes. The first difference in the frontier's order. */
async function expandFrontier(exploration: Exploration): Promise<FrontierDifference | undefined> {
  const { signals, runner, frontier } = exploration;
  signals[signal.cursor] = 0;
  signals[signal.found] = nothingFound;
  let left: readonly PositionRange[] = [];
  let first: FrontierDifference | undefined;
  let isDone = false;
  while (!isDone && exploration.stopped === undefined) {
    watchLimits(exploration);
    const results = await runner.run(turnsOf(exploration, left));
    left = results.flatMap((result) => result.left);
    for (const { difference, transitions } of results) {
      exploration.transitions += transitions;
      if (difference !== undefined && (first === undefined || difference.position < first.position)) {
        first = difference;
      }
    }
    if (results.some(({ isFull }) => isFull)) exploration.store = grownStore(exploration.store);
    isDone = left.length === 0 && (signals[signal.cursor] ?? 0) >= frontier.size;
  }
  return first;
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

function reportDifference(
  exploration: Exploration,
  { position, operation, isHidden }: FrontierDifference,
  counts: Counts,
): ExploreReport {
  const { a, b, worker, store } = exploration;
  const { scope } = exploration.options;
  const pair = new FrontierView(exploration.frontier).pairAt(position);
  const path = new StateStore(store).pathTo(pair);
  const unchanging = isHidden ? worker.unchangingAt(pair, store) : [];
  const before = unchanging.slice(0, Math.max(0, unchanging.indexOf(operation)));
  const operations = [...path, ...before, operation].flatMap((index) => scope.operations[index] ?? []);
  const failure = lockstep(a, b, { ...scope.header, operations });
  if (failure === undefined) {
    throw new Error(
      `${a.name} and ${b.name} differ, but not when the scenario runs again: a fork or a fingerprint is wrong (${operations.map(({ op }) => op)})`,
    );
  }
  // Where effects are hidden, the sides may differ before the last operation.
  const scenario = { ...scope.header, operations: operations.slice(0, failure.operation + 1) };
  const failing = { scenario, failure, originalLength: operations.length };
  const finding = findingOf(failing, [a.name, b.name], `scope ${scope.name}`);
  return { ...reportEnd(exploration, 'difference', counts), finding, isShortest: !isHidden };
}

function reportEnd(
  exploration: Exploration,
  end: ExploreEnd,
  counts: Counts = countsOf(exploration),
): ExploreReport {
  const { a, b, depth, runner, started } = exploration;
  const { scope } = exploration.options;
  return {
    dispatchers: [a.name, b.name],
    scope: scope.name,
    title: scope.title,
    end,
    operations: scope.operations.length,
    ...counts,
    depth,
    workers: runner.workers,
    milliseconds: performance.now() - started,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    finding: undefined,
    isShortest: true,
  };
}

function countsOf({ store, transitions }: Exploration): Counts {
  return { ...storeCounts(store), transitions };
}
