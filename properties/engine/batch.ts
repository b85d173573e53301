/** A batch of random scenarios: the unit of work, the same whoever runs it, in whichever process. */
import fc from 'fast-check';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../compare/lockstep.ts';
import type { Failure } from '../compare/property.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { properties } from '../properties/index.ts';
import { type Failing, shrunk } from './shortest.ts';
import { failureOf, tryProperty } from './try-property.ts';

/** Scenarios of one batch: one run of fast-check with a seed of its own, some 30 ms of work. */
export const batchSize = 250;

/** Each scenario runs in lockstep; every 16th is also tried on one of the properties that need no second dispatcher. */
const propertyInterval = 16;

export type BatchRequest = {
  /** The run's seed, and the number of the batch in it, from 0. */
  readonly seed: number;
  readonly batch: number;
  readonly profile: Profile;
  /** Scenarios to run: `batchSize`, but for the last one. */
  readonly size: number;
};

export type BatchResult = {
  readonly batch: number;
  readonly profile: Profile;
  readonly scenarios: number;
  readonly operations: number;
  /** Scenarios per coverage point, in the order of `coverageNames`. */
  readonly counts: readonly number[];
  /** Per property: scenarios tried, and those to which it applied. */
  readonly uses: readonly { readonly tried: number; readonly applied: number }[];
  readonly found: Found | undefined;
};

/** A failure, its scenario shrunk; `number` is the scenario's in the run, from 1. */
export type Found = Failing & { readonly number: number };

/** Runs a batch up to its end or its first failure, which is shrunk. */
export function runBatch(a: Dispatcher, b: Dispatcher, request: BatchRequest): BatchResult {
  return new Batch(a, b, request).toEnd();
}

class Batch {
  readonly #a: Dispatcher;
  readonly #b: Dispatcher;
  readonly #request: BatchRequest;
  readonly #counter = new CoverageCounter();
  readonly #uses = properties.map(() => ({ tried: 0, applied: 0 }));
  #scenarios = 0;
  #operations = 0;

  constructor(a: Dispatcher, b: Dispatcher, request: BatchRequest) {
    this.#a = a;
    this.#b = b;
    this.#request = request;
  }

  toEnd(): BatchResult {
    const { batch, profile, seed, size } = this.#request;
    let failure: Failure | undefined;
    const holds = (scenario: Scenario): boolean => {
      failure = this.#try(scenario);
      return failure === undefined;
    };
    const details = fc.check(fc.property(new ScenarioArbitrary({ profiles: [profile] }), holds), {
      seed: batchSeed(seed, batch),
      numRuns: size,
      endOnFailure: true,
    });
    // Nothing in `holds` throws, unless the tool itself is broken.
    if (details.errorInstance !== null && failure === undefined && details.failed)
      throw details.errorInstance;
    const [scenario] = details.counterexample ?? [];
    return {
      batch,
      profile,
      scenarios: this.#scenarios,
      operations: this.#operations,
      counts: this.#counter.counts(),
      uses: this.#uses,
      found: failure === undefined || scenario === undefined ? undefined : this.#found(scenario, failure),
    };
  }

  #found(scenario: Scenario, failure: Failure): Found {
    const fails = (simpler: Scenario) => failureOf(failure.property, [this.#a, this.#b], simpler);
    const failing = { scenario, failure, originalLength: scenario.operations.length };
    return { ...shrunk(failing, fails), number: this.#number() };
  }

  /** The number, in the run, of the scenario at hand. */
  #number(): number {
    return this.#request.batch * batchSize + this.#scenarios;
  }

  /** A new scenario: lockstep, with its coverage points counted, and now and then a property. */
  #try(scenario: Scenario): Failure | undefined {
    this.#scenarios++;
    this.#operations += scenario.operations.length;
    this.#counter.begin(scenario);
    const failure = lockstep(this.#a, this.#b, scenario, this.#counter.observe);
    this.#counter.end();
    return failure ?? (this.#number() % propertyInterval === 0 ? this.#tryNextProperty(scenario) : undefined);
  }

  /** The properties have their turns one after the other, on one side and then on the other. */
  #tryNextProperty(scenario: Scenario): Failure | undefined {
    const turn = this.#number() / propertyInterval;
    const index = turn % properties.length;
    const property = properties[index];
    const use = this.#uses[index];
    if (property === undefined || use === undefined) return undefined;
    use.tried++;
    const side = Math.floor(turn / properties.length) % 2 === 0 ? this.#a : this.#b;
    const verdict = tryProperty(property, side, scenario);
    if (verdict !== 'does not apply') use.applied++;
    return typeof verdict === 'object' ? verdict : undefined;
  }
}

/** A seed for each batch: a mix of the run's seed and the batch's number (32 bits). */
export function batchSeed(seed: number, batch: number): number {
  let mixed = (seed ^ Math.imul(batch + 1, 0x9e37_79b1)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
