/**
 * A batch of random scenarios on a pair of which one lives outside. The scenarios, their order and what counts are those of
 * `BatchRun`; they are sent ahead, and looked at in order.
 */
import { closed, mostUnderWay } from '../../impl/outside/program.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { type Abilities, type AnyDispatcher, isOutside } from '../../model/vocabulary/outside.ts';
import { perProfile } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import { brokenInvariant, hasInvariants } from '../compare/invariants.ts';
import type { Failure } from '../compare/property.ts';
import { recordedRun } from '../compare/variants.ts';
import { BusCounter, type BusPoint, type BusReached, busCoverageName } from '../coverage/bus.ts';
import type { InsideCounts } from '../coverage/inside.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { coverageNames } from '../coverage/table.ts';
import {
  afterCorpus,
  type BatchRequest,
  type BatchResult,
  batchSeed,
  batchSize,
  candidatesOf,
  type ExtraCounts,
  invariantInterval,
  isKnown,
  type Mutable,
  propertyTurn,
  streamOf,
} from '../engine/batch.ts';
import { underProfile } from '../engine/dispatchers.ts';
import { busStream } from '../generate/bus/bus-stream.ts';
import type { Stream, StreamedScenario } from '../generate/scenario-stream.ts';
import { properties } from '../properties/index.ts';
import { fittedRun, hasFullHost, isPlainBus } from './abilities.ts';
import { type AnyPair, abilitiesOf, confirmed, lockstepOutside } from './lockstep.ts';
import { tryPropertyOutside } from './trials.ts';

/** Scenarios that are sent ahead: twice as many as are under way, so that a program has the next one while answers are compared. */
const width = 2 * mostUnderWay;

/** What one scenario came to. */
type Tried = {
  readonly failure: Failure | undefined;
  readonly unsupported: string | undefined;
  /** The property that was tried, and whether it applied. */
  readonly property: { readonly index: number; readonly applied: boolean } | undefined;
  readonly validated: boolean;
};

/** A scenario that was sent. */
type Sent = {
  readonly next: StreamedScenario;
  readonly number: number;
  readonly reached: readonly number[];
  /** Of a scenario that is made for a bus. */
  readonly onBus: BusReached | undefined;
  readonly tried: Promise<Tried>;
};

export async function runBatchOutside(
  pair: AnyPair,
  request: BatchRequest,
  isOver: () => boolean,
): Promise<BatchResult> {
  const sum = new Sum(request);
  const sent: Sent[] = [];
  const stream = streamFor(pair, request);
  const sending = sendAhead(pair, request, stream);
  const result = (found?: BatchResult['found']) => sum.result(stream, found);
  const most = Math.max(width, ...pair.filter(isOutside).map((one) => one.width));
  for (;;) {
    while (sent.length < most && !isOver()) {
      const next = sending.next();
      if (next.done === true) break;
      sent.push(next.value);
    }
    const first = sent.shift();
    if (first === undefined) return result();
    const tried = await first.tried;
    if (tried.unsupported === closed.why) return result();
    sum.add(first, tried);
    if (tried.failure === undefined) continue;
    if (isKnown(tried.failure, request)) {
      sum.known++;
      continue;
    }
    const { scenario } = first.next;
    const failure = await confirmed(pair, scenario, tried.failure);
    return result({
      scenario,
      failure,
      originalLength: scenario.operations.length,
      number: first.number,
    });
  }
}

/** Each scenario as it is sent. What a variation is made of is known at once: the side that is here runs first. */
function* sendAhead(pair: AnyPair, request: BatchRequest, stream: Stream): IterableIterator<Sent> {
  const abilities = abilitiesOf(pair);
  const here = pair.find((one): one is Dispatcher => !isOutside(one)) ?? modelLike(pair[0]);
  const isBus = abilities !== undefined && isPlainBus(abilities);
  const counter = new CoverageCounter();
  const bus = new BusCounter();
  let number = request.batch * batchSize;
  for (let drawn = stream.next(); drawn !== undefined; drawn = stream.next()) {
    number++;
    const { scenario, effects: ofModel } = fitted(drawn.scenario, abilities);
    const next = { ...drawn, scenario };
    const given = here === modelDispatcher && ofModel !== undefined ? ofModel : effectsOf(here, scenario);
    counter.begin(scenario);
    bus.begin();
    for (const [index, operation] of scenario.operations.entries()) {
      const effects = given?.[index];
      if (effects === undefined) break;
      counter.observe(operation, effects);
      bus.observe(operation, effects);
    }
    const reached = counter.reached();
    counter.end();
    stream.learn(next, reached);
    const onBus = isBus ? bus.reached() : undefined;
    yield {
      next,
      number,
      reached,
      onBus,
      tried: tryOn(pair, scenario, number, given && recordedRun(here, given)),
    };
  }
}

