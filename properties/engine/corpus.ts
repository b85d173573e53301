/** The corpus of a run: what it begins with, and what it adds. */
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { coverageNames } from '../coverage/table.ts';
import { markPairs } from '../generate/corpus/corpus-stream.ts';
import type { BatchRequest, BatchResult } from './batch.ts';

export type CorpusOptions = {
  /** What earlier runs kept. */
  readonly scenarios: readonly Scenario[];
  /** Told of each scenario that is to be kept, in the same order each time, as soon as it is known. */
  readonly onKept?: (scenario: Scenario) => void;
};

/** What a report says of it. */
export type CorpusCounts = { readonly read: number; readonly kept: number };

/** Scenarios of the corpus that one batch varies. */
const variedInBatch = 40;

/** Each batch has its part of the corpus, and all of them know what the corpus reaches. What a batch adds counts from the next run on. */
export class Corpus {
  readonly #scenarios: readonly Scenario[];
  readonly #onKept: (scenario: Scenario) => void;
  /** Pairs of points that the scenarios of the corpus reach. */
  readonly #known = new Uint8Array(coverageNames.length ** 2);
  /** The same, and those that were added. */
  readonly #reached: Uint8Array;
  readonly #waiting = new Map<number, BatchResult>();
  /** The batches of the run in order, as far as they were begun and not looked at. */
  readonly #due: number[] = [];
  #isOver = false;
  #kept = 0;

  constructor({ scenarios, onKept = () => {} }: CorpusOptions) {
    this.#scenarios = scenarios;
    this.#onKept = onKept;
    for (const scenario of scenarios) markPairs(this.#known, reachedBy(scenario), coverageNames.length);
    this.#reached = this.#known.slice();
  }

  get counts(): CorpusCounts {
    return { read: this.#scenarios.length, kept: this.#kept };
  }

  /** The request of a batch that is about to begin, with its part of the corpus. */
  partOf(request: BatchRequest): BatchRequest {
    this.#due.push(request.batch);
    const count = this.#scenarios.length;
    const most = Math.min(variedInBatch, count, Math.floor(request.size / 4));
    const scenarios = Array.from(
      { length: most },
      (_, at) => this.#scenarios[(request.batch * variedInBatch + at) % count] as Scenario,
    );
    return { ...request, corpus: { scenarios, known: this.#known } };
  }

  /** A batch is done. Batches are looked at in the order of the run, up to the first with a finding, whichever is done first. */
  take(result: BatchResult): void {
    this.#waiting.set(result.batch, result);
    for (let batch = this.#due[0]; batch !== undefined && !this.#isOver; batch = this.#due[0]) {
      const next = this.#waiting.get(batch);
      if (next === undefined) return;
      this.#due.shift();
      this.#waiting.delete(batch);
      for (const { scenario, reached } of next.candidates ?? []) this.#add(scenario, reached);
      this.#isOver = next.found !== undefined;
    }
  }

  #add(scenario: Scenario, reached: readonly number[]): void {
    if (!markPairs(this.#reached, reached, coverageNames.length)) return;
    this.#kept++;
    this.#onKept(scenario);
  }
}

/** The coverage points of a scenario, as the model runs it. */
function reachedBy(scenario: Scenario): number[] {
  const counter = new CoverageCounter();
  const session = modelDispatcher.open(scenario);
  counter.begin(scenario);
  for (const operation of scenario.operations) counter.observe(operation, session.apply(operation));
  return counter.reached();
}
