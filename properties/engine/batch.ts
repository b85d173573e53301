/** A batch of random scenarios: the unit of work, the same in whichever thread or process it runs. */
import { perProfile, profileNames } from '../../model/vocabulary/profiles.ts';
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
import { InsideCounter, type InsideCounts } from '../coverage/inside.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { coverageNames } from '../coverage/table.ts';
import { type Candidate, CorpusStream } from '../generate/corpus/corpus-stream.ts';
import { ScenarioStream, type Stream, type StreamedScenario } from '../generate/scenario-stream.ts';
import { properties } from '../properties/index.ts';
import { drawnDecisions } from './decisions.ts';
import { underProfile } from './dispatchers.ts';
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
/** Of these, every third on sessions that tell what happens inside them. */
const tellingInterval = 3;
/** Every 19th runs once more on dispatchers that have invariants: they are asserted after each operation. */
export const invariantInterval = 19;
/** Every 23rd also runs with some of the profile's decisions changed at random, where all profiles are asked for. */
const decisionInterval = 23;
/** Of these, every fifth with the invariants asserted. */
const decidedInvariantInterval = 5;

export type BatchRequest = {
  /** The run's seed, and the number of the batch in it, from 0. */
  readonly seed: number;
  readonly batch: number;
  /** The profiles that scenarios are generated for, one after the other in turn. */
  readonly profiles: readonly Profile[];
  /** Scenarios to run: `batchSize`, but for the last one. */
  readonly size: number;
  /** What is varied first, and what need not be kept again (`CorpusStream`). */
  readonly corpus?: { readonly scenarios: readonly Scenario[]; readonly known: Uint8Array };
  /** Classes of failures (`classOf`) that are counted, and do not end the batch. */
  readonly known?: readonly string[];
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
  /** Also run with decisions of the profile changed. */
  readonly redecided: number;
};

export const extraNames = [
  'large',
  'varied',
  'onVariants',
  'validated',
  'redecided',
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
  /** What happened inside of the dispatchers that tell. */
  readonly inside: readonly InsideCounts[];
  /** Of a batch on a dispatcher outside: why it could not be asked a scenario, for each such scenario. */
  readonly unsupported?: readonly string[];
  /** How a system outside broke down, and at which scenario, where it was started again and then answered: one line each. */
  readonly restarts?: readonly string[];
  /** Scenarios with a failure that is known. */
  readonly known?: number;
  /** Of a run with a corpus: what reached something new. */
  readonly candidates?: readonly Candidate[];
  /** Of a batch of scenarios that are made for a bus: their stores. */
  readonly stores?: number;
  readonly found: BatchFinding | undefined;
};

/** A failure, as it was found; `number` is the scenario's in the run, from 1. */
export type BatchFinding = Failing & {
  readonly number: number;
  /** The names of the two that differ, where they are not those of the run: one is a variant, or decisions are changed. */
  readonly pair?: readonly [string, string];
};

/** What failures have in common that may be one and the same: the property, and the kinds of the two effects that differ, in order. */
export function classOf({ property, kind }: Failure): string {
  return `${property}: ${kind}`;
}

export function isKnown(failure: Failure, { known = [] }: BatchRequest): boolean {
  return known.includes(classOf(failure));
}

/** Runs a batch up to its end or its first failure. */
export function runBatch(a: Dispatcher, b: Dispatcher, request: BatchRequest): BatchResult {
  return new BatchRun(a, b, request).rest();
}

/** The property whose turn it is at a scenario, and the side it is tried on: each property in turn on one side, then on the other. */
export function propertyTurn(number: number): { readonly index: number; readonly side: 0 | 1 } | undefined {
  if (number % propertyInterval !== 0) return undefined;
  const turn = number / propertyInterval;
  return { index: turn % properties.length, side: Math.floor(turn / properties.length) % 2 === 0 ? 0 : 1 };
}

export type Mutable<Counts> = { -readonly [Name in keyof Counts]: Counts[Name] };

