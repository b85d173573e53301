/** Both sides of an exploration, and what may be done with them. */
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Dispatcher, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { originalOf } from '../../engine/dispatchers.ts';
import { Budget } from '../scope/budget.ts';
import type { Scope } from '../scope/scope.ts';
import { ModelSide } from './model-side.ts';
import { SessionSide } from './session-side.ts';
import type { Side } from './side.ts';

/** What stays the same during a whole exploration. Plain data: threads are sent it. */
export type Setup = {
  readonly scope: Scope;
  /** Scenarios that differ only in the names of notifiers are explored once. */
  readonly symmetry: boolean;
  /** Which sides run the model by its sessions, not by tables of its steps. */
  readonly plainModel: 'none' | 'b' | 'both';
};

export type Sides = {
  readonly a: Side;
  readonly b: Side;
  readonly operations: readonly Operation[];
  /** The operations that are writes, in the scope's order. Operations are indexes. */
  readonly writes: readonly number[];
  readonly budget: Budget;
};

export function sidesOf(a: Dispatcher, b: Dispatcher, { scope, symmetry, plainModel }: Setup): Sides {
  const { operations } = scope;
  return {
    a: sideOf(a, scope, plainModel === 'both'),
    b: sideOf(b, scope, plainModel !== 'none'),
    operations,
    writes: [...operations.keys()].filter((index) => operations[index]?.op === 'write'),
    budget: new Budget(scope, symmetry),
  };
}

/** The model by its tables, unless `isPlain`. Any other dispatcher by its sessions, whatever its name. */
function sideOf(dispatcher: Dispatcher, { header, operations }: Scope, isPlain: boolean): Side {
  if (originalOf(dispatcher) !== modelDispatcher || isPlain) {
    return new SessionSide(dispatcher, header, operations);
  }
  const { name, profile, decisions } = dispatcher;
  const own = { ...(profile !== undefined && { profile }), ...(decisions !== undefined && { decisions }) };
  return new ModelSide({ ...header, ...own }, operations, name);
}
