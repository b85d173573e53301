/** Lockstep where at least one of the two lives outside: the same comparison, of whole runs that come later. */
import { printable } from '../../format/errors.ts';
import { isBreakdown } from '../../impl/outside/program.ts';
import {
  type Abilities,
  type AnyDispatcher,
  type Breakdown,
  isOutside,
  type OutsideAnswer,
  type OutsideDispatcher,
} from '../../model/vocabulary/outside.ts';
import type { Dispatcher, EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../compare/compare.ts';
import { lockstep } from '../compare/lockstep.ts';
import { answerName, type Failure, repeatabilityName, type Side } from '../compare/property.ts';
import { recordedRun } from '../compare/variants.ts';
import { lackedBy, lacksNothing } from './abilities.ts';
import { observedEffects, observedOf } from './observed.ts';

export type AnyPair = readonly [AnyDispatcher, AnyDispatcher];

/** What a comparison came to: the two agree, they do not, or one of them cannot be asked. */
export type Compared = { readonly failure?: Failure; readonly unsupported?: string };

/** How a scenario is run outside: with others under way, or alone on a system that is started for it. */
export type Runner = (dispatcher: OutsideDispatcher, scenario: Scenario) => Promise<RunOutside>;

export type RunOutside = { readonly answer: OutsideAnswer; readonly before?: Breakdown };

export const withOthers: Runner = (dispatcher, scenario) => dispatcher.run(scenario);

/** On a system of its own. */
export const alone: Runner = async (dispatcher, scenario) => ({
  answer: await dispatcher.runAlone(scenario),
});

/** With nothing else under way. @param seconds for the answer; as the dispatcher has it, if left out */
export function singly(seconds?: number): Runner {
  return async (dispatcher, scenario) => ({ answer: await dispatcher.runSingly(scenario, seconds) });
}

/** What all dispatchers of a pair can do, and what all tell. */
export function abilitiesOf(pair: readonly AnyDispatcher[]): Abilities | undefined {
  const [first, ...others] = pair.filter(isOutside).map(({ abilities }) => abilities);
  if (first === undefined) return undefined;
  const both = <Name>(one: readonly Name[], other: readonly Name[]) =>
    one.filter((name) => other.includes(name));
  return others.reduce(
    (one, other) => ({
      profiles: both(one.profiles, other.profiles),
      byteOrders: both(one.byteOrders, other.byteOrders),
      operations: both(one.operations, other.operations),
      spaces: both(one.spaces, other.spaces),
      regions: both(one.regions, other.regions),
      writes: both(one.writes, other.writes),
      accesses: both(one.accesses, other.accesses),
      features: both(one.features, other.features),
      matches: both(one.matches, other.matches),
      effects: both(one.effects, other.effects),
    }),
    first,
  );
}

/** Both sides as dispatchers of this process, which give what was told of one scenario; or why there is nothing to compare. */
export type Settled =
  | { readonly pair: readonly [Dispatcher, Dispatcher] }
  | { readonly unsupported: string }
  | { readonly failure: Failure };

/** Runs a scenario on those that live outside. What a dispatcher cannot be asked is not sent to it. */
export async function settled(
  [a, b]: AnyPair,
  scenario: Scenario,
  run: Runner = withOthers,
): Promise<Settled> {
  const abilities = abilitiesOf([a, b]);
  if (abilities === undefined) return { pair: [a, b] as readonly [Dispatcher, Dispatcher] };
  const sides = await Promise.all([sideOf(a, scenario, run), sideOf(b, scenario, run)]);
  const [unsupported] = sides.filter((side) => 'unsupported' in side);
  if (unsupported !== undefined) return unsupported;
  const names = [a.name, b.name] as const;
  const [failed] = sides.filter((side) => 'answer' in side);
  if (failed !== undefined) {
    const failure = differenceBefore(failed, [a, b], sides as (Runnable | Failed)[], scenario, abilities);
    return { failure: failure ?? answerFailure(failed.name, failed.answer, names, scenario) };
  }
  const [one, other] = sides as [Runnable, Runnable];
  for (const { name, before, effects = [] } of [one, other]) {
    if (before !== undefined) return { failure: notRepeated(name, before, effects, scenario) };
  }
  return { pair: [dispatcherOf(one, abilities), dispatcherOf(other, abilities)] };
}

/**
 * Runs a scenario on both and compares what all of them tell.
 *
 * @throws InputError for a scenario of an unknown profile
 */
export async function lockstepOutside(pair: AnyPair, scenario: Scenario, run?: Runner): Promise<Compared> {
  const sides = await settled(pair, scenario, run);
  if (!('pair' in sides)) return sides;
  const failure = lockstep(...sides.pair, scenario);
  return failure === undefined ? {} : { failure };
}

/** Where a side is a dispatcher of this process, or has effects, it can be compared. */
type Runnable = {
  readonly dispatcher: Dispatcher;
  readonly name: string;
  readonly effects?: EffectLists;
  readonly before?: Breakdown | undefined;
};
type Failed = {
  readonly name: string;
  readonly answer: Exclude<OutsideAnswer, { kind: 'effects' | 'unsupported' }>;
};

async function sideOf(
  dispatcher: AnyDispatcher,
  scenario: Scenario,
  run: Runner,
): Promise<Runnable | Failed | { readonly unsupported: string }> {
  const { name } = dispatcher;
  if (!isOutside(dispatcher)) return { dispatcher, name };
  const unsupported = lackedAt(dispatcher, scenario);
  if (unsupported !== undefined) return { unsupported };
  const { answer, before } = await run(dispatcher, scenario);
  if (answer.kind === 'unsupported') return { unsupported: answer.why };
  if (answer.kind !== 'effects') return { name, answer };
  return { ...recorded(dispatcher, answer.effects), before };
}

/**
 * A difference before the operation at which a dispatcher says that it failed: in this process, the comparison ends there. Only where it
 * tells the effects up to the error.
 */
function differenceBefore(
  { answer }: Failed,
  [a, b]: AnyPair,
  sides: readonly (Runnable | Failed)[],
  scenario: Scenario,
  abilities: Abilities,
): Failure | undefined {
  const before = answer.kind === 'error' ? answer.before : undefined;
  if (before === undefined) return undefined;
  const told = sides.map((side, index) => {
    if (!('answer' in side)) return side;
    const effects = side.answer.kind === 'error' ? side.answer.before : undefined;
    return effects && recorded(index === 0 ? a : b, effects);
  });
  const [one, other] = told;
  if (one === undefined || other === undefined) return undefined;
  const length = Math.min(...told.map((side) => side?.effects?.length ?? before.length));
  const { expect: _, ...rest } = scenario;
  const pair = [dispatcherOf(one, abilities), dispatcherOf(other, abilities)] as const;
  return lockstep(...pair, { ...rest, operations: scenario.operations.slice(0, length) });
}

/** A dispatcher outside as what it told of one scenario. */
function recorded(dispatcher: AnyDispatcher, effects: EffectLists): Runnable {
  return { dispatcher: recordedRun(dispatcher, effects), name: dispatcher.name, effects };
}

/** Why a scenario is not sent to a dispatcher. */
export function lackedAt({ abilities, profile }: OutsideDispatcher, scenario: Scenario): string | undefined {
  const own = profile === undefined ? scenario : { ...scenario, profile };
  const isOfItsProfile = abilities.profiles.includes(own.profile ?? 'contract');
  return isOfItsProfile && lacksNothing(abilities) ? undefined : lackedBy(own, abilities);
}

function dispatcherOf({ dispatcher, effects }: Runnable, abilities: Abilities): Dispatcher {
  return effects === undefined
    ? observedOf(dispatcher, abilities)
    : recordedRun(dispatcher, observedEffects(effects, abilities));
}

/** A dispatcher does not answer a scenario, or says that it failed. */
function answerFailure(
  name: string,
  answer: Failed['answer'],
  names: readonly [string, string],
  { operations }: Scenario,
): Failure {
  const { kind, stderr } = answer;
  const what = isBreakdown(answer) ? answer.what : `says that it failed: ${printable(answer.message)}`;
  const side = (one: string): Side => ({ name: one, effects: [] });
  return {
    property: answerName,
    clause: undefined,
    operation:
      answer.kind === 'error' && answer.before ? answer.before.length : Math.max(0, operations.length - 1),
    effect: 0,
    kind,
    message: `${name} ${what}`,
    sides: [side(names[0]), side(names[1])],
    ...(stderr !== undefined && stderr !== '' && { stderr }),
  };
}

/** A dispatcher broke down, and did not when the same was sent again. */
function notRepeated(
  name: string,
  { what, stderr, kind }: Breakdown,
  effects: EffectLists,
  scenario: Scenario,
): Failure {
  return {
    property: repeatabilityName,
    clause: undefined,
    operation: Math.max(0, scenario.operations.length - 1),
    effect: 0,
    kind,
    message: `not repeatable: ${name} ${what}; sent again one by one, each scenario that was under way is answered`,
    sides: [
      { name: `${name}, first`, effects: [] },
      { name: `${name}, again`, effects },
    ],
    ...(stderr !== undefined && { stderr }),
  };
}

/**
 * A failure as it is when the scenario runs alone: the same; or one that says that it could not be repeated, with both answers.
 */
export async function confirmed(pair: AnyPair, scenario: Scenario, failure: Failure): Promise<Failure> {
  if (failure.property !== 'lockstep') return failure;
  const again = (await lockstepOutside(pair, scenario, alone)).failure;
  if (again?.kind === failure.kind && again.operation === failure.operation) return failure;
  const index = isOutside(pair[1]) ? 1 : 0;
  const first = failure.sides[index];
  const second = again?.sides[index] ?? {
    name: first.name,
    effects: await effectsAlone(pair[index], scenario),
  };
  const operation = firstDifferent(first.effects, second.effects);
  return {
    property: repeatabilityName,
    clause: undefined,
    operation,
    effect: Math.max(0, differenceOf(first.effects[operation] ?? [], second.effects[operation] ?? [])),
    kind: 'effects',
    message: `not repeatable: ${failure.message}; sent again, alone, ${again === undefined ? 'they agree' : again.message}`,
    sides: [
      { name: `${first.name}, first`, effects: first.effects },
      { name: `${first.name}, again`, effects: second.effects },
    ],
  };
}

async function effectsAlone(dispatcher: AnyDispatcher, scenario: Scenario): Promise<EffectLists> {
  const answer = isOutside(dispatcher) ? await dispatcher.runAlone(scenario) : undefined;
  return answer?.kind === 'effects' ? answer.effects : [];
}

function firstDifferent(one: EffectLists, other: EffectLists): number {
  const index = one.findIndex((list, at) => differenceOf(list, other[at] ?? []) >= 0);
  return index < 0 ? Math.max(0, one.length - 1) : index;
}