function streamFor(pair: AnyPair, request: BatchRequest): Stream {
  const abilities = abilitiesOf(pair);
  if (abilities === undefined || !isPlainBus(abilities)) return streamOf(request);
  const { seed, batch } = request;
  const has = { hasFullHost: hasFullHost(abilities), hasRam: abilities.regions.includes('ram') };
  return afterCorpus(request, (size, turns) => busStream(batchSeed(seed, batch), size, turns, has));
}

/** Two that live outside are both expected to do what the model does. */
function modelLike({ profile }: AnyDispatcher): Dispatcher {
  return profile === undefined ? modelDispatcher : underProfile(modelDispatcher, profile);
}

function fitted(scenario: Scenario, abilities: Abilities | undefined): ReturnType<typeof fittedRun> {
  return abilities === undefined ? { scenario, effects: undefined } : fittedRun(scenario, abilities);
}

/** Undefined where the dispatcher throws, or gives what is no list: the comparison says that. */
function effectsOf(dispatcher: Dispatcher, scenario: Scenario): EffectLists | undefined {
  try {
    const effects = runScenario(dispatcher, scenario);
    return effects.every((list) => Array.isArray(list)) ? effects : undefined;
  } catch {
    return undefined;
  }
}

/** @param recorded the side that is here, as it has run already */
async function tryOn(
  pair: AnyPair,
  scenario: Scenario,
  number: number,
  recorded: Dispatcher | undefined,
): Promise<Tried> {
  const nothing = { failure: undefined, unsupported: undefined, property: undefined, validated: false };
  const [a, b] = pair;
  const side = (one: AnyDispatcher) => (isOutside(one) ? one : (recorded ?? one));
  const { failure, unsupported } = await lockstepOutside([side(a), side(b)], scenario);
  if (failure !== undefined || unsupported !== undefined) return { ...nothing, failure, unsupported };
  const turn = propertyTurn(number);
  const property = properties[turn?.index ?? -1];
  const verdict =
    property === undefined || turn === undefined
      ? 'holds'
      : await tryPropertyOutside(property, pair[turn.side], scenario);
  const used = turn && { property: { index: turn.index, applied: verdict !== 'does not apply' } };
  if (typeof verdict === 'object') return { ...nothing, ...used, failure: verdict };
  if (number % invariantInterval !== 1) return { ...nothing, ...used };
  const asserted = pair.filter((one): one is Dispatcher => !isOutside(one) && hasInvariants(one, scenario));
  const broken = asserted.map((one) => brokenInvariant(one, scenario)).find((one) => one !== undefined);
  return { ...nothing, ...used, failure: broken, validated: asserted.length > 0 };
}

/** The counts of the scenarios that were looked at. */
class Sum {
  readonly #request: BatchRequest;
  readonly #counts = coverageNames.map(() => 0);
  readonly #uses = properties.map(() => ({ tried: 0, applied: 0 }));
  readonly #extra: Mutable<ExtraCounts> = { large: 0, varied: 0, onVariants: 0, validated: 0, redecided: 0 };
  readonly #scenariosPerProfile = perProfile(() => 0);
  readonly #unsupported: string[] = [];
  readonly #onBus = new Map<BusPoint, number>();
  #scenariosOnBus = 0;
  #stores = 0;
  #scenarios = 0;
  #operations = 0;
  /** Scenarios with a failure that is known. */
  known = 0;

  constructor(request: BatchRequest) {
    this.#request = request;
  }

  add({ next: { scenario, kind }, reached, onBus }: Sent, { unsupported, property, validated }: Tried): void {
    this.#scenarios++;
    this.#scenariosPerProfile[scenario.profile ?? 'contract']++;
    if (kind !== 'random') this.#extra[kind]++;
    if (unsupported !== undefined) {
      this.#unsupported.push(unsupported);
      return;
    }
    this.#operations += scenario.operations.length;
    for (const point of reached) this.#counts[point] = (this.#counts[point] ?? 0) + 1;
    if (onBus !== undefined) this.#addOnBus(onBus);
    if (validated) this.#extra.validated++;
    const use = this.#uses[property?.index ?? -1];
    if (use === undefined) return;
    use.tried++;
    if (property?.applied) use.applied++;
  }

  #addOnBus({ points, stores }: BusReached): void {
    this.#scenariosOnBus++;
    this.#stores += stores;
    for (const point of points) this.#onBus.set(point, (this.#onBus.get(point) ?? 0) + 1);
  }

  result(stream: Stream, found: BatchResult['found']): BatchResult {
    const bus: InsideCounts = {
      dispatcher: busCoverageName,
      scenarios: this.#scenariosOnBus,
      events: Object.fromEntries(this.#onBus),
    };
    return {
      batch: this.#request.batch,
      scenarios: this.#scenarios,
      scenariosPerProfile: this.#scenariosPerProfile,
      operations: this.#operations,
      extra: this.#extra,
      counts: this.#counts,
      uses: this.#uses,
      inside: this.#scenariosOnBus > 0 ? [bus] : [],
      ...(this.#scenariosOnBus > 0 && { stores: this.#stores }),
      unsupported: this.#unsupported,
      known: this.known,
      candidates: candidatesOf(stream, this.#scenarios),
      found,
    };
  }
}
