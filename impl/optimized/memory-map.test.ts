import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Effect,
  EventfdSize,
  Operation,
  Profile,
  ScenarioHeader,
} from '../../model/vocabulary/vocabulary.ts';
import { OptimizedSession } from './session.ts';

const regions = ['a', 'b', 'c', 'd', 'e'];
const region = fc.constantFrom(...regions, 'memory', 'io');
const place = fc.oneof(
  fc.bigInt(0n, 12n),
  fc.constantFrom(0n, 0xffcn, 2n ** 32n - 4n, 2n ** 64n - 8n, 2n ** 64n - 1n),
);
const size = fc.oneof(fc.bigInt(0n, 24n), fc.constantFrom(2n ** 16n, 2n ** 64n));
const notifier = fc.constantFrom('m', 'n');
const ioeventfd = {
  region,
  offset: fc.bigInt(0n, 12n),
  size: fc.constantFrom<EventfdSize>(0, 1, 2, 4, 8),
  data: fc.nat(2).map((data) => (data === 2 ? undefined : BigInt(data))),
  notifier,
};
const limits = fc.record({ max: fc.constantFrom<EventfdSize>(0, 2, 8), unaligned: fc.boolean() });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    op: fc.constant('create' as const),
    region: fc.constantFrom(...regions),
    kind: fc.constant('io' as const),
    size,
    endianness: fc.constantFrom('little' as const, 'big' as const),
    valid: limits,
    impl: limits,
  }),
  fc.record({
    op: fc.constant('create' as const),
    region: fc.constantFrom(...regions),
    kind: fc.constantFrom('ram' as const, 'container' as const),
    size,
  }),
  fc.record({
    op: fc.constant('create' as const),
    region: fc.constantFrom(...regions),
    kind: fc.constant('alias' as const),
    size,
    target: region,
    targetOffset: fc.bigInt(0n, 4n),
  }),
  fc.record({
    op: fc.constant('map' as const),
    region,
    container: region,
    offset: place,
    priority: fc.nat(1),
  }),
  fc.record({ op: fc.constantFrom('unmap' as const, 'enable' as const, 'disable' as const), region }),
  fc.record({ op: fc.constant('move' as const), region, offset: place }),
  fc.record({ op: fc.constant('resize' as const), region, size }),
  fc.record({ op: fc.constant('retarget' as const), region, targetOffset: fc.bigInt(0n, 4n) }),
  fc
    .record({ op: fc.constantFrom('add-eventfd' as const, 'del-eventfd' as const), ...ioeventfd })
    .map(withoutNoData),
  fc.record({ op: fc.constant('add-eventfd' as const), ...ioeventfd }).map(withoutNoData),
  fc.record({ op: fc.constantFrom('begin' as const, 'commit' as const) }),
  fc.record({
    op: fc.constant('write' as const),
    space: fc.constantFrom('memory' as const, 'io' as const),
    address: place,
    size: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
    data: fc.bigInt(0n, 1n),
  }),
);

function withoutNoData<T extends { data: bigint | undefined }>({ data, ...rest }: T) {
  return data === undefined ? rest : { ...rest, data };
}

const header: fc.Arbitrary<ScenarioHeader> = fc.record({
  profile: fc.constantFrom<Profile>('contract', 'tcg', 'tcg-7.2', 'kvm'),
  target: fc.constantFrom('little' as const, 'big' as const),
  host: fc.record({ limit: fc.nat(6), refuse: fc.array(fc.nat(5), { maxLength: 2 }) }),
});
const scenario = fc.array(operation, { minLength: 1, maxLength: 60, size: 'max' });
const runs = { numRuns: 600 };

describe('the memory map', () => {
  it('renders by windows what it would render as a whole, and keeps every invariant, after each operation', () => {
    fc.assert(
      fc.property(header, scenario, (header, operations) => {
        const session = new OptimizedSession(header);
        for (const operation of operations) {
          session.apply(operation);
          session.validate();
        }
      }),
      runs,
    );
  });

  it('has told the host, at any time, exactly what the host took', () => {
    fc.assert(
      fc.property(header, scenario, (header, operations) => {
        const session = new OptimizedSession(header);
        const held = new Map<string, number>();
        for (const effect of operations.flatMap((operation) => [...session.apply(operation)]))
          count(held, effect);
        for (const times of held.values()) expect(times).toBeGreaterThanOrEqual(0);
      }),
      runs,
    );
  });

  it('has a fingerprint that a failing operation and an empty transaction leave alone', () => {
    fc.assert(
      fc.property(header, scenario, (header, operations) => {
        const session = new OptimizedSession(header);
        for (const operation of operations) {
          const before = session.fingerprint();
          const [effect] = session.apply(operation);
          // Naming a notifier counts, even where the call fails.
          if (effect !== undefined && 'error' in effect && !('notifier' in operation)) {
            expect(session.fingerprint()).toBe(before);
          }
          const after = session.fingerprint();
          session.apply({ op: 'begin' });
          expect(session.fingerprint()).not.toBe(after);
          session.apply({ op: 'commit' });
          expect(session.fingerprint()).toBe(after);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function count(held: Map<string, number>, effect: Effect): void {
  const change = 'hostAdd' in effect ? 1 : 'hostDel' in effect ? -1 : 0;
  if (change === 0) return;
  const registration =
    'hostAdd' in effect ? effect.hostAdd : 'hostDel' in effect ? effect.hostDel : undefined;
  const key = JSON.stringify(registration, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  held.set(key, (held.get(key) ?? 0) + change);
}
