/**
 * The explorer: breadth first over pairs of states, from the empty map, until no new pair comes up.
 *
 *     layer 0: the empty map ──all operations──> layer 1 ──all operations──> layer 2 ... until a layer is empty
 *
 * Not a bound on length: at the end, all scenarios of the scope's operations, of any length, have been compared. The first
 * difference is at the end of a scenario of which no shorter one exists; among equally short ones it is the first in the
 * order of the scope's operations, operation by operation. Nothing of what is found or counted depends on the number of workers.
 */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { type Finding, findingOf } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import { areForThreads, type DispatcherReference, loadDispatcher } from '../engine/dispatchers.ts';
import { type Crew, LoneCrew, ThreadCrew } from './crew.ts';
import { firstLayer, Room } from './room.ts';
import type { Scope } from './scope/scope.ts';
import { type Layer, LayerView, Tables } from './tables.ts';
import { type Difference, type Range, type Setup, signal, type Turn, Worker } from './turn.ts';

export type ExploreOptions = {
  /** What is expected, as a rule the model. */
  readonly a: DispatcherReference;
  readonly b: DispatcherReference;
  readonly scope: Scope;
  /** Scenarios that differ in the names of notifiers only are explored once (default true). */
  readonly symmetry?: boolean;
  /** Worker threads; 1 (if left out) is this thread. A dispatcher that is given by value runs in this thread alone. */
  readonly workers?: number;
  /** Explores scenarios of at most so many operations; all, if left out. */
  readonly mostOperations?: number;
  /** Ends the run, cleanly, when the process holds more than this, in bytes. */
  readonly memoryLimit?: number;
  readonly onProgress?: (progress: ExploreProgress) => void;
  /** Ends the run within some milliseconds. */
  readonly abort?: AbortSignal;
  /** For tests: the model by its sessions, one step a transition, instead of by the tables of its steps. */
  readonly plainModel?: boolean;
  /** For tests: the compiled entry of a thread. */
  readonly threadEntry?: URL;
};

export type ExploreProgress = {
  readonly pairs: number;
  /** Of these, those at which every operation has been tried. */
  readonly expanded: number;
  /** Length of the shortest scenarios to the pairs that are being expanded. */
  readonly depth: number;
  readonly milliseconds: number;
  /** Bytes that the process holds. */
  readonly memory: number;
};

/**
 * How a run ended. `exhausted` alone says that there is no difference in the scope; `bounded`, that there is none in its
 * scenarios of at most `mostOperations`.
 */
export type ExploreEnd = 'exhausted' | 'bounded' | 'difference' | 'interrupted' | 'memory';

export type ExploreReport = {
  readonly dispatchers: readonly [string, string];
  readonly scope: string;
  readonly title: string;
  readonly end: ExploreEnd;
  /** Operations of the scope. */
  readonly operations: number;
  /** States of each side, and pairs of them that one scenario leads to. Where a difference ended the run: up to its layer. */
  readonly statesOfA: number;
  readonly statesOfB: number;
  readonly pairs: number;
  /** Operations compared, each at each pair; where a difference ended the run, in the layers before it. */
  readonly transitions: number;
  /** Length of the longest of the shortest scenarios to a pair; where the run ended early, as far as it got. */
  readonly depth: number;
  readonly workers: number;
  readonly milliseconds: number;
  /** The most that the process held, in bytes. */
  readonly peakMemory: number;
  readonly finding: Finding | undefined;
  /**
   * Whether no shorter scenario of the scope shows a difference. False only where a dispatcher's fingerprint hides some of
   * its state.
   */
  readonly isShortest: boolean;
};

/** Pairs for which there is room at first. */
const firstCapacity = 1 << 16;

/** A lone worker's turn, in milliseconds; threads are asked to stop by a signal instead. */
const loneTurn = 50;

/** How often memory, signals and progress are looked at, in milliseconds. */
const watchInterval = 100;

/**
 * Explores a scope. Deterministic, timings and memory apart.
 *
 * @throws InputError where a reference stands for no dispatcher, a dispatcher has no fingerprint, or several workers are asked
 *   for and the program is not compiled
 */
export async function explore(options: ExploreOptions): Promise<ExploreReport> {
  const [a, b] = [await loadDispatcher(options.a, 'a'), await loadDispatcher(options.b, 'b')];
  const workers = areForThreads(options.a, options.b) ? (options.workers ?? 1) : 1;
  const run = new Exploration({ ...options, a, b, workers });
  try {
    return await run.toEnd();
  } finally {
    await run.close();
  }
}

type LoadedOptions = Omit<ExploreOptions, 'a' | 'b'> & { readonly a: Dispatcher; readonly b: Dispatcher };

class Exploration {
  readonly #options: LoadedOptions;
  readonly #started = performance.now();
  readonly #worker: Worker;
  readonly #crew: Crew;
  readonly #room = new Room(firstCapacity);
  readonly #signals = new SharedArrayBuffer(4 * signal.words);
  readonly #signalWords = new Int32Array(this.#signals);
  readonly #watch: NodeJS.Timeout;
  #layer: Layer = firstLayer();
  #depth = 0;
  #transitions = 0;
  #stopped: 'interrupted' | 'memory' | undefined;
  #lastProgress = 0;

  constructor(options: LoadedOptions) {
    const { a, b, scope, symmetry = true, plainModel = false, workers = 1, threadEntry } = options;
    this.#options = options;
    const setup: Setup = { scope, symmetry, plainModel };
    this.#worker = new Worker(a, b, setup);
    this.#crew = workers > 1 ? new ThreadCrew(workers, a, b, setup, threadEntry) : new LoneCrew(this.#worker);
    this.#watch = setInterval(() => this.#look(), watchInterval);
    this.#watch.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#crew.end();
  }

