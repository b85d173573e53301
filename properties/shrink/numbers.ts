/**
 * Smaller numbers. Equal numbers usually mean the same thing, so a number is replaced everywhere at once: an address
 * stays the address of the word that was registered there.
 */
import type { AccessSize, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';

export function* smallerNumbers(scenario: Scenario): IterableIterator<Scenario> {
  yield* nearerPlaces(scenario);
  yield* nearerOffsets(scenario);
  yield* replacing(scenario, 'offset', smallOffsets);
  yield* replacing(scenario, 'data', smallData);
  yield* replacing(scenario, 'regionSize', smallRegionSizes);
  yield* smallerSizes(scenario);
  yield* smallerPriorities(scenario);
}

const smallOffsets = [0n, 1n, 2n, 4n, 8n, 0x10n, 0x1000n] as const;
const smallData = [0n, 1n, 2n, 3n, 0x102n] as const;
const smallRegionSizes = [1n, 2n, 4n, 8n, 0x10n, 0x20n, 0x1000n] as const;

/** Everything that lies at or above an address of a space moves down, to 0 or to some small place. */
function* nearerPlaces(scenario: Scenario): IterableIterator<Scenario> {
  for (const space of ['memory', 'io'] as const) {
    const places = scenario.operations.flatMap((operation) => {
      if (operation.op === 'map' && operation.container === space) return [operation.offset];
      return operation.op === 'write' && operation.space === space ? [operation.address] : [];
    });
    for (const place of new Set(places)) {
      for (const to of [0n, 4n, 8n, 0x10n, 0x1000n]) {
        if (to >= place) break;
        const lower = (at: bigint) => (at >= place ? at - place + to : at);
        const operations = scenario.operations.map((operation) => {
          const isHere =
            (operation.op === 'map' && operation.container === space) ||
            // A move does not name its container; a large offset is one in a space.
            (operation.op === 'move' && operation.offset >= place);
          if (isHere) return { ...operation, offset: lower(operation.offset) };
          return operation.op === 'write' && operation.space === space
            ? { ...operation, address: lower(operation.address) }
            : operation;
        });
        yield { ...scenario, operations };
      }
    }
  }
}

/** Everything that lies at or above an offset of a region moves down to its beginning: words, subregions, and where windows on it begin. */
function* nearerOffsets(scenario: Scenario): IterableIterator<Scenario> {
  const { operations } = scenario;
  const regions = operations.flatMap((operation) => (operation.op === 'create' ? [operation.region] : []));
  for (const region of new Set(regions)) {
    const windows = windowsOn(operations, region);
    const within = (change: (offset: bigint) => bigint) =>
      operations.map((operation) => withOffsetsIn(operation, region, windows, change));
    const offsets = new Set<bigint>();
    within((offset) => {
      offsets.add(offset);
      return offset;
    });
    for (const start of offsets) {
      if (start === 0n) continue;
      yield { ...scenario, operations: within((offset) => (offset >= start ? offset - start : offset)) };
    }
  }
}

/** The aliases whose target a region is. */
function windowsOn(operations: readonly Operation[], region: string): ReadonlySet<string> {
  return new Set(
    operations.flatMap((operation) =>
      operation.op === 'create' && operation.kind === 'alias' && operation.target === region
        ? [operation.region]
        : [],
    ),
  );
}

/** The operation with its offsets in a region changed. */
function withOffsetsIn(
  operation: Operation,
  region: string,
  windows: ReadonlySet<string>,
  change: (offset: bigint) => bigint,
): Operation {
  switch (operation.op) {
    case 'add-eventfd':
    case 'del-eventfd':
      return operation.region === region ? { ...operation, offset: change(operation.offset) } : operation;
    case 'map':
      return operation.container === region ? { ...operation, offset: change(operation.offset) } : operation;
    case 'create':
    case 'retarget':
      return windows.has(operation.region) && 'targetOffset' in operation
        ? { ...operation, targetOffset: change(operation.targetOffset ?? 0n) }
        : operation;
    default:
      return operation;
  }
}

type WideField = 'offset' | 'data' | 'regionSize';

/** Replaces each value of a kind of field by smaller ones: everywhere at once, then in one field alone. */
function* replacing(
  scenario: Scenario,
  field: WideField,
  small: readonly bigint[],
): IterableIterator<Scenario> {
  const { operations } = scenario;
  const values = new Set(operations.flatMap((operation) => wideValues(operation, field)));
  for (const value of values) {
    for (const smaller of small) {
      if (smaller >= value) break;
      const replace = (at: bigint) => (at === value ? smaller : at);
      yield { ...scenario, operations: operations.map((operation) => mapWide(operation, field, replace)) };
      for (const [index, operation] of operations.entries()) {
        if (!wideValues(operation, field).includes(value)) continue;
        yield { ...scenario, operations: operations.with(index, mapWide(operation, field, replace)) };
      }
    }
  }
}

function wideValues(operation: Operation, field: WideField): bigint[] {
  const values: bigint[] = [];
  mapWide(operation, field, (value) => {
    values.push(value);
    return value;
  });
  return values;
}

/** The operation with its numbers of one kind changed. Offsets: of words, places and windows, and addresses of writes. */
function mapWide(operation: Operation, field: WideField, change: (value: bigint) => bigint): Operation {
  if (field === 'regionSize') {
    return operation.op === 'create' || operation.op === 'resize'
      ? { ...operation, size: change(operation.size) }
      : operation;
  }
  if (field === 'data') {
    if (!('data' in operation) || operation.data === undefined) return operation;
    return { ...operation, data: change(operation.data) };
  }
  if ('offset' in operation) return { ...operation, offset: change(operation.offset) };
  if ('address' in operation) return { ...operation, address: change(operation.address) };
  if ('targetOffset' in operation && operation.targetOffset !== undefined) {
    return { ...operation, targetOffset: change(operation.targetOffset) };
  }
  return operation;
}

/** Replaces each size of words and stores by smaller ones: everywhere at once, then in one operation. Data are cut to fit. */
function* smallerSizes(scenario: Scenario): IterableIterator<Scenario> {
  const { operations } = scenario;
  for (const size of [8, 4, 2] as const) {
    for (const smaller of [1, 2, 4] as const) {
      if (smaller >= size) break;
      const shrink = (operation: Operation) => withSize(operation, size, smaller);
      yield { ...scenario, operations: operations.map(shrink) };
      for (const [index, operation] of operations.entries()) {
        const changed = shrink(operation);
        if (changed !== operation) yield { ...scenario, operations: operations.with(index, changed) };
      }
    }
  }
}

function withSize(operation: Operation, size: AccessSize, smaller: AccessSize): Operation {
  if (operation.op === 'write' && 'size' in operation && operation.size === size) {
    return { ...operation, size: smaller, data: BigInt.asUintN(8 * smaller, operation.data) };
  }
  const isEventfd = operation.op === 'add-eventfd' || operation.op === 'del-eventfd';
  if (!isEventfd || operation.size !== size) return operation;
  const { data, ...rest } = operation;
  return { ...rest, size: smaller, ...(data !== undefined && { data: BigInt.asUintN(8 * smaller, data) }) };
}

function* smallerPriorities(scenario: Scenario): IterableIterator<Scenario> {
  for (const [index, operation] of scenario.operations.entries()) {
    if (operation.op !== 'map' || operation.priority === undefined) continue;
    for (const priority of [0, 1, -1]) {
      yield { ...scenario, operations: scenario.operations.with(index, { ...operation, priority }) };
    }
  }
}
