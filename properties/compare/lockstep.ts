/** Lockstep: two dispatchers interpret one scenario and give the same effects, operation by operation, host changes included. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { Dispatcher, Effect, Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf, kindOf } from './compare.ts';
import type { Failure } from './property.ts';

/** Sees each operation with the effects that the first dispatcher gave. */
export type Observer = (operation: Operation, effects: readonly Effect[]) => void;

/**
 * Runs a scenario on both; the first difference, if any. Stops there: what comes behind follows from it. A dispatcher
 * that throws differs, too.
 */
export function lockstep(
  a: Dispatcher,
  b: Dispatcher,
  scenario: Scenario,
  observe?: Observer,
): Failure | undefined {
  const one = a.open(scenario);
  const other = b.open(scenario);
  for (const [index, operation] of scenario.operations.entries()) {
    const expected = attempt(one, operation);
    const given = attempt(other, operation);
    if (expected instanceof Thrown || given instanceof Thrown) return failureAt(a, b, scenario, index, 0);
    const effect = differenceOf(expected, given);
    if (effect >= 0) return failureAt(a, b, scenario, index, effect);
    observe?.(operation, expected);
  }
  return undefined;
}

/** What a dispatcher threw instead of giving effects. */
class Thrown {
  readonly what: string;

  constructor(error: unknown) {
    this.what = error instanceof Error ? error.message : String(error);
  }
}

function attempt(session: Session, operation: Operation): readonly Effect[] | Thrown {
  try {
    return session.apply(operation);
  } catch (error) {
    return new Thrown(error);
  }
}

/** Says what the difference is. Runs the scenario again, up to where it differs, to have both sides whole. */
function failureAt(
  a: Dispatcher,
  b: Dispatcher,
  scenario: Scenario,
  operation: number,
  effect: number,
): Failure {
  const operations = scenario.operations.slice(0, operation + 1);
  const [mine, theirs] = [a, b].map((dispatcher) => {
    const session = dispatcher.open(scenario);
    return operations.map((one) => attempt(session, one));
  }) as [Outcome[], Outcome[]];
  const [one, other] = [mine[operation] ?? [], theirs[operation] ?? []];
  const [first, second] = [effectAt(one, effect), effectAt(other, effect)];
  const at = scenario.operations[operation];
  const threw = [one, other].flatMap((outcome, side) =>
    outcome instanceof Thrown ? [`; ${(side === 0 ? a : b).name} throws: ${outcome.what}`] : [],
  );
  return {
    property: 'lockstep',
    clause: at === undefined || threw.length > 0 ? undefined : clauseFor(at, first, second),
    operation,
    effect,
    kind: `${kindAt(one, first)} / ${kindAt(other, second)}`,
    message: `${a.name} and ${b.name} differ at operation ${operation}${threw.join('')}`,
    sides: [
      { name: a.name, effects: mine.map(effectsIn) },
      { name: b.name, effects: theirs.map(effectsIn) },
    ],
  };
}

type Outcome = readonly Effect[] | Thrown;

function effectsIn(outcome: Outcome): readonly Effect[] {
  return outcome instanceof Thrown ? [] : outcome;
}

function effectAt(outcome: Outcome, index: number): Effect | undefined {
  return effectsIn(outcome)[index];
}

function kindAt(outcome: Outcome, effect: Effect | undefined): string {
  if (outcome instanceof Thrown) return 'exception';
  return effect === undefined ? 'nothing' : kindOf(effect);
}

/** The clause that most likely is at stake: by the operation, and by what the two sides say of it. */
function clauseFor(operation: Operation, one: Effect | undefined, other: Effect | undefined): ClauseId {
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
  return is('callback') ? 'S6' : 'S1';
}