/** One batch while it runs. */
export class BatchRun {
  readonly #a: Dispatcher;
  readonly #b: Dispatcher;
  readonly #request: BatchRequest;
  readonly #stream: Stream;
  readonly #counter = new CoverageCounter();
  readonly #inside = new InsideCounter();
  readonly #uses = properties.map(() => ({ tried: 0, applied: 0 }));
  readonly #extra: Mutable<ExtraCounts> = { large: 0, varied: 0, onVariants: 0, validated: 0, redecided: 0 };
  readonly #onScenario: (number: number) => void;
  readonly #scenariosPerProfile = perProfile(() => 0);
  #scenarios = 0;
  #operations = 0;
  #known = 0;
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
    const found = this.#failing(next, this.#request.batch * batchSize + this.#scenarios);
    if (found === undefined || !isKnown(found.failure, this.#request)) this.#found = found;
    else this.#known++;
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
      inside: this.#inside.counts(),
      known: this.#known,
      candidates: candidatesOf(this.#stream, this.#scenarios),
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
    const other = this.#tryProperty(scenario, number);
    if (other !== undefined) return { scenario, failure: other, originalLength, number };
    return (
      this.#tryInvariants(scenario, number) ??
      this.#tryVariant(scenario, number, effects) ??
      this.#tryDecisions(scenario, number)
    );
  }

  /** Tries the property whose turn it is. */
  #tryProperty(scenario: Scenario, number: number): Failure | undefined {
    const turn = propertyTurn(number);
    const property = properties[turn?.index ?? -1];
    const use = this.#uses[turn?.index ?? -1];
    if (property === undefined || use === undefined) return undefined;
    use.tried++;
    const verdict = tryProperty(property, turn?.side === 0 ? this.#a : this.#b, scenario);
    if (verdict !== 'does not apply') use.applied++;
    return typeof verdict === 'object' ? verdict : undefined;
  }

  /**
   * Asserts the invariants of both sides' sessions after each operation; two times in three, of the variants' sessions instead, in
   * which more happens.
   */
  #tryInvariants(scenario: Scenario, number: number): BatchFinding | undefined {
    if (number % invariantInterval !== 1) return undefined;
    const [a, b] = [this.#a, this.#b];
    const isVariants = Math.floor(number / invariantInterval) % 3 !== 0;
    const variants = isVariants ? variantsOf(a, b) : [];
    const sides = variants.length > 0 ? variants : [a, b];
    const asserted = sides.filter((one) => hasInvariants(one, scenario));
    if (asserted.length > 0) this.#extra.validated++;
    for (const one of asserted) {
      const failure = brokenInvariant(this.#inside.telling(one), scenario);
      this.#inside.end(one);
      if (failure === undefined) continue;
      const pair = variants.length > 0 ? { pair: [a.name, one.name] as const } : {};
      return { scenario, failure, originalLength: scenario.operations.length, number, ...pair };
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
    const isTelling = turn % tellingInterval === 0;
    const failure = lockstep(
      recordedRun(this.#a, effects),
      isTelling ? this.#inside.telling(variant) : variant,
      scenario,
    );
    if (isTelling) this.#inside.end(variant);
    const originalLength = scenario.operations.length;
    return failure && { scenario, failure, originalLength, number, pair: [this.#a.name, variant.name] };
  }

  #tryDecisions(scenario: Scenario, number: number): BatchFinding | undefined {
    if (number % decisionInterval !== 3) return undefined;
    const sides = redecided([this.#a, this.#b], this.#request, scenario, number);
    if (sides === undefined) return undefined;
    this.#extra.redecided++;
    const [a, b] = sides;
    const turn = Math.floor(number / decisionInterval);
    const failure =
      lockstep(a, b, scenario) ??
      (turn % decidedInvariantInterval === 0 ? brokenInvariant(b, scenario) : undefined);
    const originalLength = scenario.operations.length;
    return failure && { scenario, failure, originalLength, number, pair: [a.name, b.name] };
  }
}

/**
 * Both sides under the scenario's profile, with decisions changed as the scenario's number says. Undefined where they do not follow
 * decisions or have a profile of their own, where profiles were chosen, and where nothing is changed.
 */
export function redecided(
  sides: readonly [Dispatcher, Dispatcher],
  { seed, profiles }: BatchRequest,
  { profile = 'contract' }: Scenario,
  number: number,
): readonly [Dispatcher, Dispatcher] | undefined {
  const mayChange = sides.every((one) => one.followsDecisions === true && one.profile === undefined);
  if (!mayChange || profiles.length < profileNames.length) return undefined;
  const decisions = drawnDecisions(profile, batchSeed(seed, number));
  if (Object.keys(decisions).length === 0) return undefined;
  const [a, b] = sides;
  return [underProfile(a, profile, decisions), underProfile(b, profile, decisions)];
}

/** The scenarios of a batch, before any of them ran. */
export function streamOf(request: BatchRequest): Stream {
  const { seed, batch } = request;
  return afterCorpus(
    request,
    (size, turns) => new ScenarioStream(batchSeed(seed, batch), size, turns, coverageNames.length),
  );
}

/**
 * Variations of the corpus, if there is one, and then so many other scenarios.
 *
 * @param streamOthers of so many scenarios of these profiles, in turn
 */
export function afterCorpus(
  request: BatchRequest,
  streamOthers: (size: number, turns: readonly Profile[]) => Stream,
): Stream {
  const { seed, batch, size, corpus } = request;
  const profiles = turnsOf(request);
  if (corpus === undefined) return streamOthers(size, profiles);
  const { scenarios } = corpus;
  const plan = { ...corpus, seed: batchSeed(seed, -batch), profiles, points: coverageNames.length };
  const turns = profiles.map(
    (_, turn) => profiles[(scenarios.length + turn) % profiles.length] ?? 'contract',
  );
  return new CorpusStream(plan, streamOthers(size - scenarios.length, turns));
}

/** What reached something new among the first scenarios of a batch. */
export function candidatesOf(stream: Stream, scenarios: number): readonly Candidate[] {
  return stream instanceof CorpusStream ? stream.candidates.filter(({ number }) => number <= scenarios) : [];
}

/** The profiles of a batch's scenarios, in turn: each batch goes on where the one before ended. */
export function turnsOf({ batch, profiles }: BatchRequest): readonly Profile[] {
  const first = batch * batchSize;
  return profiles.map((_, turn) => profiles[(first + turn) % profiles.length] ?? 'contract');
}

/** A seed for each batch: a mix of the run's seed and the batch's number (32 bits). */
export function batchSeed(seed: number, batch: number): number {
  let mixed = (seed ^ Math.imul(batch + 1, 0x9e37_79b1)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
