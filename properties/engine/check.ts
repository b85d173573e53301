/** The main job: regressions, then random scenarios, on two dispatchers, until a difference or the end. */
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type Finding, findingOf } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import { type CoverageShare, coverageShares } from '../coverage/shares.ts';
import { coverageNames } from '../coverage/table.ts';
import { properties } from '../properties/index.ts';
import { type BatchRequest, type BatchResult, batchSeed, batchSize, type Found } from './batch.ts';
import { batchesOf } from './batch-plan.ts';
import { type BatchRunner, inThisThread, inWorkers } from './batch-runner.ts';
import { areForThreads, type DispatcherReference, loadDispatcher } from './dispatchers.ts';
import { type Failing, searchShortest } from './shortest.ts';
import { failureOf } from './try-property.ts';
import { WorkerDiedError } from './worker-pool.ts';

/** A part of a run, as vitest and Playwright name it: the `index`-th (from 1) of `count`. */
export type Shard = { readonly index: number; readonly count: number };

export type CheckOptions = {
  /** What is expected, as a rule `model`. */
  readonly a: DispatcherReference;
  readonly b: DispatcherReference;
  /** The profiles that scenarios are generated for, in turn. */
  readonly profiles: readonly Profile[];
  /** Random scenarios to run, in all shards together; ignored when `seconds` is given. */
  readonly runs: number;
  /** Run until this many seconds have passed, instead. */
  readonly seconds?: number;
  readonly seed: number;
  /** Scenarios that run first, as given (saved regressions): each with the name it is reported under. */
  readonly regressions: readonly { readonly source: string; readonly scenario: Scenario }[];
  /** Worker threads; 1 (if left out) is this thread. A dispatcher that is given by value runs in this thread alone. */
  readonly workers?: number;
  /** What a thread runs, compiled; for tests. */
  readonly threadEntry?: URL;
  /** Runs only every `count`-th batch, and the regressions in the first shard. */
  readonly shard?: Shard;
  readonly onProgress?: (progress: Progress) => void;
  /** Told what was found first, shrunk, before a shorter scenario is looked for: whoever keeps it loses nothing. */
  readonly onFirst?: (first: Finding) => void;
  /** Ends the run at the next opportunity (within some milliseconds), with what was found so far. */
  readonly abort?: AbortSignal;
};

export type Progress = {
  readonly scenarios: number;
  readonly operations: number;
  readonly milliseconds: number;
};

/** How often a property was tried, and to how many of these scenarios it applied. */
export type PropertyUse = { readonly name: string; readonly tried: number; readonly applied: number };

export type CheckReport = {
  readonly dispatchers: readonly [string, string];
  readonly profiles: readonly Profile[];
  readonly seed: number;
  readonly shard: Shard | undefined;
  /** How long the run was to be, in all shards together: random scenarios, or seconds. */
  readonly asked: { readonly runs: number } | { readonly seconds: number };
  readonly regressions: number;
  readonly scenarios: number;
  readonly scenariosPerProfile: Readonly<Record<Profile, number>>;
  /** Operations that both dispatchers interpreted and whose effects were compared. */
  readonly operations: number;
  readonly milliseconds: number;
  readonly coverage: readonly CoverageShare[];
  readonly properties: readonly PropertyUse[];
  /** The shortest scenario that was found. */
  readonly finding: Finding | undefined;
  /** What was found first, shrunk in the way in which it failed, where `finding` is shorter. */
  readonly first: Finding | undefined;
  /** Ended by `abort` before its time. */
  readonly interrupted: boolean;
  /** How a worker died, and at what, where others had found something; else the run throws this. */
  readonly died: WorkerDiedError | undefined;
};

/**
 * Compares two dispatchers. Deterministic in `seed` and `runs`, whatever the number of workers: the finding is that of
 * the first batch that has one, and what later batches did is not counted.
 *
 * @throws WorkerDiedError when a worker thread ends while it runs a batch, and no other has found anything
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const [a, b] = [await loadDispatcher(options.a, 'a'), await loadDispatcher(options.b, 'b')];
  const workers = areForThreads(options.a, options.b) ? options.workers : 1;
  return new Run({ ...options, a, b, ...(workers !== undefined && { workers }) }).toEnd();
}

type LoadedOptions = CheckOptions & { readonly a: Dispatcher; readonly b: Dispatcher };

/** Fewer batches than this are done before another thread has started. */
const batchesWorthWorkers = 8;

class Run {
  readonly #options: LoadedOptions;
  readonly #started = performance.now();
  /** Results by the order of their batches; the ones under way are missing. */
  readonly #results = new Map<number, BatchResult>();
  readonly #progress = { scenarios: 0, operations: 0 };
  /** The least batch with a finding so far: no later one is begun. */
  #lastBatch = Number.POSITIVE_INFINITY;
  #died: WorkerDiedError | undefined;

  constructor(options: LoadedOptions) {
    this.#options = options;
  }

