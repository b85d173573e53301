/** A flatter map: regions are mapped where their container is, and stand where an alias showed them. */
import type { Create, MapRegion, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { renamed } from './names.ts';

export function* flatterMaps(scenario: Scenario): IterableIterator<Scenario> {
  for (const operation of scenario.operations) {
    if (operation.op !== 'create') continue;
    if (operation.kind === 'alias') {
      yield withoutAlias(scenario, operation);
      for (const shift of [0n, 1n]) {
        yield withoutAlias(withContainerMoved(scenario, operation, shift), operation);
      }
    } else {
      yield withoutContainer(scenario, operation.region);
      yield mergedIntoItsContainer(scenario, operation.region);
      yield* standIns(scenario, operation.region);
    }
  }
}

/** The target takes the alias's place: what is said of the alias is said of the target, at an address that shows the same. */
function withoutAlias(
  scenario: Scenario,
  { region: alias, target, targetOffset = 0n }: Create & { kind: 'alias' },
): Scenario {
  const operations = scenario.operations.flatMap((operation): Operation[] => {
    const isAbout = 'region' in operation && operation.region === alias;
    if (isAbout && (operation.op === 'create' || operation.op === 'retarget' || operation.op === 'resize'))
      return [];
    if (isAbout && (operation.op === 'map' || operation.op === 'move')) {
      return [{ ...operation, region: target, offset: BigInt.asUintN(64, operation.offset - targetOffset) }];
    }
    return [renamed(operation, alias, target)];
  });
  return { ...scenario, operations };
}

/**
 * Where the target is moved, the container of the alias is moved instead. An alias shows its target wherever that is mapped, so
 * a move of the target only matters where the flat view's root is the target. Without the alias the root is the container, unless
 * what it holds is at 0 (`memory_region_get_flatview_root`): hence the shift.
 */
function withContainerMoved(
  scenario: Scenario,
  { region: alias, target }: Create & { kind: 'alias' },
  shift: bigint,
): Scenario {
  const container = placeOf(scenario, alias)?.container ?? 'memory';
  const operations = scenario.operations.map((operation): Operation => {
    if (operation.op === 'map' && operation.region === alias)
      return { ...operation, offset: BigInt.asUintN(64, operation.offset + shift) };
    const isMove = operation.op === 'move' && operation.region === target;
    return isMove ? { ...operation, region: container } : operation;
  });
  return { ...scenario, operations };
}

/** The first place of a region, if it has one. */
function placeOf({ operations }: Scenario, region: string): MapRegion | undefined {
  return operations.find(
    (operation): operation is MapRegion => operation.op === 'map' && operation.region === region,
  );
}

/** What is mapped in the container takes its place: what is said of the container is said of it. */
function* standIns({ operations, ...header }: Scenario, container: string): IterableIterator<Scenario> {
  for (const inner of operations) {
    if (inner.op !== 'map' || inner.container !== container || inner.region === container) continue;
    const { region } = inner;
    const creation = operations.find((operation) => operation.op === 'create' && operation.region === region);
    if (creation === undefined) continue;
    const kept = operations.flatMap((operation): Operation[] => {
      if (operation === inner || operation === creation) return [];
      // It must be created as early as the container was.
      if (operation.op === 'create' && operation.region === container) return [creation];
      return [renamed(operation, container, region)];
    });
    yield { ...header, operations: kept };
  }
}

/** What is said of the container is said of what it is mapped in, a space mostly: that has an offset and can be disabled, too. */
function mergedIntoItsContainer(scenario: Scenario, container: string): Scenario {
  const outer = placeOf(scenario, container)?.container ?? 'memory';
  const operations = scenario.operations.filter(
    (operation) => !((operation.op === 'create' || operation.op === 'map') && operation.region === container),
  );
  return { ...scenario, operations: operations.map((operation) => renamed(operation, container, outer)) };
}

/** What was mapped in the container is mapped where the container is (its first place, if it has several). */
function withoutContainer(scenario: Scenario, container: string): Scenario {
  const { operations } = scenario;
  const place = placeOf(scenario, container);
  const outer = place?.container ?? 'memory';
  const base = place?.offset ?? 0n;
  const lifted = operations.map((operation) =>
    operation.op === 'map' && operation.container === container
      ? { ...operation, container: outer, offset: BigInt.asUintN(64, base + operation.offset) }
      : operation,
  );
  return { ...scenario, operations: lifted };
}
