/** Scenarios in which one value of one operation is another: as the shrinker would have it, and the next one where it is the least. */
import { twoTo64 } from '../../../model/map/region.ts';
import type { Operation, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import type { Surrounding } from '../../../page/document/page-data.ts';
import { smallerNumbers } from '../../../properties/shrink/numbers.ts';
import { plainerOperations } from '../../../properties/shrink/plainer.ts';

export type ChangedValue = {
  /** The operation's index in the scenario. */
  readonly index: number;
  readonly field: string;
  /** Whether it has no value at all, rather than another one. */
  readonly isLeftOut: boolean;
  readonly changed: Scenario;
};

export function* changedValues(scenario: Scenario): IterableIterator<ChangedValue> {
  for (const propose of [plainerOperations, smallerNumbers, nextValues]) {
    for (const changed of propose(scenario)) {
      const change = onlyChange(scenario.operations, changed.operations);
      if (change !== undefined) yield { ...change, changed };
    }
  }
}

/** The scenario for a guest of the other byte order, and for a host without its limit or its refusals. */
export function changedSurroundings(
  scenario: Scenario,
): { readonly name: Surrounding; readonly changed: Scenario }[] {
  const { target, host: { limit, refuse } = {} } = scenario;
  const otherOrder = target === 'big' ? 'little' : 'big';
  return [
    { name: 'byte order', changed: { ...scenario, target: otherOrder } },
    ...(limit === undefined
      ? []
      : [{ name: 'limit', changed: { ...scenario, host: refuse === undefined ? {} : { refuse } } } as const]),
    ...(refuse === undefined
      ? []
      : [{ name: 'refuse', changed: { ...scenario, host: limit === undefined ? {} : { limit } } } as const]),
  ];
}

/** The shrinker knows no value below the least: 0 becomes 1, a store of one byte one of two. */
function* nextValues(scenario: Scenario): IterableIterator<Scenario> {
  for (const [index, operation] of scenario.operations.entries()) {
    for (const [field, value] of Object.entries(operation)) {
      const next = nextValue(operation, field, value);
      if (next === undefined) continue;
      // The field is the operation's own, and the value of its type.
      const changed = { ...operation, [field]: next } as Operation;
      yield { ...scenario, operations: scenario.operations.with(index, changed) };
    }
  }
}

function nextValue(
  operation: Operation,
  field: string,
  value: unknown,
): bigint | number | string | undefined {
  if (field === 'bytes' && typeof value === 'string') {
    const first = Number.parseInt(value.slice(0, 2), 16) ^ 1;
    return first.toString(16).padStart(2, '0') + value.slice(2);
  }
  if (typeof value === 'bigint') {
    // Data of a word fit its size: another lowest bit does not need more room.
    if (field === 'data') return value ^ 1n;
    return value + 1n < twoTo64 ? value + 1n : value - 1n;
  }
  if (typeof value !== 'number') return undefined;
  if (field === 'priority') return value === 2 ** 31 - 1 ? value - 1 : value + 1;
  if (field !== 'size' || value === 0 || value === 8) return undefined;
  return operation.op === 'write' || operation.op === 'add-eventfd' || operation.op === 'del-eventfd'
    ? value * 2
    : undefined;
}

/** The one field in which two lists of operations differ; nothing where there are several, or another number of operations. */
function onlyChange(
  before: readonly Operation[],
  after: readonly Operation[],
): Omit<ChangedValue, 'changed'> | undefined {
  if (before.length !== after.length) return undefined;
  const changes = before.flatMap((operation, index) => {
    const other = after[index];
    if (other === undefined || other === operation) return [];
    return changedFields(operation, other).map((field) => ({ index, field, isLeftOut: !(field in other) }));
  });
  return changes.length === 1 ? changes[0] : undefined;
}

function changedFields(a: Operation, b: Operation): string[] {
  const [one, other] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => textOf(one[name]) !== textOf(other[name]));
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? '';
}