  async toEnd(): Promise<CheckReport> {
    const regression = this.#runRegressions();
    if (regression !== undefined) return this.#report(regression, undefined);
    await this.#runBatches();
    const found = this.#counted().at(-1)?.found;
    if (found === undefined && this.#died !== undefined) throw this.#died;
    if (found === undefined) return this.#report(undefined, undefined);
    const first = this.#findingOf(found, found.number);
    this.#options.onFirst?.(first);
    const shortest = await this.#shorterThan(found);
    return shortest === found
      ? this.#report(first, undefined)
      : this.#report(this.#findingOf(shortest, found.number), first);
  }

  /** The shortest scenario that a search finds; `found` where there is none shorter. */
  async #shorterThan(found: Found): Promise<Failing> {
    const { a, b, profiles, abort } = this.#options;
    const seed = batchSeed(this.#options.seed, found.number);
    const fails = (scenario: Scenario) => failureOf(found.failure.property, [a, b], scenario);
    const shortest = await searchShortest(found, fails, { seed, profiles, abort });
    return shortest.scenario.operations.length < found.scenario.operations.length ? shortest : found;
  }

  #runRegressions(): Finding | undefined {
    const { a, b, regressions } = this.#options;
    if (!this.#isFirstShard()) return undefined;
    for (const { source, scenario } of regressions) {
      const failure = lockstep(a, b, scenario);
      if (failure === undefined) continue;
      return { failure, scenario, originalLength: scenario.operations.length, origin: source };
    }
    return undefined;
  }

  #isFirstShard(): boolean {
    return (this.#options.shard?.index ?? 1) === 1;
  }

  async #runBatches(): Promise<void> {
    const runner = this.#runner();
    const underWay = new Set<Promise<void>>();
    try {
      for (const request of this.#requests()) {
        if (this.#isOver(request)) break;
        const one = this.#runBatch(runner, request).finally(() => underWay.delete(one));
        underWay.add(one);
        if (underWay.size >= runner.width) await Promise.race(underWay);
      }
      // A batch before the finding's may have an earlier one.
      await Promise.all(underWay);
    } finally {
      await runner.close();
    }
  }

  async #runBatch(runner: BatchRunner, request: BatchRequest): Promise<void> {
    try {
      this.#take(await runner.run(request));
    } catch (error) {
      if (!(error instanceof WorkerDiedError)) throw error;
      this.#died ??= error;
    }
  }

  #runner(): BatchRunner {
    const { a, b, workers = 1, threadEntry, runs, seconds, shard } = this.#options;
    const batches = seconds === undefined ? Math.ceil(runs / batchSize) / (shard?.count ?? 1) : Infinity;
    return workers > 1 && batches >= batchesWorthWorkers
      ? inWorkers(a, b, workers, threadEntry)
      : inThisThread(a, b);
  }

  /** The batches of this shard, in order. */
  #requests(): IterableIterator<BatchRequest> {
    const { profiles, seconds, runs, seed, shard } = this.#options;
    return batchesOf({ seed, runs: seconds === undefined ? runs : Infinity, profiles, shard });
  }

  #isOver({ batch }: BatchRequest): boolean {
    const { abort, seconds } = this.#options;
    if (abort?.aborted || batch > this.#lastBatch || this.#died !== undefined) return true;
    return seconds !== undefined && this.#elapsed() >= 1000 * seconds;
  }

  #take(result: BatchResult): void {
    this.#results.set(result.batch, result);
    if (result.found !== undefined) this.#lastBatch = Math.min(this.#lastBatch, result.batch);
    this.#progress.scenarios += result.scenarios;
    this.#progress.operations += result.operations;
    this.#options.onProgress?.({ ...this.#progress, milliseconds: this.#elapsed() });
  }

  #elapsed(): number {
    return performance.now() - this.#started;
  }

  /** The results that count, in order: what was done behind the first batch with a finding does not. */
  #counted(): BatchResult[] {
    return [...this.#results.values()]
      .filter(({ batch }) => batch <= this.#lastBatch)
      .sort((one, other) => one.batch - other.batch);
  }

  #report(finding: Finding | undefined, first: Finding | undefined): CheckReport {
    const { a, b, profiles, seed, shard, regressions, abort, seconds, runs } = this.#options;
    const { scenarios, scenariosPerProfile, operations, counts, uses } = sumOf(this.#counted());
    const due = [...(seconds === undefined ? this.#requests() : [])].reduce((sum, { size }) => sum + size, 0);
    const unfinished = seconds === undefined ? scenarios < due : this.#elapsed() < 1000 * seconds;
    return {
      dispatchers: [a.name, b.name],
      profiles,
      seed,
      shard,
      asked: seconds === undefined ? { runs } : { seconds },
      regressions: this.#isFirstShard() ? regressions.length : 0,
      scenarios,
      scenariosPerProfile,
      operations,
      milliseconds: this.#elapsed(),
      coverage: coverageShares(counts, scenariosPerProfile),
      properties: properties.map(({ name }, index) => ({
        name,
        ...(uses[index] ?? { tried: 0, applied: 0 }),
      })),
      finding,
      first,
      interrupted: finding === undefined && abort?.aborted === true && unfinished,
      died: this.#died,
    };
  }

  /** `number` is the scenario's at which the run came upon it. */
  #findingOf(failing: Failing, number: number): Finding {
    const { a, b, seed } = this.#options;
    return findingOf(failing, [a.name, b.name], `seed ${seed}, scenario ${number}`, seed);
  }
}

function sumOf(results: readonly BatchResult[]) {
  const scenariosPerProfile: Record<Profile, number> = { contract: 0, tcg: 0, kvm: 0 };
  const counts = coverageNames.map(() => 0);
  const uses = properties.map(() => ({ tried: 0, applied: 0 }));
  let operations = 0;
  for (const result of results) {
    scenariosPerProfile[result.profile] += result.scenarios;
    operations += result.operations;
    for (const [index, count] of result.counts.entries()) counts[index] = (counts[index] ?? 0) + count;
    for (const [index, use] of uses.entries()) {
      use.tried += result.uses[index]?.tried ?? 0;
      use.applied += result.uses[index]?.applied ?? 0;
    }
  }
  const scenarios = results.reduce((sum, result) => sum + result.scenarios, 0);
  return { scenarios, scenariosPerProfile, operations, counts, uses };
}
