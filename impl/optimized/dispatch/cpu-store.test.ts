import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type {
  AccessLimits,
  Effect,
  EventfdSize,
  Operation,
  Space,
} from '../../../model/vocabulary/vocabulary.ts';
import { OptimizedSession } from '../session.ts';

type CpuStore = Decisions['cpuStore'];
const [older, newer, plain] = ['bytes-if-unaligned', 'aligned-pieces', 'address-space-write'] as const;

/** A device of this size at an address of `memory` or `io`. */
function device(
  size: bigint,
  address: bigint,
  valid: AccessLimits = {},
  space: Space = 'memory',
): Operation[] {
  return [
    { op: 'create', region: 'd', kind: 'io', size, valid, impl: { max: 8 } },
    { op: 'map', region: 'd', container: space, offset: address },
  ];
}

/** What a store did, a word for each effect: the kind and the size. */
function effectsOf(
  cpuStore: CpuStore,
  map: readonly Operation[],
  address: bigint,
  size: 1 | 2 | 4 | 8,
  space: Space = 'memory',
): string[] {
  const session = new OptimizedSession({ profile: 'tcg', decisions: { cpuStore } });
  for (const operation of map) session.apply(operation);
  return session.apply({ op: 'write', space, address, size, data: 0x0102030405060708n }).map(word);
}

function word(effect: Effect): string {
  if ('callback' in effect) return `called ${effect.size}`;
  if ('unassigned' in effect) return `unassigned ${effect.size}`;
  if ('rejected' in effect) return `rejected ${effect.size}`;
  if ('signal' in effect) return 'signal';
  return 'ram' in effect ? `ram ${effect.bytes.length / 2}` : JSON.stringify(effect);
}

const times = (count: number, text: string) => Array.from({ length: count }, () => text);

