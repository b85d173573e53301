/** Lockstep: two dispatchers interpret one history and give the same effects, operation by operation, host changes included. */
import type { ClauseId } from '../model/clauses.ts';
import type { Dispatcher, Effect, Operation, Scenario } from '../model/vocabulary.ts';
import { differenceOf, kindOf, runHistory } from './compare.ts';
import type { Failure } from './property.ts';

/** Sees each operation with the effects that the first dispatcher gave. */
export type Observer = (operation: Operation, effects: readonly Effect[]) => void;

/** Runs a history on both; the first difference, if any. Stops there: what comes behind follows from it. */
export function lockstep(
  a: Dispatcher,
  b: Dispatcher,
  scenario: Scenario,
  observe?: Observer,
): Failure | undefined {
  const one = a.open(scenario);
  const other = b.open(scenario);
  for (const [index, operation] of scenario.operations.entries()) {
    const expected = one.apply(operation);
    const effect = differenceOf(expected, other.apply(operation));
    if (effect >= 0) return failureAt(a, b, scenario, index, effect);
    observe?.(operation, expected);
  }
  return undefined;
}

/** Says what the difference is. Runs the history again, up to where it differs, to have both sides whole. */
function failureAt(
  a: Dispatcher,
  b: Dispatcher,
  scenario: Scenario,
  operation: number,
  effect: number,
): Failure {
  const upTo = { ...scenario, operations: scenario.operations.slice(0, operation + 1) };
  const [mine, theirs] = [runHistory(a, upTo), runHistory(b, upTo)];
  const [one, other] = [mine[operation]?.[effect], theirs[operation]?.[effect]];
  const at = scenario.operations[operation];
  return {
    property: 'lockstep',
    clause: at === undefined ? undefined : clauseFor(at, one, other),
    operation,
    effect,
    kind: `${one === undefined ? 'nothing' : kindOf(one)} / ${other === undefined ? 'nothing' : kindOf(other)}`,
    message: `${a.name} and ${b.name} differ at operation ${operation}`,
    sides: [
      { name: a.name, effects: mine },
      { name: b.name, effects: theirs },
    ],
  };
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
