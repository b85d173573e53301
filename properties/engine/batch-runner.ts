/** Running batches, and shrinking what they find: in this thread, or in processes that are watched. */
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import { type Failure, terminationName } from '../compare/property.ts';
import { variantsOf } from '../compare/variants.ts';
import { type Fails, shrunk } from '../shrink/shrunk.ts';
import type { RunLimits } from '../watch/limits.ts';
import { ProcessPool } from '../watch/process-pool.ts';
import { shrinkStopped } from '../watch/shrink-stopped.ts';
import type { BatchAnswer, LockstepAnswer, Task } from '../watch/tasks.ts';
import { terminationFailure } from '../watch/termination.ts';
import { StoppedError } from '../watch/watched-process.ts';
import {
  type BatchFinding,
  type BatchRequest,
  type BatchResult,
  batchSize,
  redecided,
  runBatch,
} from './batch.ts';
import { partsOfReference, underProfile } from './dispatchers.ts';
import { type SearchOptions, searchShortest } from './search.ts';
import { failureOf } from './try-property.ts';
import { WorkerDiedError } from './worker-pool.ts';

/** The first of some scenarios that fails, and how. */
export type FailingOne = { readonly index: number; readonly failure: Failure } | undefined;

export type BatchRunner = {
  /** Processes; 1 where this thread does it. */
  readonly workers: number;
  /** How many batches are worth having under way at once. */
  readonly width: number;
  /** @throws WorkerDiedError where a process ends, and does not when the same runs again */
  run(request: BatchRequest): Promise<BatchResult>;
  firstFailing(scenarios: readonly Scenario[]): Promise<FailingOne>;
  /** The scenario made simpler; when aborted, what was reached. */
  shrink(found: BatchFinding, abort: AbortSignal | undefined): Promise<Failing>;
  /** The shortest that a search finds; when aborted, what was reached. */
  search(found: BatchFinding, from: Failing, options: SearchOptions): Promise<Failing>;
  close(): Promise<void>;
};

/** The two that differ: those of the run, one of them and a variant, or both with decisions changed. */
function pairOf({ pair }: BatchFinding, a: Dispatcher, b: Dispatcher): readonly [Dispatcher, Dispatcher] {
  if (pair === undefined) return [a, b];
  const variant = variantsOf(a, b).find(({ name }) => name === pair[1]);
  if (variant !== undefined) return [a, variant];
  const { profile, decisions } = partsOfReference(pair[1]);
  if (profile === undefined) return [a, b];
  return [underProfile(a, profile, decisions), underProfile(b, profile, decisions)];
}

export function inThisThread(a: Dispatcher, b: Dispatcher): BatchRunner {
  const failing = (found: BatchFinding): Fails => {
    const pair = pairOf(found, a, b);
    return (scenario) => failureOf(found.failure.property, pair, scenario);
  };
  return {
    workers: 1,
    width: 1,
    async run(request) {
      // Between two batches, signals are heard and the progress display is drawn.
      await new Promise((resolve) => setImmediate(resolve));
      return runBatch(a, b, request);
    },
    async firstFailing(scenarios) {
      for (const [index, scenario] of scenarios.entries()) {
        await new Promise((resolve) => setImmediate(resolve));
        const failure = lockstep(a, b, scenario);
        if (failure !== undefined) return { index, failure };
      }
      return undefined;
    },
    shrink: async (found) => shrunk(found, failing(found)),
    search: (found, from, options) => searchShortest(from, failing(found), options),
    close: async () => {},
  };
}

/** Where the processes come from. */
export type ProcessOptions = {
  readonly workers: number;
  readonly limits: RunLimits;
  readonly entry?: URL | undefined;
};

/** Processes that load both dispatchers themselves, by their names. Each scenario has limits there. */
export function inProcesses(a: Dispatcher, b: Dispatcher, options: ProcessOptions): BatchRunner {
  return new ProcessRunner(a, b, options);
}

class ProcessRunner implements BatchRunner {
  readonly workers: number;
  readonly width: number;
  readonly #pool: ProcessPool;
  readonly #options: ProcessOptions;
  readonly #sides: readonly [Dispatcher, Dispatcher];
  readonly #pair: { readonly a: string; readonly b: string };
  /** In the order of the sides that a process names. */
  readonly #names: readonly string[];

  constructor(a: Dispatcher, b: Dispatcher, options: ProcessOptions) {
    this.workers = options.workers;
    // One more each, so that no process waits for this one.
    this.width = 2 * options.workers;
    this.#pool = new ProcessPool(options.limits, options.workers, options.entry);
    this.#options = options;
    this.#sides = [a, b];
    this.#pair = { a: a.name, b: b.name };
    this.#names = [a.name, b.name, ...variantsOf(a, b).map(({ name }) => name)];
  }

