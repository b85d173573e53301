/**
 * The scenarios of a batch where there is a corpus: scenarios that are kept because they reached something new. Each of some of them is
 * varied first; then come the scenarios that the batch has without a corpus.
 */
import type { Profile, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import { RandomChooser } from '../chooser.ts';
import { type Stream, type StreamedScenario, seedsOf } from '../scenario-stream.ts';
import { varied } from '../vary.ts';

/** What reached something new: the points that it reached, in ascending order, and its number in the batch, from 1. */
export type Candidate = {
  readonly scenario: Scenario;
  readonly reached: readonly number[];
  readonly number: number;
};

/** The most that one batch gives to the corpus. */
const mostCandidates = 64;

export type CorpusPlan = {
  /** Of fast-check's generator. */
  readonly seed: number;
  /** The scenarios that are varied, one after the other. */
  readonly scenarios: readonly Scenario[];
  /** The profiles of their variations, in turn. */
  readonly profiles: readonly Profile[];
  /** Pairs of points that the corpus reaches, by `first * points + second`. */
  readonly known: Uint8Array;
  readonly points: number;
};

export class CorpusStream implements Stream {
  readonly #plan: CorpusPlan;
  readonly #rest: Stream;
  readonly #randoms: ReturnType<typeof seedsOf>;
  readonly #pairs: Uint8Array;
  /** Those that reached a pair of points that neither the corpus nor an earlier one of the batch does. */
  readonly candidates: Candidate[] = [];
  #number = 0;

  /** @param rest what comes after the variations */
  constructor(plan: CorpusPlan, rest: Stream) {
    this.#plan = plan;
    this.#rest = rest;
    this.#randoms = seedsOf(plan.seed, plan.scenarios.length);
    this.#pairs = plan.known.slice();
  }

  next(): StreamedScenario | undefined {
    const { scenarios, profiles } = this.#plan;
    const [random, scenario] = [this.#randoms[this.#number], scenarios[this.#number]];
    const profile = profiles[this.#number % profiles.length] ?? 'contract';
    this.#number++;
    if (random === undefined || scenario === undefined) return this.#rest.next();
    return {
      scenario: varied(new RandomChooser(random), { ...scenario, profile }, scenarios),
      kind: 'varied',
    };
  }

  learn(streamed: StreamedScenario, reached: readonly number[]): void {
    this.#rest.learn(streamed, reached);
    const isNew = markPairs(this.#pairs, reached, this.#plan.points);
    if (!isNew || streamed.kind === 'large' || this.candidates.length === mostCandidates) return;
    this.candidates.push({ scenario: streamed.scenario, reached, number: this.#number });
  }
}

/** Marks each pair of these points; whether one of them was not marked before. */
export function markPairs(pairs: Uint8Array, reached: readonly number[], points: number): boolean {
  let isNew = false;
  for (const [index, first] of reached.entries()) {
    for (let other = index; other < reached.length; other++) {
      const pair = first * points + (reached[other] ?? 0);
      if (pairs[pair] === 1) continue;
      pairs[pair] = 1;
      isNew = true;
    }
  }
  return isNew;
}
