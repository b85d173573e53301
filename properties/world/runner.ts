/** Running batches of histories on a pair in which one is a QEMU, and shrinking what they find, by actions. */
import type { QemuDispatcher } from '../../impl/qemu/dispatcher.ts';
import type { WorldHistory } from '../../impl/qemu/world/action.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { type AnyDispatcher, isOutside } from '../../model/vocabulary/outside.ts';
import { perProfile } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, EffectLists, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../compare/compare.ts';
import type { Failing } from '../compare/finding.ts';
import { answerName, type Failure, repeatabilityName } from '../compare/property.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { coverageNames } from '../coverage/table.ts';
import { type BatchRequest, type BatchResult, batchSeed, batchSize, type Mutable } from '../engine/batch.ts';
import type { BatchRunner, FailingOne } from '../engine/batch-runner.ts';
import { originalOf } from '../engine/dispatchers.ts';
import { seedsOf } from '../generate/scenario-stream.ts';
import { closeAll } from '../outside/load.ts';
import {
  type AnyPair,
  type Compared,
  confirmed,
  lockstepOutside,
  type Runner,
  singly,
} from '../outside/lockstep.ts';
import { observedEffects } from '../outside/observed.ts';
import { UnreachableError } from '../outside/systems.ts';
import { properties } from '../properties/index.ts';
import { GuestCounter, type GuestEvent, guestEventsOf } from './events.ts';
import { WorldArbitrary } from './generate.ts';
import { simplerActions } from './shrink.ts';
import { actionsOf, historyFor } from './world.ts';

/** Histories that are tried to make one simpler, at most; and QEMUs that are started again for it. */
const mostTried = 3000;
const mostBreakdowns = 40;

/** @param qemu the one in the pair that says which histories there are */
export function inWorld(pair: AnyPair, qemu: QemuDispatcher, abort?: AbortSignal): BatchRunner {
  return {
    workers: qemu.width,
    width: 1,
    run: (request) => runBatch(pair, qemu, request, abort),
    firstFailing: (scenarios) => firstFailing(pair, scenarios, abort),
    async shrink(found) {
      await qemu.forget();
      return shrunkHistory(found, pair, qemu, abort);
    },
    search: async (_found, from) => from,
    close: () => closeAll(pair),
  };
}

/** A history that was sent. */
type Sent = {
  readonly scenario: Scenario;
  readonly number: number;
  readonly reached: readonly number[];
  readonly events: ReadonlySet<GuestEvent>;
  readonly compared: Promise<PlayedAgain>;
};

/** What a comparison came to, and how QEMU broke down before, where it did not when the same was played again. */
type PlayedAgain = Compared & { readonly restart?: string };

/** So many times in a batch QEMU may break down and be started again. More than that is a finding. */
const mostRestarts = 20;

async function runBatch(
  pair: AnyPair,
  qemu: QemuDispatcher,
  request: BatchRequest,
  abort: AbortSignal | undefined,
): Promise<BatchResult> {
  const sum = new Sum(request);
  const sent: Sent[] = [];
  const sending = sendAhead(pair, qemu, request);
  for (;;) {
    while (sent.length < 2 * qemu.width && abort?.aborted !== true) {
      const next = sending.next();
      if (next.done === true) break;
      sent.push(next.value);
    }
    const first = sent.shift();
    if (first === undefined) return sum.result();
    const compared = await first.compared;
    const { unsupported } = compared;
    if (abort?.aborted === true && unsupported !== undefined) return sum.result();
    sum.add(first, compared);
    const failure = compared.failure ?? sum.failureOfRestarts(first);
    if (qemu.isGone !== undefined) throw new UnreachableError(`${qemu.name}: ${qemu.isGone}`);
    if (failure === undefined) continue;
    const { scenario, number } = first;
    const originalLength = scenario.operations.length;
    await qemu.forget();
    return sum.result({
      scenario,
      failure: await confirmed(pair, scenario, failure),
      originalLength,
      number,
    });
  }
}

/** Under KVM only a CPU's store can signal, and a history in which a device is unplugged costs a QEMU. */
export const ofKvm = { stores: 0.9, unplugs: 0.03 } as const;

function* sendAhead(pair: AnyPair, qemu: QemuDispatcher, request: BatchRequest): IterableIterator<Sent> {
  const { seed, batch, size, profiles } = request;
  const counter = new CoverageCounter();
  const world = new WorldArbitrary(profiles.includes('kvm') ? ofKvm : {});
  for (const [index, random] of seedsOf(batchSeed(seed, batch), size).entries()) {
    const number = batch * batchSize + index + 1;
    const profile = profiles[number % profiles.length] ?? 'tcg';
    const history = historyFor(world.generate(random, undefined).value, qemu, profile);
    const { scenario } = history;
    const reached = pointsOf(history, counter);
    const events = guestEventsOf(history);
    yield { scenario, number, reached, events, compared: compared(pair, qemu, history) };
  }
}

/**
 * Compares what QEMU does with the other side. The model has said already what it expects, and need not be asked again. That QEMU broke
 * down and did not when the same was played on a fresh one is no difference.
 */
async function compared(pair: AnyPair, qemu: QemuDispatcher, history: WorldHistory): Promise<PlayedAgain> {
  const { scenario } = history;
  let restart: string | undefined;
  const run: Runner = async (dispatcher, played) => {
    const { answer, before } = await dispatcher.run(played);
    if (before !== undefined) restart = `${dispatcher.name} ${before.what}`;
    return { answer };
  };
  const told = (result: Compared) => (restart === undefined ? result : { ...result, restart });
  if (!pair.some((one) => isTheModel(one, scenario))) return told(await lockstepOutside(pair, scenario, run));
  const { answer } = await run(qemu, scenario);
  const seen = answer.kind === 'effects' ? observedEffects(answer.effects, qemu.abilities) : undefined;
  if (seen !== undefined && areAlike(observedEffects(expectedOf(history), qemu.abilities), seen)) {
    return told({});
  }
  return told(await lockstepOutside(pair, scenario, async () => ({ answer })));
}