  async toEnd(): Promise<ExploreReport> {
    const { mostOperations = Number.POSITIVE_INFINITY } = this.#options;
    this.#worker.begin(new Tables(this.#room.buffers), new LayerView(this.#layer));
    for (;;) {
      // What a layer adds depends on the workers where a difference cuts it short.
      const before = this.#counts();
      const difference = await this.#expandLayer();
      // Where the layer was cut short, there may be others before it, but no shorter ones.
      if (difference !== undefined) return this.#different(difference, before);
      if (this.#stopped !== undefined) return this.#report(this.#stopped, this.#counts());
      if (this.#depth + 1 >= mostOperations) return this.#report('bounded', this.#counts());
      const next = this.#room.layerFrom(this.#layer.first + this.#layer.size, new LayerView(this.#layer));
      if (next.size === 0) return this.#report('exhausted', this.#counts());
      this.#layer = next;
      this.#depth++;
    }
  }

  /** Expands every pair of the layer, in as many turns as it takes. The first difference in the layer's order. */
  async #expandLayer(): Promise<Difference | undefined> {
    const signals = this.#signalWords;
    signals[signal.cursor] = 0;
    signals[signal.found] = 0x7fff_ffff;
    let left: readonly Range[] = [];
    let first: Difference | undefined;
    let isDone = false;
    while (!isDone && this.#stopped === undefined) {
      this.#look();
      const results = await this.#crew.run(this.#turns(left));
      left = results.flatMap((result) => result.left);
      for (const { difference, transitions } of results) {
        this.#transitions += transitions;
        if (difference !== undefined && (first === undefined || difference.rank < first.rank)) {
          first = difference;
        }
      }
      if (results.some(({ isFull }) => isFull)) this.#room.grow();
      isDone = left.length === 0 && (signals[signal.cursor] ?? 0) >= this.#layer.size;
    }
    return first;
  }

  /** A turn for each worker; the ranges that are left over, dealt out. */
  #turns(left: readonly Range[]): Turn[] {
    const { size } = this.#crew;
    const isLone = size === 1;
    const margin = size * (this.#options.scope.operations.length + 1);
    const chunk = Math.min(256, Math.max(1, Math.ceil(this.#layer.size / (16 * size))));
    return Array.from({ length: size }, (_, worker) => ({
      tables: this.#room.buffers,
      layer: this.#layer,
      signals: this.#signals,
      ranges: left.filter((_range, i) => i % size === worker),
      chunk,
      margin,
      milliseconds: isLone ? loneTurn : Number.POSITIVE_INFINITY,
    }));
  }

  /** Looks at the limits, and says how far it is. */
  #look(): void {
    const { abort, memoryLimit, onProgress } = this.#options;
    if (abort?.aborted) this.#stopped ??= 'interrupted';
    const now = performance.now();
    const memory = process.memoryUsage.rss();
    if (memoryLimit !== undefined && memory > memoryLimit) this.#stopped ??= 'memory';
    if (this.#stopped !== undefined) Atomics.store(this.#signalWords, signal.stop, 1);
    if (onProgress === undefined || now - this.#lastProgress < watchInterval) return;
    this.#lastProgress = now;
    onProgress({
      pairs: this.#room.pairs,
      expanded: this.#signalWords[signal.expanded] ?? 0,
      depth: this.#depth,
      milliseconds: now - this.#started,
      memory,
    });
  }

  #counts(): Counts {
    const { pairs, statesOfA, statesOfB } = this.#room;
    return { pairs, statesOfA, statesOfB, transitions: this.#transitions };
  }

  #different({ rank, operation, isHidden }: Difference, counts: Counts): ExploreReport {
    const { a, b, scope } = this.#options;
    const pair = new LayerView(this.#layer).pairAt(rank);
    const path = new Tables(this.#room.buffers).pathTo(pair);
    const unchanging = isHidden ? this.#worker.unchangingAt(pair, this.#room.buffers) : [];
    const before = unchanging.slice(0, Math.max(0, unchanging.indexOf(operation)));
    const operations = [...path, ...before, operation].flatMap((index) => scope.operations[index] ?? []);
    const failure = lockstep(a, b, { ...scope.header, operations });
    if (failure === undefined) {
      throw new Error(
        `${a.name} and ${b.name} differ, but not when the scenario is run again: a fork or a fingerprint is wrong (${operations.map(({ op }) => op)})`,
      );
    }
    // Of a scenario in which operations with hidden effects stand, the end may be of no use.
    const scenario = { ...scope.header, operations: operations.slice(0, failure.operation + 1) };
    const failing = { scenario, failure, originalLength: operations.length };
    const finding = findingOf(failing, [a.name, b.name], `scope ${scope.name}`);
    return { ...this.#report('difference', counts), finding, isShortest: !isHidden };
  }

  #report(end: ExploreEnd, counts: Counts): ExploreReport {
    const { a, b, scope } = this.#options;
    return {
      dispatchers: [a.name, b.name],
      scope: scope.name,
      title: scope.title,
      end,
      operations: scope.operations.length,
      ...counts,
      depth: this.#depth,
      workers: this.#crew.size,
      milliseconds: performance.now() - this.#started,
      peakMemory: process.resourceUsage().maxRSS * 1024,
      finding: undefined,
      isShortest: true,
    };
  }
}

type Counts = Pick<ExploreReport, 'pairs' | 'statesOfA' | 'statesOfB' | 'transitions'>;
