/** An exploration under way: what it works with, how far it came, and its limits. */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import type { Shard } from '../engine/batch-plan.ts';
import { areForThreads, type DispatcherReference, loadDispatcher } from '../engine/dispatchers.ts';
import type { ExploreProgress, Split } from './report.ts';
import type { Scope } from './scope/scope.ts';
import { type Setup, type Sides, sidesOf } from './sides/sides.ts';
import { type Frontier, FrontierView, firstFrontier } from './store/frontier.ts';
import { emptyStore } from './store/grow.ts';
import type { StoreBuffers } from './store/state-store.ts';
import { signal } from './workers/turn.ts';
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
  /** Expands no frontier after more pairs than this were reached. */
  readonly mostPairs?: number;
  /**
   * Explores a part: all up to the first frontier that has pairs enough for all shards, then every `count`-th of its pairs and what
   * comes after those. Of a dispatcher outside: every `count`-th scenario is sent.
   */
  readonly shard?: Shard;
  /** Random steps on sessions that are never forked, after a scope is exhausted (default 100,000). */
  readonly walkSteps?: number;
  /** Of the random steps (default 1). */
  readonly seed?: number;
  /** Ends the exploration, with a report, when the process holds more than this, in bytes. */
  readonly memoryLimit?: number;
  readonly onProgress?: (progress: ExploreProgress) => void;
  /** Ends the exploration within some milliseconds. */
  readonly abort?: AbortSignal;
  /** For tests: the sides on which the model runs by its sessions, not by tables of its steps (default none). */
  readonly plainModel?: Setup['plainModel'];
  /** For tests: the compiled file that a thread runs. */
  readonly threadEntry?: URL;
};

export type Exploration = {
  readonly options: ExploreOptions;
  readonly a: Dispatcher;
  readonly b: Dispatcher;
  readonly started: number;
  /** For this thread. */
  readonly sides: Sides;
  readonly runner: TurnRunner;
  readonly signals: Int32Array<SharedArrayBuffer>;
  store: StoreBuffers;
  frontier: Frontier;
  /** Length of the scenarios to the pairs of the frontier. */
  depth: number;
  transitions: number;
  writesAgain: number;
  walkSteps: number;
  /** Where this shard and the others parted. */
  split: Split | undefined;
  stopped: 'interrupted' | 'memory' | undefined;
  lastProgress: number;
  lastWatch: number;
};

/** Pairs that fit in the store at first. */
const firstCapacity = 1 << 16;

/** @throws InputError where a reference stands for no dispatcher, or threads are asked for and the program is not compiled */
export async function begun(options: ExploreOptions): Promise<Exploration> {
  const { scope, symmetry = true, plainModel = 'none', workers = 1, threadEntry } = options;
  const [a, b] = [await loadDispatcher(options.a, 'a'), await loadDispatcher(options.b, 'b')];
  const setup: Setup = { scope, symmetry, plainModel };
  const sides = sidesOf(a, b, setup);
  const worker = new Worker(sides);
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
    sides,
    runner,
    signals: new Int32Array(new SharedArrayBuffer(4 * signal.count)),
    store,
    frontier,
    depth: 0,
    transitions: 0,
    writesAgain: 0,
    walkSteps: 0,
    split: undefined,
    stopped: undefined,
    lastProgress: 0,
    lastWatch: Number.NEGATIVE_INFINITY,
  };
}
