/** Lockstep: two dispatchers interpret one scenario and give the same effects, operation by operation, host changes included. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { Dispatcher, Effect, Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';
import { applyTo, DispatcherError, requireEffects, sessionOf } from './apply.ts';
import { differenceOf, kindOf } from './compare.ts';
import type { Failure } from './property.ts';

/** Sees each operation with the effects that both dispatchers gave. */
export type Observer = (operation: Operation, effects: readonly Effect[]) => void;

/**
 * Runs a scenario on both dispatchers up to the first difference, if any: what comes after one follows from it. A dispatcher
 * that throws, or gives something that is no list of effects, differs as well.
 *
 * @throws InputError for a scenario of an unknown profile
 */
export function lockstep(
  a: Dispatcher,
  b: Dispatcher,
  scenario: Scenario,
  observe?: Observer,
): Failure | undefined {
  const [one, other] = [opened(a, scenario), opened(b, scenario)];
  for (const [index, operation] of scenario.operations.entries()) {
    const expected = attempt(a, one, operation, index);
    const given = attempt(b, other, operation, index);
    if (expected instanceof DispatcherError || given instanceof DispatcherError) {
      return failureAt(a, b, scenario, index, 0);
    }
    const effect = differenceOf(expected, given);
    if (effect >= 0) return failureAt(a, b, scenario, index, effect);
    observe?.(operation, expected);
  }
  return undefined;
}

/** What one operation came to: effects, or what the dispatcher did instead. */
type Attempt = readonly Effect[] | DispatcherError;

function opened(dispatcher: Dispatcher, scenario: Scenario): Session | DispatcherError {
  try {
    return sessionOf(dispatcher, scenario);
  } catch (error) {
    if (error instanceof DispatcherError) return error;
    throw error;
  }
}

function attempt(
  { name }: Dispatcher,
  session: Session | DispatcherError,
  operation: Operation,
  index: number,
): Attempt {
  if (session instanceof DispatcherError) return session;
  try {
    return applyTo(session, operation, index, name);
  } catch (error) {
    if (error instanceof DispatcherError) return error;
    throw error;
  }
}

/** Says what the difference is. Runs the scenario again, up to where it differs, to have the effects of both sides. */
function failureAt(
  a: Dispatcher,
  b: Dispatcher,
  scenario: Scenario,
  operation: number,
  effect: number,
): Failure {
  const operations = scenario.operations.slice(0, operation + 1);
  const [mine, theirs] = [a, b].map((dispatcher) => {
    const session = opened(dispatcher, scenario);
    return operations.map((one, index) =>
      closely(attempt(dispatcher, session, one, index), index, dispatcher),
    );
  }) as [Attempt[], Attempt[]];
  const [one, other] = [mine[operation] ?? [], theirs[operation] ?? []];
  const [first, second] = [effectAt(one, effect), effectAt(other, effect)];
  const at = scenario.operations[operation];
  const complaints = [one, other].flatMap((outcome, side) =>
    outcome instanceof DispatcherError ? [`; ${(side === 0 ? a : b).name} ${outcome.what}`] : [],
  );
  return {
    property: 'lockstep',
    clause:
      at === undefined || complaints.length > 0
        ? undefined
        : clauseFor(at, first, second, effectsIn(one).slice(0, effect)),
    operation,
    effect,
    kind: `${kindAt(one, first)} / ${kindAt(other, second)}`,
    message: `${a.name} and ${b.name} differ at operation ${operation}${complaints.join('')}`,
    sides: [
      { name: a.name, effects: mine.map(effectsIn) },
      { name: b.name, effects: theirs.map(effectsIn) },
    ],
  };
}

/** A list of objects that are no effects is found out here: while nothing differs, a cheaper look is enough. */
function closely(outcome: Attempt, index: number, { name }: Dispatcher): Attempt {
  if (outcome instanceof DispatcherError) return outcome;
  try {
    requireEffects(outcome, index, name);
    return outcome;
  } catch (error) {
    if (error instanceof DispatcherError) return error;
    throw error;
  }
}

function effectsIn(outcome: Attempt): readonly Effect[] {
  return outcome instanceof DispatcherError ? [] : outcome;
}

function effectAt(outcome: Attempt, index: number): Effect | undefined {
  return effectsIn(outcome)[index];
}

function kindAt(outcome: Attempt, effect: Effect | undefined): string {
  if (outcome instanceof DispatcherError) return 'exception';
  return effect === undefined ? 'nothing' : kindOf(effect);
}

/** The clause that is most likely at stake, by the operation, by what the two sides say of it, and by what they agree on `before`. */
function clauseFor(
  operation: Operation,
  one: Effect | undefined,
  other: Effect | undefined,
  before: readonly Effect[],
): ClauseId {
  const is = (kind: ReturnType<typeof kindOf>) =>
    (one !== undefined && kindOf(one) === kind) || (other !== undefined && kindOf(other) === kind);
  if (is('error')) return operation.op === 'del-eventfd' ? 'R2' : 'P1';
  if (is('hostRefused')) return 'H4';
  if (is('hostAdd') && is('hostDel')) return 'H3';
  if (is('hostAdd') || is('hostDel')) return one === undefined || other === undefined ? 'H1' : 'H2';
  if (is('signal')) {
    if (is('callback')) return 'D1';
    return is('rejected') ? 'D6' : 'D2';
  }
  if (is('rejected')) return 'S8';
  if (is('unassigned')) return is('callback') || is('ram') ? 'D5' : 'S4';
  if (!is('callback')) return 'S1';
  if (one !== undefined && other !== undefined) return 'S6';
  return before.some((effect) => kindOf(effect) === 'signal') ? 'D2' : 'D3';
}
