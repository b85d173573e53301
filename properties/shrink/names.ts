/** Fewer regions and notifiers: one takes the place of another. */
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';

export function* fewerNames(scenario: Scenario): IterableIterator<Scenario> {
  yield* fewerRegions(scenario);
  yield* fewerNotifiers(scenario);
  yield countedFromZero(scenario);
}

/** Of hundreds of names, each takes the place of one of so many before it. */
const mostBefore = 12;

/** One region for two: what is said of the later one is said of the earlier one, and it is not created. */
function* fewerRegions(scenario: Scenario): IterableIterator<Scenario> {
  const created = scenario.operations.flatMap((operation) =>
    operation.op === 'create' ? [operation.region] : [],
  );
  for (const [index, later] of created.entries()) {
    for (const earlier of created.slice(Math.max(0, index - mostBefore), index)) {
      if (earlier === later) continue;
      const kept = scenario.operations.filter(
        ({ op, ...rest }) => !(op === 'create' && 'region' in rest && rest.region === later),
      );
      yield { ...scenario, operations: kept.map((operation) => renamed(operation, later, earlier)) };
    }
  }
}

/** The operation with one region's id for another's. */
export function renamed(operation: Operation, from: string, to: string): Operation {
  const name = (id: string) => (id === from ? to : id);
  switch (operation.op) {
    case 'create':
      return operation.kind === 'alias'
        ? { ...operation, region: name(operation.region), target: name(operation.target) }
        : { ...operation, region: name(operation.region) };
    case 'map':
      return { ...operation, region: name(operation.region), container: name(operation.container) };
    case 'begin':
    case 'commit':
    case 'write':
      return operation;
    default:
      return { ...operation, region: name(operation.region) };
  }
}

function* fewerNotifiers(scenario: Scenario): IterableIterator<Scenario> {
  const names = [...new Set(notifiersOf(scenario))];
  for (const [index, later] of names.entries()) {
    for (const earlier of names.slice(Math.max(0, index - mostBefore), index)) {
      const operations = scenario.operations.map((operation) =>
        'notifier' in operation && operation.notifier === later
          ? { ...operation, notifier: earlier }
          : operation,
      );
      yield { ...scenario, operations };
    }
  }
}

/** Regions and notifiers are numbered in the order in which they are first named. */
function countedFromZero(scenario: Scenario): Scenario {
  const regions = new Set(
    scenario.operations.flatMap((operation) => (operation.op === 'create' ? [operation.region] : [])),
  );
  // In two steps, with names in between that nothing has: no two regions share a name at any time.
  const apart = (id: string) => `${id}.`;
  const numbered = [...regions].map((id, index) => [id, `${id.replace(/\d+$/, '')}${index}`] as const);
  let { operations } = scenario;
  for (const [id] of numbered) operations = operations.map((operation) => renamed(operation, id, apart(id)));
  for (const [id, name] of numbered)
    operations = operations.map((operation) => renamed(operation, apart(id), name));
  const notifiers = [...new Set(notifiersOf(scenario))];
  return {
    ...scenario,
    operations: operations.map((operation) =>
      'notifier' in operation
        ? { ...operation, notifier: `n${notifiers.indexOf(operation.notifier)}` }
        : operation,
    ),
  };
}

function notifiersOf({ operations }: Scenario): string[] {
  return operations.flatMap((operation) => ('notifier' in operation ? [operation.notifier] : []));
}
