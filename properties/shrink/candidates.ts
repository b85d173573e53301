/** Simpler histories than a given one, by value; the boldest first. */
import type { Create, Operation, Scenario } from '../../model/vocabulary.ts';

/** Histories one step simpler than `scenario`: fewer operations first, then simpler ones. What was found about it is dropped. */
export function* simplerScenarios(scenario: Scenario): IterableIterator<Scenario> {
  yield* fewerOperations(scenario);
  yield* simplerHeaders(scenario);
  yield* simplerOperations(scenario);
}

/** The history without its expectations and findings, which name operations by index. */
function withOperations(
  { expect: _expect, found: _found, ...rest }: Scenario,
  operations: readonly Operation[],
): Scenario {
  return { ...rest, operations };
}

/** Without a half, a quarter, ... of the operations, from the end; at last without each one. */
function* fewerOperations(scenario: Scenario): IterableIterator<Scenario> {
  const { operations } = scenario;
  for (let length = operations.length >> 1; length >= 1; length >>= 1) {
    for (let end = operations.length; end > 0; end -= length) {
      const start = Math.max(0, end - length);
      yield withOperations(scenario, [...operations.slice(0, start), ...operations.slice(end)]);
    }
  }
  // Pairs that only make sense together: a transaction's ends, an addition and its deletion.
  for (let first = 0; first < operations.length; first++) {
    for (let second = first + 1; second < operations.length; second++) {
      yield withOperations(
        scenario,
        operations.filter((_, index) => index !== first && index !== second),
      );
    }
  }
}

function* simplerHeaders(scenario: Scenario): IterableIterator<Scenario> {
  const { target, host, ...rest } = withOperations(scenario, scenario.operations);
  if (host !== undefined) yield { ...rest, ...(target !== undefined && { target }) };
  if (target !== undefined) yield { ...rest, ...(host !== undefined && { host }) };
}

function* simplerOperations(scenario: Scenario): IterableIterator<Scenario> {
  const { operations } = scenario;
  for (const [index, operation] of operations.entries()) {
    for (const simpler of simplerThan(operation)) {
      yield withOperations(scenario, operations.with(index, simpler));
    }
  }
}

function* simplerThan(operation: Operation): IterableIterator<Operation> {
  switch (operation.op) {
    case 'create':
      yield* simplerCreates(operation);
      return;
    case 'map': {
      const { priority, ...rest } = operation;
      if (priority !== undefined) yield rest;
      if (operation.container !== 'memory') yield { ...operation, container: 'memory' };
      return;
    }
    case 'add-eventfd':
    case 'del-eventfd': {
      const { data, ...rest } = operation;
      if (data !== undefined) yield rest;
      return;
    }
    default:
      return;
  }
}

function* simplerCreates(operation: Create): IterableIterator<Operation> {
  if (operation.kind !== 'io') return;
  const { endianness, valid, impl, ...rest } = operation;
  if (valid !== undefined) yield { ...rest, ...(endianness && { endianness }), ...(impl && { impl }) };
  if (impl !== undefined) yield { ...rest, ...(endianness && { endianness }), ...(valid && { valid }) };
  if (endianness !== undefined) yield { ...rest, ...(valid && { valid }), ...(impl && { impl }) };
}
