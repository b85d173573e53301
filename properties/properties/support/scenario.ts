/** What properties ask of a scenario and of its effects, and how they change one. Only effects tell what took place. */
import type {
  CreateIo,
  Dispatcher,
  Effect,
  EffectLists,
  EventfdChange,
  HostRegistration,
  Operation,
  Scenario,
  Write,
} from '../../../model/vocabulary/vocabulary.ts';
import { applyTo, sessionOf } from '../../compare/apply.ts';
import { runScenario } from '../../compare/compare.ts';

export function hasFailed(effects: readonly Effect[] | undefined): boolean {
  return effects?.some((effect) => 'error' in effect) ?? false;
}

export function isRefused(effects: EffectLists): boolean {
  return effects.some((list) => list.some((effect) => 'hostRefused' in effect));
}

export function isWrite(operation: Operation): operation is Write {
  return operation.op === 'write';
}

export function isEventfdChange(operation: Operation): operation is EventfdChange {
  return operation.op === 'add-eventfd' || operation.op === 'del-eventfd';
}

export function isEffectOfWrite(effect: Effect): boolean {
  return (
    'signal' in effect ||
    'callback' in effect ||
    'ram' in effect ||
    'unassigned' in effect ||
    'rejected' in effect
  );
}

/** The device regions that were created, by id; ids are never used again. */
export function devicesOf(scenario: Scenario, effects: EffectLists): ReadonlyMap<string, CreateIo> {
  const devices = new Map<string, CreateIo>();
  scenario.operations.forEach((operation, index) => {
    if (operation.op !== 'create' || operation.kind !== 'io' || hasFailed(effects[index])) return;
    devices.set(operation.region, operation);
  });
  return devices;
}

/** How many transactions are open before each operation, and, as the last item, at the end. */
export function depthsOf(scenario: Scenario, effects: EffectLists): readonly number[] {
  const depths = [0];
  let depth = 0;
  scenario.operations.forEach(({ op }, index) => {
    if (op === 'begin') depth++;
    if (op === 'commit' && !hasFailed(effects[index])) depth--;
    depths.push(depth);
  });
  return depths;
}

/** Commits that close what a scenario left open. */
export function closing(scenario: Scenario, effects: EffectLists): readonly Operation[] {
  return Array.from({ length: depthsOf(scenario, effects).at(-1) ?? 0 }, () => ({ op: 'commit' }) as const);
}

/** Runs what is left of a scenario without some operations; the effects stay at their places, those left out have none. */
export function runWithout(
  dispatcher: Dispatcher,
  scenario: Scenario,
  leavesOut: (operation: Operation, index: number) => boolean,
): EffectLists {
  const leaves = scenario.operations.map(leavesOut);
  const operations = scenario.operations.filter((_, index) => leaves[index] === false);
  const session = sessionOf(dispatcher, { ...scenario, operations });
  return scenario.operations.map((operation, index) =>
    leaves[index] === true ? [] : applyTo(session, operation, index, dispatcher.name),
  );
}

/** Runs a scenario with each operation replaced by some; gives, at each operation's place, the effects of each of these. */
export function runReplaced(
  dispatcher: Dispatcher,
  scenario: Scenario,
  replace: (operation: Operation, index: number) => readonly Operation[],
): readonly EffectLists[] {
  const replaced = scenario.operations.map(replace);
  const session = sessionOf(dispatcher, { ...scenario, operations: replaced.flat() });
  return replaced.map((some, index) => some.map((each) => applyTo(session, each, index, dispatcher.name)));
}

/** An id that no operation of the scenario names. */
export function freshName(scenario: Scenario, stem: string): string {
  const taken = new Set(
    scenario.operations.flatMap((operation) =>
      Object.values(operation).filter((value) => typeof value === 'string'),
    ),
  );
  let name = stem;
  for (let i = 0; taken.has(name); i++) name = `${stem}-${i}`;
  return name;
}

/**
 * The scenario without the registrations that its host refuses, so that what is promised where none is refused can be
 * tried on most scenarios. Dropping one can let another in that is refused elsewhere: goes on until none is.
 */
export function withoutRefusals(dispatcher: Dispatcher, scenario: Scenario): Scenario | undefined {
  let left = scenario;
  for (;;) {
    const refused = runScenario(dispatcher, left).flatMap((list) =>
      list.flatMap((effect) => ('hostRefused' in effect ? [effect.hostRefused] : [])),
    );
    if (refused.length === 0) return left;
    const operations = left.operations.filter(
      (operation) => !isEventfdChange(operation) || !refused.some((other) => isSameWord(operation, other)),
    );
    if (operations.length === left.operations.length) return undefined;
    left = { ...left, operations };
  }
}

function isSameWord(change: EventfdChange, registration: HostRegistration): boolean {
  return (
    change.notifier === registration.notifier &&
    change.size === registration.size &&
    change.data === registration.data
  );
}