function areAlike(one: EffectLists, other: EffectLists): boolean {
  return one.every((list, index) => differenceOf(list, other[index] ?? []) < 0);
}

function isTheModel(dispatcher: AnyDispatcher, { profile }: Scenario): dispatcher is Dispatcher {
  if (isOutside(dispatcher) || dispatcher.decisions !== undefined) return false;
  return originalOf(dispatcher) === modelDispatcher && (dispatcher.profile ?? profile) === profile;
}

function expectedOf({ prologue, steps }: WorldHistory): EffectLists {
  return [...Array.from({ length: prologue }, () => []), ...steps.flatMap(({ expected }) => expected)];
}

function pointsOf({ scenario, prologue, steps }: WorldHistory, counter: CoverageCounter): readonly number[] {
  counter.begin(scenario);
  for (const operation of scenario.operations.slice(0, prologue)) counter.observe(operation, []);
  for (const { operations, expected } of steps) {
    for (const [index, operation] of operations.entries()) counter.observe(operation, expected[index] ?? []);
  }
  const reached = counter.reached();
  counter.end();
  return reached;
}

/** The counts of the histories that were looked at. */
class Sum {
  readonly #request: BatchRequest;
  readonly #counts = coverageNames.map(() => 0);
  readonly #scenariosPerProfile: Mutable<Record<Profile, number>> = perProfile(() => 0);
  readonly #unsupported: string[] = [];
  readonly #restarts: string[] = [];
  readonly #guest = new GuestCounter();
  #scenarios = 0;
  #operations = 0;

  constructor(request: BatchRequest) {
    this.#request = request;
  }

  add({ scenario, reached, events, number }: Sent, { unsupported, restart }: PlayedAgain): void {
    this.#scenarios++;
    this.#scenariosPerProfile[scenario.profile ?? 'contract']++;
    if (restart !== undefined) this.#restarts.push(`scenario ${number}: ${restart}`);
    if (unsupported !== undefined) {
      this.#unsupported.push(unsupported);
      return;
    }
    this.#operations += scenario.operations.length;
    this.#guest.add(events);
    for (const point of reached) this.#counts[point] = (this.#counts[point] ?? 0) + 1;
  }

  /** Where QEMU broke down too often. */
  failureOfRestarts({ scenario }: Sent): Failure | undefined {
    if (this.#restarts.length <= mostRestarts) return undefined;
    return {
      property: repeatabilityName,
      clause: undefined,
      operation: Math.max(0, scenario.operations.length - 1),
      effect: 0,
      kind: 'crash',
      message: `not repeatable: in ${this.#scenarios} histories, ${this.#restarts.length} breakdowns; the last: ${this.#restarts.at(-1)}`,
      sides: [
        { name: 'first', effects: [] },
        { name: 'again', effects: [] },
      ],
    };
  }

  result(found?: BatchResult['found']): BatchResult {
    return {
      batch: this.#request.batch,
      scenarios: this.#scenarios,
      scenariosPerProfile: this.#scenariosPerProfile,
      operations: this.#operations,
      extra: { large: 0, varied: 0, onVariants: 0, validated: 0, redecided: 0 },
      counts: this.#counts,
      uses: properties.map(() => ({ tried: 0, applied: 0 })),
      inside: [this.#guest.counts()],
      unsupported: this.#unsupported,
      restarts: this.#restarts,
      found,
    };
  }
}

async function firstFailing(
  pair: AnyPair,
  scenarios: readonly Scenario[],
  abort: AbortSignal | undefined,
): Promise<FailingOne> {
  for (const [index, scenario] of scenarios.entries()) {
    if (abort?.aborted === true) return undefined;
    const { failure } = await lockstepOutside(pair, scenario);
    if (failure !== undefined) return { index, failure: await confirmed(pair, scenario, failure) };
  }
  return undefined;
}

/** The history with the fewest actions that fails in the same way. What cannot be repeated stays as it is. */
export async function shrunkHistory(
  found: Failing,
  pair: AnyPair,
  qemu: QemuDispatcher,
  abort?: AbortSignal,
): Promise<Failing> {
  const { failure, scenario } = found;
  const actions = failure.property === repeatabilityName ? undefined : actionsOf(scenario, qemu);
  if (actions === undefined) return found;
  const profile = scenario.profile ?? 'contract';
  const budget = { tried: mostTried, breakdowns: mostBreakdowns };
  const fails = async (candidate: Scenario): Promise<Failure | undefined> => {
    budget.tried--;
    const { failure: other } = await lockstepOutside(pair, candidate, singly());
    if (other?.property === answerName) budget.breakdowns--;
    return other?.kind === failure.kind ? other : undefined;
  };
  const isOver = () => abort?.aborted === true || budget.tried <= 0 || budget.breakdowns <= 0;
  let smallest = found;
  let current = actions;
  search: for (;;) {
    for (const simpler of simplerActions(current)) {
      if (isOver()) break search;
      const { scenario: candidate, steps } = historyFor(simpler, qemu, profile);
      const other = await fails(candidate);
      if (other === undefined) continue;
      // What could not be done is left out of the scenario, and so it is here.
      current = steps.map(({ action }) => action);
      smallest = { ...found, scenario: candidate, failure: other };
      continue search;
    }
    break;
  }
  const last = (await lockstepOutside(pair, smallest.scenario)).failure;
  return last?.kind === failure.kind ? { ...smallest, failure: last } : found;
}
