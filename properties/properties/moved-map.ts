/** Moving the whole map by a constant moves the effects by it. */
import type {
  Effect,
  EffectLists,
  HostRegistration,
  Operation,
  Scenario,
  Space,
} from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { defineProperty, difference } from './support/define.ts';
import { hasFailed, isWrite } from './support/scenario.ts';

/** A space, its size in bytes, and distances to move by: multiples of 8, so that alignments stay. */
type Journey = { readonly space: Space; readonly end: bigint; readonly distances: readonly bigint[] };

const journeys: readonly Journey[] = [
  {
    space: 'memory',
    end: 1n << 64n,
    distances: [0x1000n, 1n << 32n, 1n << 53n, -0x1000n, -(1n << 32n), -(1n << 53n), -(1n << 63n)],
  },
  { space: 'io', end: 1n << 16n, distances: [0x8n, 0x1000n, -0x8n, -0x1000n] },
];

// Not tcg or kvm: a region that is alone at offset 0 is the flat view's root there, and anywhere else it is not (M6).
export const movedMap: Property = defineProperty(
  {
    name: 'moved-map',
    clauses: ['M7', 'D1', 'H2'],
    against: 'a scenario with the same, everything in a space moved by a constant',
    statement:
      'Moving all that is mapped in a space, and all writes to it, moves the addresses in the effects by as much and changes nothing else.',
    profiles: ['contract'],
  },
  (dispatcher, scenario) => {
    let applies = false;
    for (const journey of journeys) {
      const move = longestKept(scenario, journey);
      if (move === undefined) continue;
      applies = true;
      const { base, distance } = move;
      const expected = runScenario(dispatcher, base);
      const moved = runScenario(dispatcher, movedScenario(base, expected, journey.space, distance));
      const name = `${dispatcher.name}, ${journey.space} moved by ${distance < 0n ? '-' : ''}0x${abs(distance).toString(16)}`;
      const breach = difference(
        base,
        { name: dispatcher.name, effects: movedEffects(base, expected, journey.space, distance) },
        { name, effects: moved },
      );
      if (breach !== undefined) return breach;
    }
    return applies ? 'holds' : 'does not apply';
  },
);

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

type Journeyed = { readonly base: Scenario; readonly distance: bigint };

/**
 * One of the distances that leave most of the scenario: what would be cut by the space's edge, here or there, stays out,
 * and so does what changes the space's root itself. Undefined where nothing is left to see.
 */
function longestKept(scenario: Scenario, { space, end, distances }: Journey): Journeyed | undefined {
  const extents = extentsIn(scenario, space);
  const journeys = distances.map((distance): Journeyed => {
    const fits = (start: bigint, length: bigint) =>
      [start, start + distance].every((first) => first >= 0n && first + length <= end);
    const operations = scenario.operations.filter((operation, index) => {
      const extent = extents[index];
      const changesRoot = operation.op === 'resize' && operation.region === space;
      return !changesRoot && (extent === undefined || fits(extent.start, extent.length));
    });
    return { base: { ...scenario, operations }, distance };
  });
  const most = Math.max(...journeys.map(({ base }) => base.operations.length));
  const longest = journeys.filter(({ base }) => base.operations.length === most);
  const chosen = longest[scenario.operations.length % longest.length];
  const isSeen = chosen?.base.operations.some((each) => isWrite(each) && each.space === space);
  return isSeen && chosen?.base.operations.some(isMappedIn(space)) ? chosen : undefined;
}

function isMappedIn(space: Space) {
  return (operation: Operation) => operation.op === 'map' && operation.container === space;
}

