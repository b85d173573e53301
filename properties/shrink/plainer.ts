/** The same with fewer details: fields left out, a store for a bulk write, a little-endian target, a willing host. */
import type {
  AccessLimits,
  AccessSize,
  Create,
  Operation,
  Scenario,
} from '../../model/vocabulary/vocabulary.ts';

export function* plainerOperations(scenario: Scenario): IterableIterator<Scenario> {
  const { target, host, ...rest } = scenario;
  if (host !== undefined) {
    yield { ...rest, ...(target !== undefined && { target }) };
    if (Array.isArray(host.refuse)) {
      for (const ordinal of host.refuse) {
        yield { ...scenario, host: { ...host, refuse: host.refuse.filter((other) => other !== ordinal) } };
      }
    }
  }
  if (target !== undefined) yield { ...rest, ...(host !== undefined && { host }) };
  for (const [index, operation] of scenario.operations.entries()) {
    for (const plainer of plainerThan(operation)) {
      yield { ...scenario, operations: scenario.operations.with(index, plainer) };
    }
  }
}

function* plainerThan(operation: Operation): IterableIterator<Operation> {
  switch (operation.op) {
    case 'create':
      yield* plainerCreates(operation);
      return;
    case 'map': {
      const { priority, ...rest } = operation;
      if (priority !== undefined) yield rest;
      return;
    }
    case 'add-eventfd':
    case 'del-eventfd': {
      const { data, ...rest } = operation;
      if (data !== undefined) yield rest;
      return;
    }
    case 'write':
      if ('bytes' in operation) yield* plainerBulks(operation);
      return;
    default:
      return;
  }
}

function* plainerCreates(operation: Create): IterableIterator<Operation> {
  if (operation.kind === 'alias') {
    const { targetOffset, ...rest } = operation;
    if (targetOffset !== undefined) yield rest;
    return;
  }
  const { region, size } = operation;
  yield { op: 'create', region, kind: 'io', size };
  if (operation.kind !== 'io') return;
  const { endianness, valid, impl, ...rest } = operation;
  const given = {
    ...(endianness !== undefined && { endianness }),
    ...(valid !== undefined && { valid }),
    ...(impl !== undefined && { impl }),
  };
  for (const field of ['endianness', 'valid', 'impl'] as const) {
    if (given[field] === undefined) continue;
    const { [field]: _left, ...others } = given;
    yield { ...rest, ...others };
  }
  for (const field of ['valid', 'impl'] as const) {
    for (const limits of plainerLimits(given[field])) yield { ...rest, ...given, [field]: limits };
  }
}

function* plainerLimits(limits: AccessLimits | undefined): IterableIterator<AccessLimits> {
  if (limits === undefined) return;
  for (const field of ['min', 'max', 'unaligned'] as const) {
    const { [field]: left, ...others } = limits;
    if (left !== undefined) yield others;
  }
}

function* plainerBulks(operation: Extract<Operation, { bytes: string }>): IterableIterator<Operation> {
  const { op, space, address, bytes } = operation;
  const length = bytes.length / 2;
  if (length === 1 || length === 2 || length === 4 || length === 8) {
    const size: AccessSize = length;
    const reversed = (bytes.match(/../g) ?? []).reverse().join('');
    for (const order of new Set([reversed, bytes]))
      yield { op, space, address, size, data: BigInt(`0x${order}`) };
  }
  for (const kept of [length >> 1, length - 1]) {
    if (kept < 1) continue;
    yield { ...operation, bytes: bytes.slice(0, 2 * kept) };
    yield {
      ...operation,
      address: BigInt.asUintN(64, address + BigInt(length - kept)),
      bytes: bytes.slice(-2 * kept),
    };
  }
}
