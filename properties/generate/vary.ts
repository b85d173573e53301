/**
 * Variations of a scenario, by value: what the shrinker takes away is put in, and the generator's own makers go on from where the
 * scenario ends. So a scenario that reached something rare leads to others near it.
 */
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from './chooser.ts';
import type { Draft } from './draft.ts';
import { drawPools, oneIn, pick } from './pools.ts';
import { goOn } from './scenario.ts';
import { Sketch } from './sketch.ts';

/** No variation of a variation of ... grows beyond this many operations. */
const mostOperations = 120;

/** A scenario much like this one: one to four changes, often with more operations at its end. */
export function varied(chooser: Chooser, scenario: Scenario, others: readonly Scenario[]): Scenario {
  let changed = scenario;
  for (let left = 1 + chooser.below(4); left > 0; left--) {
    changed = { ...changed, operations: pick(chooser, variations)(chooser, changed, others) };
  }
  if (changed.operations.length > mostOperations) return scenario;
  return oneIn(chooser, 2) ? changed : continued(chooser, changed);
}

type Variation = (chooser: Chooser, scenario: Scenario, others: readonly Scenario[]) => readonly Operation[];

function indexIn(chooser: Chooser, operations: readonly unknown[]): number {
  return chooser.below(Math.max(1, operations.length));
}

function inserted(
  chooser: Chooser,
  operations: readonly Operation[],
  ...added: readonly Operation[]
): Operation[] {
  return operations.toSpliced(chooser.below(operations.length + 1), 0, ...added);
}

/** An operation of the scenario once more, anywhere. */
const repeated: Variation = (chooser, { operations }) => {
  const known = operations[indexIn(chooser, operations)];
  return known === undefined ? operations : inserted(chooser, operations, known);
};

/** A write of the scenario after another operation, or after each. */
const writtenAgain: Variation = (chooser, { operations }) => {
  const writes = operations.filter(({ op }) => op === 'write');
  if (writes.length === 0) return operations;
  const write = pick(chooser, writes);
  if (!oneIn(chooser, 4)) return inserted(chooser, operations, write);
  return operations.flatMap((one) => (one.op === 'write' ? [one] : [one, write]));
};

/** Operations of another scenario in between: names are few, so they mean something here as well. */
const crossed: Variation = (chooser, { operations }, others) => {
  if (others.length === 0) return operations;
  const other = pick(chooser, others).operations;
  const from = indexIn(chooser, other);
  return inserted(chooser, operations, ...other.slice(from, from + 1 + chooser.below(8)));
};

/** Two ends of a transaction around some operations. */
const together: Variation = (chooser, { operations }) => {
  const from = indexIn(chooser, operations);
  const to = from + 1 + chooser.below(6);
  return [
    ...operations.slice(0, from),
    { op: 'begin' },
    ...operations.slice(from, to),
    { op: 'commit' },
    ...operations.slice(to),
  ];
};

/** What undoes an operation, right after it or later; and at times what does it again. */
const undone: Variation = (chooser, { operations }) => {
  const at = indexIn(chooser, operations);
  const operation = operations[at];
  const undo = operation && undoing(operation);
  if (operation === undefined || undo === undefined) return operations;
  const later = at + 1 + (oneIn(chooser, 2) ? 0 : chooser.below(operations.length - at));
  const added = oneIn(chooser, 2) ? [undo, operation] : [undo];
  return operations.toSpliced(later, 0, ...added);
};

function undoing(operation: Operation): Operation | undefined {
  switch (operation.op) {
    case 'map':
      return { op: 'unmap', region: operation.region };
    case 'enable':
      return { op: 'disable', region: operation.region };
    case 'disable':
      return { op: 'enable', region: operation.region };
    case 'add-eventfd':
      return { ...operation, op: 'del-eventfd' };
    case 'del-eventfd':
      return { ...operation, op: 'add-eventfd' };
    default:
      return undefined;
  }
}

const moved: Variation = (chooser, { operations }) => {
  const at = indexIn(chooser, operations);
  const operation = operations[at];
  return operation === undefined ? operations : inserted(chooser, operations.toSpliced(at, 1), operation);
};

const dropped: Variation = (chooser, { operations }) => operations.toSpliced(indexIn(chooser, operations), 1);

const wideFields = ['offset', 'address', 'size', 'data', 'targetOffset'] as const;

/** A number of one operation: another one, near it or far. */
const renumbered: Variation = (chooser, { operations }) => {
  const at = indexIn(chooser, operations);
  const operation = operations[at];
  if (operation === undefined) return operations;
  const field = pick(chooser, wideFields);
  const value = (operation as Readonly<Record<string, unknown>>)[field];
  if (typeof value !== 'bigint') return operations;
  const isStored = field === 'data' && operation.op === 'write' && 'size' in operation;
  const other = BigInt.asUintN(isStored ? 8 * operation.size : 64, pick(chooser, neighbours)(value));
  // 2^64 - 1 is no size: QEMU reads it as 2^64.
  if (field === 'size' && other === 0xffff_ffff_ffff_ffffn) return operations;
  return operations.with(at, { ...operation, [field]: other } as Operation);
};

const neighbours: readonly ((value: bigint) => bigint)[] = [
  (value) => value + 1n,
  (value) => value - 1n,
  (value) => value + 4n,
  (value) => value - 4n,
  (value) => value * 2n,
  (value) => value ^ (1n << 32n),
  (value) => value ^ (1n << 31n),
  () => 0n,
];

const variations: readonly Variation[] = [
  repeated,
  writtenAgain,
  writtenAgain,
  crossed,
  together,
  undone,
  undone,
  moved,
  dropped,
  renumbered,
];

/** The scenario with more operations at its end, as the generator would write them. */
function continued(chooser: Chooser, scenario: Scenario): Scenario {
  const draft: Draft = {
    chooser,
    pools: drawPools(chooser),
    sketch: Sketch.of(scenario.operations),
    target: scenario.target ?? 'little',
    profile: scenario.profile ?? 'contract',
  };
  const operations = [...scenario.operations];
  goOn(draft, operations, 12);
  return { ...scenario, operations };
}
