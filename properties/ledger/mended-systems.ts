/** Beside a profile: for each of its decisions, a system in which that decision is as in the contract. A difference is named by them. */
import type { Effect, Operation, Profile } from '../../model/vocabulary/vocabulary.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { ModelSide } from '../explore/sides/model-side.ts';
import type { ModelState } from '../explore/sides/model-state.ts';
import type { TableRoom } from '../explore/sides/step-tables.ts';
import { nameOf } from './check-ledger.ts';
import { changedHeader, differingDecisions, type LedgerPair } from './pair.ts';
import { type DifferenceKind, differenceKind, keyOf, type View } from './search.ts';

/** A difference of a profile to a mended system. */
export type MendedDifference = {
  readonly pair: LedgerPair;
  readonly view: View;
  readonly kind: DifferenceKind;
  readonly key: string;
  readonly isNamed: boolean;
};

/** `named`: the lines of the ledger. */
export function mendedDifference(
  pair: LedgerPair,
  view: View,
  kind: DifferenceKind,
  named: ReadonlySet<string>,
): MendedDifference {
  const difference = { pair, view, kind };
  return { ...difference, key: keyOf(difference), isNamed: named.has(nameOf(difference)) };
}

/** A mended system after some operations, and how the profile first told the host otherwise than it. */
export type Mended = {
  readonly pair: LedgerPair;
  readonly state: ModelState;
  readonly shown: MendedDifference | undefined;
};

/** The mended systems of a profile before the first operation. `room`: for the tables of their steps. */
export function mendedAtStart(
  profile: Profile,
  { header, operations }: Scope,
  room: TableRoom,
): readonly Mended[] {
  return differingDecisions(profile).map((decision) => {
    const pair = { profile, decisions: [decision] };
    const state = new ModelSide(changedHeader(header, pair), operations, 'model', room).start();
    return { pair, state, shown: undefined };
  });
}

/** A mended system after an operation that is no write. `effects`: the profile's. The first difference stands. */
export function mendedAfter(
  { pair, state: before, shown }: Mended,
  index: number,
  operation: Operation,
  effects: readonly Effect[],
  named: ReadonlySet<string>,
): Mended {
  const state = before.after(index);
  if (shown !== undefined) return { pair, state, shown };
  const kind = differenceKind(operation, [effects, state.effects], 'host');
  if (kind === undefined) return { pair, state, shown };
  return { pair, state, shown: mendedDifference(pair, 'host', kind, named) };
}