  async run(request: BatchRequest): Promise<BatchResult> {
    try {
      return (await this.#batch(request)).result;
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      return this.#resultOfStopped(request, error);
    }
  }

  async firstFailing(scenarios: readonly Scenario[]): Promise<FailingOne> {
    if (scenarios.length === 0) return undefined;
    try {
      return await this.#pool.run<LockstepAnswer>({ kind: 'lockstep', ...this.#pair, scenarios });
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      const { place } = error;
      // Where it does not say which one it was, they run one after the other.
      if (place !== undefined || scenarios.length === 1) {
        const index = place?.scenario ?? 0;
        return { index, failure: this.#failure(error, scenarios[index] ?? { operations: [] }) };
      }
      return this.#firstAlone(scenarios);
    }
  }

  async #firstAlone(scenarios: readonly Scenario[]): Promise<FailingOne> {
    for (const [index, scenario] of scenarios.entries()) {
      const found = await this.firstFailing([scenario]);
      if (found !== undefined) return { ...found, index };
    }
    return undefined;
  }

  async shrink(found: BatchFinding, abort: AbortSignal | undefined): Promise<Failing> {
    const { a, b } = this.#pairOf(found);
    if (found.failure.property === terminationName) {
      const { limits, entry } = this.#options;
      return shrinkStopped(found, { pair: [a, b], names: this.#names, limits, abort, entry });
    }
    return this.#reaching(found, { kind: 'shrink', a, b, failing: plain(found) }, abort);
  }

  async search(found: BatchFinding, from: Failing, { abort, ...options }: SearchOptions): Promise<Failing> {
    // Random scenarios that do not end would take the whole of their time each.
    if (found.failure.property === terminationName) return from;
    return this.#reaching(
      from,
      { kind: 'search', ...this.#pairOf(found), failing: plain(from), options },
      abort,
    );
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** What the task comes to, or came to before it was aborted or ended its process. */
  async #reaching(from: Failing, task: Task, abort: AbortSignal | undefined): Promise<Failing> {
    let reached = from;
    const aborted = new Promise<void>((resolve) =>
      abort?.addEventListener('abort', () => resolve(), { once: true }),
    );
    const result = this.#pool.run<Failing>(task, (simpler: Failing) => {
      reached = simpler;
    });
    try {
      return (await Promise.race([result, aborted])) ?? reached;
    } catch (error) {
      if (error instanceof StoppedError) return reached;
      throw error;
    }
  }

  #pairOf({ pair }: BatchFinding): { readonly a: string; readonly b: string } {
    return pair === undefined ? this.#pair : { a: pair[0], b: pair[1] };
  }

  #batch(request: BatchRequest, before?: number): Promise<BatchAnswer> {
    return this.#pool.run({ kind: 'batch', ...this.#pair, request, ...(before !== undefined && { before }) });
  }

  #failure(error: StoppedError, scenario: Scenario, names: readonly string[] = this.#names): Failure {
    return terminationFailure(error, error.place, names, this.#options.limits, scenario);
  }

  /** The batch up to the scenario that does not end, which is its finding. */
  async #resultOfStopped(request: BatchRequest, error: StoppedError): Promise<BatchResult> {
    const number = error.place?.scenario ?? (await this.#numberOfStopped(request));
    const died = new WorkerDiedError(nameOf(request), error);
    if (number === undefined) throw died;
    const { result, next } = await this.#batch(request, number);
    if (next === undefined) throw died;
    const pair = this.#pairOfStopped(request, error, next, request.batch * batchSize + number);
    const found: BatchFinding = {
      scenario: next,
      failure: this.#failure(error, next, error.place?.isRedecided === true ? pair : undefined),
      originalLength: next.operations.length,
      number: request.batch * batchSize + number,
      ...(pair !== undefined && { pair }),
    };
    return { ...result, scenarios: number, operations: result.operations + next.operations.length, found };
  }

  /** The two by name, where they are not those of the run. */
  #pairOfStopped(
    request: BatchRequest,
    { place }: StoppedError,
    scenario: Scenario,
    number: number,
  ): readonly [string, string] | undefined {
    if (place?.isRedecided === true) {
      const sides = redecided(this.#sides, request, scenario, number);
      return sides && [sides[0].name, sides[1].name];
    }
    const variant = place !== undefined && place.side > 1 ? this.#names[place.side] : undefined;
    return variant === undefined ? undefined : [this.#pair.a, variant];
  }

  /** Which scenario of a batch it is, where the process had no time to say: the batch runs again, up to one half and another. */
  async #numberOfStopped(request: BatchRequest): Promise<number | undefined> {
    let [good, bad] = [1, request.size + 1];
    let isStopped = false;
    while (bad - good > 1 || !isStopped) {
      const middle = isStopped ? (good + bad) >> 1 : bad;
      try {
        await this.#batch(request, middle);
        if (!isStopped) return undefined;
        good = middle;
      } catch (error) {
        if (!(error instanceof StoppedError)) throw error;
        isStopped = true;
        bad = middle;
      }
    }
    return good;
  }
}

/** Without the fields of a batch's finding. */
function plain({ scenario, failure, originalLength }: Failing): Failing {
  return { scenario, failure, originalLength };
}

/** What to run again, to see what happened there. */
function nameOf({ seed, batch, size }: BatchRequest): string {
  const first = batch * batchSize + 1;
  const scenarios = `scenarios ${first} to ${first + size - 1}`;
  return `seed ${seed}, ${scenarios}`;
}
