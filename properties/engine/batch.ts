/** A batch of random scenarios: the unit of work, the same in whichever thread or process it runs. */
import { perProfile } from '../../model/vocabulary/profiles.ts';
import type {
  Dispatcher,
  Effect,
  EffectLists,
  Profile,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import { brokenInvariant, hasInvariants } from '../compare/invariants.ts';
import { lockstep } from '../compare/lockstep.ts';
import type { Failure } from '../compare/property.ts';
import { recordedRun, variantsOf } from '../compare/variants.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { coverageNames } from '../coverage/table.ts';
import { ScenarioStream, type StreamedScenario } from '../generate/scenario-stream.ts';
import { properties } from '../properties/index.ts';
import { tryProperty } from './try-property.ts';

/** Scenarios of one batch, which have their seeds in common: some 100 ms of work. */
export const batchSize = 250;

/*
 * Each scenario runs in lockstep. The intervals are odd, so that each of two or four profiles has its share.
 */
/** Every 17th is also tried on one of the properties that need no second dispatcher. */
const propertyInterval = 17;
/** Every 5th also runs on one of the other builds of a dispatcher, if it has any. */
const variantInterval = 5;
/** Every 19th runs once more on a dispatcher that has invariants: they are asserted after each operation. */
const invariantInterval = 19;

export type BatchRequest = {
  /** The run's seed, and the number of the batch in it, from 0. */
  readonly seed: number;
  readonly batch: number;
  /** The profiles that scenarios are generated for, one after the other in turn. */
  readonly profiles: readonly Profile[];
  /** Scenarios to run: `batchSize`, but for the last one. */
  readonly size: number;
};

/** How often a property was tried, and to how many of these scenarios it applied. */
export type UseCounts = { readonly tried: number; readonly applied: number };

/** What came beside random scenarios in lockstep, in scenarios. */
export type ExtraCounts = {
  /** Hundreds of registrations or regions. */
  readonly large: number;
  /** Variations of earlier ones. */
  readonly varied: number;
  /** Also run on another build of a dispatcher. */
  readonly onVariants: number;
  /** Also run with the dispatcher's invariants asserted. */
  readonly validated: number;
};

export const extraNames = [
  'large',
  'varied',
  'onVariants',
  'validated',
] as const satisfies readonly (keyof ExtraCounts)[];

export type BatchResult = {
  readonly batch: number;
  readonly scenarios: number;
  readonly scenariosPerProfile: Readonly<Record<Profile, number>>;
  readonly operations: number;
  readonly extra: ExtraCounts;
  /** Scenarios per coverage point, in the order of `coverageNames`. */
  readonly counts: readonly number[];
  /** In the order of `properties`. */
  readonly uses: readonly UseCounts[];
  readonly found: BatchFinding | undefined;
};

/** A failure, as it was found; `number` is the scenario's in the run, from 1. */
export type BatchFinding = Failing & {
  readonly number: number;
  /** The names of the two that differ, where they are not those of the run: a variant is one of them. */
  readonly pair?: readonly [string, string];
};

/** Runs a batch up to its end or its first failure. */
export function runBatch(a: Dispatcher, b: Dispatcher, request: BatchRequest): BatchResult {
  return new BatchRun(a, b, request).rest();
}

type Mutable<Counts> = { -readonly [Name in keyof Counts]: Counts[Name] };

/** One batch while it runs. */
export class BatchRun {
  readonly #a: Dispatcher;
  readonly #b: Dispatcher;
  readonly #request: BatchRequest;
  readonly #stream: ScenarioStream;
  readonly #counter = new CoverageCounter();
  readonly #uses = properties.map(() => ({ tried: 0, applied: 0 }));
  readonly #extra: Mutable<ExtraCounts> = { large: 0, varied: 0, onVariants: 0, validated: 0 };
  readonly #onScenario: (number: number) => void;
  readonly #scenariosPerProfile = perProfile(() => 0);
  #scenarios = 0;
  #operations = 0;
  #found: BatchFinding | undefined;

  /** @param onScenario told of each scenario before it runs, by its number in the batch, from 1 */
  constructor(a: Dispatcher, b: Dispatcher, request: BatchRequest, onScenario = (_number: number) => {}) {
    this.#onScenario = onScenario;
    this.#a = a;
    this.#b = b;
    this.#request = request;
    this.#stream = streamOf(request);
  }

  /** Runs to the end of the batch, or to its first failure. */
  rest(): BatchResult {
    for (let next = this.#stream.next(); next !== undefined && this.#found === undefined; ) {
      this.#run(next);
      next = this.#stream.next();
    }
    return this.#result();
  }

  /** Runs what comes before a scenario of the batch (from 1), and gives that back. */
  upTo(number: number): { readonly result: BatchResult; readonly next: Scenario | undefined } {
    let next = this.#stream.next();
    while (next !== undefined && this.#found === undefined && this.#scenarios + 1 < number) {
      this.#run(next);
      next = this.#stream.next();
    }
    return { result: this.#result(), next: next?.scenario };
  }

  #run(next: StreamedScenario): void {
    this.#scenarios++;
    this.#scenariosPerProfile[next.scenario.profile ?? 'contract']++;
    this.#operations += next.scenario.operations.length;
    this.#onScenario(this.#scenarios);
    this.#found = this.#failing(next, this.#request.batch * batchSize + this.#scenarios);
  }

  #result(): BatchResult {
    return {
      batch: this.#request.batch,
      scenarios: this.#scenarios,
      scenariosPerProfile: this.#scenariosPerProfile,
      operations: this.#operations,
      extra: this.#extra,
      counts: this.#counter.counts(),
      uses: this.#uses,
      found: this.#found,
    };
  }

  /** How a scenario fails, if it does. Whatever a dispatcher throws is a failure. */
  #failing(next: StreamedScenario, number: number): BatchFinding | undefined {
    const { scenario, kind } = next;
    if (kind !== 'random') this.#extra[kind]++;
    const effects: (readonly Effect[])[] = [];
    this.#counter.begin(scenario);
    const failure = lockstep(this.#a, this.#b, scenario, (operation, given) => {
      effects.push(given);
      this.#counter.observe(operation, given);
    });
    this.#stream.learn(next, this.#counter.reached());
    this.#counter.end();
    const originalLength = scenario.operations.length;
    if (failure !== undefined) return { scenario, failure, originalLength, number };
    const other = this.#tryProperty(scenario, number) ?? this.#tryInvariants(scenario, number);
    if (other !== undefined) return { scenario, failure: other, originalLength, number };
    return this.#tryVariant(scenario, number, effects);
  }

  /** Tries the property whose turn it is: each property in turn on one side, then each on the other. */
  #tryProperty(scenario: Scenario, number: number): Failure | undefined {
    if (number % propertyInterval !== 0) return undefined;
    const turn = number / propertyInterval;
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

  /** Asserts the invariants of both sides' sessions, and of one variant's, after each operation. */
  #tryInvariants(scenario: Scenario, number: number): Failure | undefined {
    if (number % invariantInterval !== 1) return undefined;
    const [a, b] = [this.#a, this.#b];
    const asserted = [a, b].filter((one) => hasInvariants(one, scenario));
    if (asserted.length > 0) this.#extra.validated++;
    for (const one of asserted) {
      const failure = brokenInvariant(one, scenario);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #tryVariant(scenario: Scenario, number: number, effects: EffectLists): BatchFinding | undefined {
    if (number % variantInterval !== 2) return undefined;
    const turn = Math.floor(number / variantInterval);
    const variants = variantsOf(this.#a, this.#b);
    const variant = variants[turn % Math.max(1, variants.length)];
    if (variant === undefined) return undefined;
    this.#extra.onVariants++;
    const failure =
      lockstep(recordedRun(this.#a, effects), variant, scenario) ??
      (turn % invariantInterval === 0 ? brokenInvariant(variant, scenario) : undefined);
    const originalLength = scenario.operations.length;
    return failure && { scenario, failure, originalLength, number, pair: [this.#a.name, variant.name] };
  }
}

/** The scenarios of a batch, before any of them ran. */
export function streamOf({ seed, batch, profiles, size }: BatchRequest): ScenarioStream {
  const first = batch * batchSize;
  const turns = profiles.map((_, turn) => profiles[(first + turn) % profiles.length] ?? 'contract');
  return new ScenarioStream(batchSeed(seed, batch), size, turns, coverageNames.length);
}

/** A seed for each batch: a mix of the run's seed and the batch's number (32 bits). */
export function batchSeed(seed: number, batch: number): number {
  let mixed = (seed ^ Math.imul(batch + 1, 0x9e37_79b1)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