describe('a store by a CPU under TCG', () => {
  const megabyte = 1n << 20n;
  const wide = { min: 4, max: 8 } as const;
  // As seen with a virtual CPU on QEMU 7.2, 10.0 and 11.1, and through qtest.
  it.each<[string, Operation[], bigint, 2 | 4 | 8, string[], string[], string[]]>([
    [
      'of 8 aligned bytes to a page of a region that takes 4',
      device(megabyte, megabyte, { min: 1, max: 4 }),
      megabyte,
      8,
      ['rejected 8'],
      ['rejected 8'],
      times(2, 'called 4'),
    ],
    [
      'of 4 bytes at 2 of such a page',
      device(megabyte, megabyte, { min: 1, max: 4 }),
      megabyte + 2n,
      4,
      times(4, 'called 1'),
      times(2, 'called 2'),
      times(2, 'called 2'),
    ],
    [
      'of 8 bytes at 4 of a page of a region that takes 4 and 8',
      device(megabyte, megabyte, wide),
      megabyte + 0x804n,
      8,
      times(8, 'rejected 1'),
      times(2, 'called 4'),
      times(2, 'called 4'),
    ],
    [
      'of 8 aligned bytes to it',
      device(megabyte, megabyte, wide),
      megabyte + 8n,
      8,
      ['called 8'],
      ['called 8'],
      ['called 8'],
    ],
    [
      'of 8 bytes across its pages',
      device(megabyte, megabyte, wide),
      megabyte + 0xffcn,
      8,
      times(8, 'rejected 1'),
      times(2, 'called 4'),
      times(2, 'called 4'),
    ],
    [
      'of 4 bytes across its pages',
      device(megabyte, megabyte, wide),
      megabyte + 0xffen,
      4,
      times(4, 'rejected 1'),
      times(2, 'rejected 2'),
      times(2, 'rejected 2'),
    ],
    [
      'of 8 aligned bytes to nothing',
      [],
      0x1000n,
      8,
      ['unassigned 8'],
      ['unassigned 8'],
      times(2, 'unassigned 4'),
    ],
    [
      'of 4 bytes at 1 of nothing',
      [],
      0x1001n,
      4,
      times(4, 'unassigned 1'),
      times(4, 'unassigned 1'),
      ['unassigned 1', 'unassigned 2', 'unassigned 1'],
    ],
    [
      'of 4 bytes at 10 of a region of 256 bytes, in a page that it shares with nothing',
      device(0x100n, 0x1000n),
      0x100an,
      4,
      times(4, 'called 1'),
      times(2, 'called 2'),
      times(2, 'called 2'),
    ],
    [
      'of 4 bytes at 13 of it',
      device(0x100n, 0x1000n),
      0x100dn,
      4,
      times(4, 'called 1'),
      times(4, 'called 1'),
      ['called 1', 'called 2', 'called 1'],
    ],
    [
      'of 8 bytes that a region of 2 answers first',
      device(2n, 0x1010n),
      0x1010n,
      8,
      ['rejected 8'],
      ['rejected 8'],
      ['called 4', 'unassigned 4'],
    ],
    [
      'of 4 bytes that it answers first',
      device(2n, 0x1010n),
      0x1010n,
      4,
      ['called 4'],
      ['called 4'],
      ['called 4'],
    ],
    [
      'of 4 bytes from 2 before it',
      device(2n, 0x1010n),
      0x100en,
      4,
      ['unassigned 1', 'unassigned 1', 'called 1', 'called 1'],
      ['unassigned 2', 'called 2'],
      ['unassigned 2', 'called 2'],
    ],
    [
      'of 8 bytes from 4 before a page of a region',
      device(megabyte, megabyte, wide),
      megabyte - 4n,
      8,
      [...times(4, 'unassigned 1'), ...times(4, 'rejected 1')],
      ['unassigned 4', 'called 4'],
      ['unassigned 4', 'called 4'],
    ],
  ])('%s', (_, map, address, size, byOlder, byNewer, byQemu) => {
    expect(effectsOf(older, map, address, size)).toEqual(byOlder);
    expect(effectsOf(newer, map, address, size)).toEqual(byNewer);
    expect(effectsOf(plain, map, address, size)).toEqual(byQemu);
  });

  it('to a port is one access, whatever its alignment and the region accept', () => {
    const ports = device(8n, 0x100n, { min: 1, max: 2 }, 'io');
    for (const cpuStore of [older, newer]) {
      expect(effectsOf(cpuStore, ports, 0x101n, 2, 'io')).toEqual(['rejected 2']);
      expect(effectsOf(cpuStore, ports, 0x104n, 4, 'io')).toEqual(['rejected 4']);
      expect(effectsOf(cpuStore, ports, 0x106n, 2, 'io')).toEqual(['called 2']);
      expect(effectsOf(cpuStore, ports, 0x200n, 4, 'io')).toEqual(['unassigned 4']);
    }
    expect(effectsOf(plain, ports, 0x104n, 4, 'io')).toEqual(times(2, 'called 2'));
  });

  it('matches a word of 8 bytes of a region with default limits, where the region fills the page', () => {
    const word: Operation = { op: 'add-eventfd', region: 'd', offset: 8n, size: 8, notifier: 'n' };
    for (const cpuStore of [older, newer]) {
      expect(effectsOf(cpuStore, [...device(0x1000n, 0x1000n), word], 0x1008n, 8)).toEqual(['signal']);
      expect(effectsOf(cpuStore, [...device(0xfffn, 0x1000n), word], 0x1008n, 8)).toEqual(
        times(2, 'called 4'),
      );
    }
  });

  const limit = fc.constantFrom<EventfdSize>(0, 1, 2, 4, 8);
  const limits = fc
    .record({ min: limit, max: limit, unaligned: fc.boolean() })
    .filter(({ min, max }) => max === 0 || min <= max);
  const edge = fc.constantFrom(0n, 0x1000n, 0x2000n, 2n ** 32n, 2n ** 64n - 0x1000n);
  const near = fc
    .tuple(edge, fc.integer({ min: -9, max: 9 }))
    .map(([at, by]) => BigInt.asUintN(64, at + BigInt(by)));
  const layer = fc.record({
    kind: fc.constantFrom('io', 'io', 'ram'),
    size: fc.constantFrom(1n, 2n, 6n, 8n, 0x800n, 0xff8n, 0x1000n, 0x1004n, 0x2000n, 0x3001n),
    address: fc.oneof(near, edge),
    endianness: fc.constantFrom('little' as const, 'big' as const),
    valid: limits,
    impl: limits,
    word: fc.record({ offset: fc.nat(9), size: limit, data: fc.option(fc.nat(2), { nil: undefined }) }),
  });
  const store = fc.record({
    space: fc.constantFrom('memory', 'memory', 'memory', 'io') as fc.Arbitrary<Space>,
    address: near,
    size: fc.constantFrom(1, 2, 4, 8) as fc.Arbitrary<1 | 2 | 4 | 8>,
    data: fc.constantFrom(0n, 1n, 2n, 0x0102030405060708n),
  });

  it('does what it does in the model, near the edges of pages', () => {
    const world = fc.record({
      cpuStore: fc.constantFrom<CpuStore>(older, newer),
      target: fc.constantFrom('little' as const, 'big' as const),
      match: fc.constantFrom('region', 'region', 'host', 'bus') as fc.Arbitrary<Decisions['match']>,
    });
    fc.assert(
      fc.property(
        world,
        fc.array(layer, { maxLength: 4 }),
        fc.array(store, { maxLength: 12 }),
        (world, layers, stores) => {
          const { cpuStore, target, match } = world;
          const header = { profile: 'tcg', target, decisions: { cpuStore, match } } as const;
          const operations: Operation[] = [];
          layers.forEach(({ kind, size, address, endianness, valid, impl, word }, i) => {
            const region = `r${i}`;
            if (kind === 'ram') operations.push({ op: 'create', region, kind, size });
            else operations.push({ op: 'create', region, kind: 'io', size, endianness, valid, impl });
            operations.push({
              op: 'map',
              region,
              container: address < 0x3000n ? 'io' : 'memory',
              offset: address,
            });
            operations.push({ op: 'create', region: `a${i}`, kind: 'alias', size, target: region });
            operations.push({
              op: 'map',
              region: `a${i}`,
              container: 'memory',
              offset: address,
              priority: 1,
            });
            const { offset, size: wordSize, data } = word;
            const eventfd = {
              op: 'add-eventfd',
              region,
              offset: BigInt(offset),
              size: wordSize,
              notifier: region,
            } as const;
            if (wordSize === 0 || data === undefined) operations.push(eventfd);
            else operations.push({ ...eventfd, data: BigInt(data) });
          });
          operations.push(...stores.map((one) => ({ op: 'write', ...one }) as const));
          const model = modelDispatcher.open(header);
          const session = new OptimizedSession(header);
          for (const operation of operations)
            deepStrictEqual(session.apply(operation), model.apply(operation));
          session.validate();
        },
      ),
      { numRuns: 800 },
    );
  });
});