/** For each operation the part of the space that it names, if it names one: first address and length, bytes. */
function extentsIn(
  scenario: Scenario,
  space: Space,
): readonly ({ start: bigint; length: bigint } | undefined)[] {
  const sizes = largestSizes(scenario);
  const inRoot = new Set<string>();
  const windows = new Set<string>();
  for (const operation of scenario.operations) {
    if (operation.op === 'map' && operation.container === space) inRoot.add(operation.region);
    const isWindow = operation.op === 'create' && operation.kind === 'alias' && operation.target === space;
    if (isWindow) windows.add(operation.region);
  }
  return scenario.operations.map((operation) => {
    const length = sizes.get('region' in operation ? operation.region : '') ?? 0n;
    switch (operation.op) {
      case 'create':
        if (operation.kind !== 'alias' || operation.target !== space) return undefined;
        return { start: operation.targetOffset ?? 0n, length };
      case 'retarget':
        return windows.has(operation.region) ? { start: operation.targetOffset, length } : undefined;
      case 'map':
        return operation.container === space ? { start: operation.offset, length } : undefined;
      case 'move':
        return inRoot.has(operation.region) ? { start: operation.offset, length } : undefined;
      case 'write':
        return operation.space === space
          ? { start: operation.address, length: lengthOf(operation) }
          : undefined;
      default:
        return undefined;
    }
  });
}

function lengthOf(write: Extract<Operation, { op: 'write' }>): bigint {
  return BigInt('bytes' in write ? write.bytes.length / 2 : write.size);
}

/** The largest size that each region ever has. */
function largestSizes({ operations }: Scenario): ReadonlyMap<string, bigint> {
  const sizes = new Map<string, bigint>();
  for (const operation of operations) {
    if (operation.op !== 'create' && operation.op !== 'resize') continue;
    const { region, size } = operation;
    if (size >= (sizes.get(region) ?? 0n)) sizes.set(region, size);
  }
  return sizes;
}

/** The scenario with all that is mapped in a space, windows on the space, and writes to it moved. */
function movedScenario(base: Scenario, effects: EffectLists, space: Space, distance: bigint): Scenario {
  const containers = new Map<string, string>();
  const windows = new Set<string>();
  const operations = base.operations.map((operation, index): Operation => {
    const succeeded = !hasFailed(effects[index]);
    switch (operation.op) {
      case 'create':
        if (operation.kind !== 'alias' || operation.target !== space || !succeeded) return operation;
        windows.add(operation.region);
        return { ...operation, targetOffset: (operation.targetOffset ?? 0n) + distance };
      case 'retarget':
        return windows.has(operation.region)
          ? { ...operation, targetOffset: operation.targetOffset + distance }
          : operation;
      case 'map':
        if (succeeded) containers.set(operation.region, operation.container);
        return operation.container === space
          ? { ...operation, offset: operation.offset + distance }
          : operation;
      case 'unmap':
        if (succeeded) containers.delete(operation.region);
        return operation;
      case 'move':
        return containers.get(operation.region) === space
          ? { ...operation, offset: operation.offset + distance }
          : operation;
      case 'write':
        return operation.space === space
          ? { ...operation, address: operation.address + distance }
          : operation;
      default:
        return operation;
    }
  });
  return { ...base, operations };
}

/** The effects with the space's addresses moved. */
function movedEffects(base: Scenario, effects: EffectLists, space: Space, distance: bigint): EffectLists {
  const inHost = (registration: HostRegistration): HostRegistration =>
    registration.space === space
      ? { ...registration, address: registration.address + distance }
      : registration;
  return effects.map((list, index) => {
    const operation = base.operations[index];
    const isWriteHere = operation?.op === 'write' && operation.space === space;
    return list.map((effect): Effect => {
      if ('unassigned' in effect && isWriteHere) {
        return { ...effect, unassigned: effect.unassigned + distance };
      }
      if ('hostAdd' in effect) return { hostAdd: inHost(effect.hostAdd) };
      if ('hostDel' in effect) return { hostDel: inHost(effect.hostDel) };
      if ('hostRefused' in effect) return { ...effect, hostRefused: inHost(effect.hostRefused) };
      return effect;
    });
  });
}
