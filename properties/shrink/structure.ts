/** A flatter map: regions are mapped where their container is, and stand where an alias showed them. */
import type { Create, MapRegion, Operation, Scenario } from '../../model/vocabulary.ts';
import { renamed } from './names.ts';

export function* flatterMaps(scenario: Scenario): IterableIterator<Scenario> {
  for (const operation of scenario.operations) {
    if (operation.op !== 'create') continue;
    if (operation.kind === 'alias') yield withoutAlias(scenario, operation);
    else {
      yield withoutContainer(scenario, operation.region);
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

/** What is mapped in the container takes its place: what is said of the container is said of it. */
function* standIns({ operations, ...header }: Scenario, container: string): IterableIterator<Scenario> {
  for (const inner of operations) {
    if (inner.op !== 'map' || inner.container !== container || inner.region === container) continue;
    const { region } = inner;
    const creation = operations.find((operation) => operation.op === 'create' && operation.region === region);
    if (creation === undefined) continue;
    const kept = operations.flatMap((operation): Operation[] => {
      if (operation === inner || operation === creation) return [];
      // It must be there as early as the container was.
      if (operation.op === 'create' && operation.region === container) return [creation];
      return [renamed(operation, container, region)];
    });
    yield { ...header, operations: kept };
  }
}

/** What was mapped in the container is mapped where the container is (its first place, if it has several). */
function withoutContainer(scenario: Scenario, container: string): Scenario {
  const { operations } = scenario;
  const place = operations.find(
    (operation): operation is MapRegion => operation.op === 'map' && operation.region === container,
  );
  const outer = place?.container ?? 'memory';
  const base = place?.offset ?? 0n;
  const lifted = operations.map((operation) =>
    operation.op === 'map' && operation.container === container
      ? { ...operation, container: outer, offset: BigInt.asUintN(64, base + operation.offset) }
      : operation,
  );
  return { ...scenario, operations: lifted };
}
