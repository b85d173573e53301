/**
 * The same check, written as fast-check's documentation teaches model-based testing: a command for each kind of operation,
 * with an arbitrary for each field, `fc.commands` to make lists of them, `fc.modelRun` to run model and implementation.
 * The ranges are as small as someone who knows the domain would make them.
 */
import fc from 'fast-check';
import type { Dispatcher, Operation, Profile, Session } from '../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../properties/compare/compare.ts';

class OperationCommand implements fc.Command<Session, Session> {
  readonly operation: Operation;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  /** Every operation may come at any time: a breached precondition is an effect. */
  check(): boolean {
    return true;
  }

  run(model: Session, real: Session): void {
    const expected = model.apply(this.operation);
    if (differenceOf(expected, real.apply(this.operation)) >= 0) throw new Error('effects differ');
  }

  toString(): string {
    return this.operation.op;
  }
}

const id = fc.constantFrom('a', 'b', 'c', 'd');
const place = fc.bigInt(0n, 0x20n);
const size = fc.bigInt(0n, 0x20n);
const width = fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const);
const wordWidth = fc.constantFrom(0 as const, 1 as const, 2 as const, 4 as const, 8 as const);
const data = fc.bigInt(0n, 0xffn);
const notifier = fc.constantFrom('m', 'n', 'o');
const space = fc.constantFrom('memory' as const, 'memory' as const, 'io' as const);
const limit = fc.constantFrom(0 as const, 1 as const, 2 as const, 4 as const, 8 as const);
const limits = fc.record({ max: limit, unaligned: fc.boolean() }, { requiredKeys: [] });

const operations: readonly fc.Arbitrary<Operation>[] = [
  fc.record(
    {
      op: fc.constant('create' as const),
      region: id,
      kind: fc.constant('io' as const),
      size,
      endianness: fc.constantFrom('little' as const, 'big' as const, 'native' as const),
      valid: limits,
      impl: limits,
    },
    { requiredKeys: ['op', 'region', 'kind', 'size'] },
  ),
  fc.record({
    op: fc.constant('create' as const),
    region: id,
    kind: fc.constantFrom('ram' as const, 'container' as const),
    size,
  }),
  fc.record({
    op: fc.constant('create' as const),
    region: id,
    kind: fc.constant('alias' as const),
    size,
    target: id,
    targetOffset: place,
  }),
  fc.record({
    op: fc.constant('map' as const),
    region: id,
    container: fc.oneof(space, id),
    offset: place,
    priority: fc.integer({ min: -1, max: 1 }),
  }),
  fc.record({ op: fc.constantFrom('unmap' as const, 'enable' as const, 'disable' as const), region: id }),
  fc.record({ op: fc.constant('move' as const), region: id, offset: place }),
  fc.record({ op: fc.constant('resize' as const), region: id, size }),
  fc.record({ op: fc.constant('retarget' as const), region: id, targetOffset: place }),
  fc.record(
    {
      op: fc.constantFrom('add-eventfd' as const, 'del-eventfd' as const),
      region: id,
      offset: place,
      size: wordWidth,
      data,
      notifier,
    },
    { requiredKeys: ['op', 'region', 'offset', 'size', 'notifier'] },
  ),
  fc.record({ op: fc.constantFrom('begin' as const, 'commit' as const) }),
  fc.record({ op: fc.constant('write' as const), space, address: place, size: width, data }),
];

const commands = operations.map((one) => one.map((operation) => new OperationCommand(operation)));

/** What the plain way found: after how many scenarios, in which time, and how long its counterexample is. */
export type PlainResult = {
  readonly scenarios: number;
  readonly milliseconds: number;
  readonly operations: number;
};

/** Runs the plain check until it finds a difference, or gives up. */
export function findPlainly(
  model: Dispatcher,
  real: Dispatcher,
  profile: Profile,
  seed: number,
  most: number,
): PlainResult | undefined {
  const started = performance.now();
  let scenarios = 0;
  let foundAt: number | undefined;
  let milliseconds = 0;
  const property = fc.property(fc.commands([...commands], { size: '+1' }), (list) => {
    if (foundAt === undefined) scenarios++;
    try {
      fc.modelRun(() => ({ model: model.open({ profile }), real: real.open({ profile }) }), list);
    } catch (error) {
      if (foundAt === undefined) milliseconds = performance.now() - started;
      foundAt ??= scenarios;
      throw error;
    }
  });
  const details = fc.check(property, { seed, numRuns: most });
  if (foundAt === undefined) return undefined;
  const [counterexample] = details.counterexample ?? [];
  return { scenarios: foundAt, milliseconds, operations: [...(counterexample ?? [])].length };
}
