/** A batch of random scenarios: the unit of work, the same whoever runs it, in whichever process. */
import fc from 'fast-check';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import type { Failure } from '../compare/property.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { properties } from '../properties/index.ts';
import { shrunk } from '../shrink/shrunk.ts';
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

/** How often a property was tried, and to how many of these scenarios it applied. */
export type UseCounts = { readonly tried: number; readonly applied: number };

export type BatchResult = {
  readonly batch: number;
  readonly profile: Profile;
  readonly scenarios: number;
  readonly operations: number;
  /** Scenarios per coverage point, in the order of `coverageNames`. */
  readonly counts: readonly number[];
  /** In the order of `properties`. */
  readonly uses: readonly UseCounts[];
  readonly found: BatchFinding | undefined;
};

/** A failure, its scenario shrunk; `number` is the scenario's in the run, from 1. */
export type BatchFinding = Failing & { readonly number: number };

/** Runs a batch up to its end or its first failure, which is shrunk. */
export function runBatch(a: Dispatcher, b: Dispatcher, request: BatchRequest): BatchResult {
  const { batch, profile, seed, size } = request;
  const counter = new CoverageCounter();
  const uses = properties.map(() => ({ tried: 0, applied: 0 }));
  let scenarios = 0;
  let operations = 0;
  let failure: Failure | undefined;
  const holds = (scenario: Scenario): boolean => {
    scenarios++;
    operations += scenario.operations.length;
    counter.begin(scenario);
    failure = lockstep(a, b, scenario, counter.observe);
    counter.end();
    failure ??= tryDueProperty(batch * batchSize + scenarios, [a, b], scenario, uses);
    return failure === undefined;
  };
  const details = fc.check(fc.property(new ScenarioArbitrary({ profiles: [profile] }), holds), {
    seed: batchSeed(seed, batch),
    numRuns: size,
    endOnFailure: true,
  });
  // Whatever a dispatcher throws is a failure; what `holds` throws is a mistake of this program.
  if (details.errorInstance !== null && failure === undefined && details.failed) throw details.errorInstance;
  const [scenario] = details.counterexample ?? [];
  const found =
    failure === undefined || scenario === undefined
      ? undefined
      : { ...shrunkFailure(a, b, scenario, failure), number: batch * batchSize + scenarios };
  return { batch, profile, scenarios, operations, counts: counter.counts(), uses, found };
}

function shrunkFailure(a: Dispatcher, b: Dispatcher, scenario: Scenario, failure: Failure): Failing {
  const fails = (simpler: Scenario) => failureOf(failure.property, [a, b], simpler);
  return shrunk({ scenario, failure, originalLength: scenario.operations.length }, fails);
}

/**
 * Tries the property whose turn it is, at every 16th scenario: each property in turn on one side, then each on the other.
 *
 * @param number the scenario's in the run, from 1
 * @param uses counts the attempt
 */
function tryDueProperty(
  number: number,
  [a, b]: readonly [Dispatcher, Dispatcher],
  scenario: Scenario,
  uses: { tried: number; applied: number }[],
): Failure | undefined {
  if (number % propertyInterval !== 0) return undefined;
  const turn = number / propertyInterval;
  const index = turn % properties.length;
  const property = properties[index];
  const use = uses[index];
  if (property === undefined || use === undefined) return undefined;
  use.tried++;
  const side = Math.floor(turn / properties.length) % 2 === 0 ? a : b;
  const verdict = tryProperty(property, side, scenario);
  if (verdict !== 'does not apply') use.applied++;
  return typeof verdict === 'object' ? verdict : undefined;
}

/** A seed for each batch: a mix of the run's seed and the batch's number (32 bits). */
export function batchSeed(seed: number, batch: number): number {
  let mixed = (seed ^ Math.imul(batch + 1, 0x9e37_79b1)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
