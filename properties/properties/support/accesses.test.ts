import { describe, expect, it } from 'vitest';
import type { CreateIo, Effect, Scenario, Write } from '../../../model/vocabulary/vocabulary.ts';
import { accessesOf, matchesBytes, stretchEnd, unjoined, writtenBytes } from './accesses.ts';

const store: Write = { op: 'write', space: 'memory', address: 0x1002n, size: 4, data: 0x0403_0201n };

function reading(write: Write, device: Partial<CreateIo> = {}, scenario: Partial<Scenario> = {}) {
  const dev: CreateIo = { op: 'create', region: 'dev', kind: 'io', size: 16n, ...device };
  return writtenBytes(write, { operations: [], ...scenario }, new Map([['dev', dev]]));
}

/** Position and size of each access, or undefined where the effects do not cover the bytes. */
function sizesOf(effects: readonly Effect[], written = reading(store)) {
  return accessesOf(written, effects)?.map(({ position, size }) => [position, size]);
}

const call = (offset: bigint, size: 1 | 2 | 4 | 8, value: bigint): Effect => ({
  callback: 'dev',
  offset,
  size,
  value,
});

describe('the accesses of a write', () => {
  it('are cut to the alignment of the offset in the region, not of the address', () => {
    expect(sizesOf([call(0n, 4, 0x0403_0201n)])).toEqual([[0, 4]]);
    expect(sizesOf([call(2n, 2, 0x201n), call(4n, 2, 0x403n)])).toEqual([
      [0, 2],
      [2, 2],
    ]);
    expect(sizesOf([call(2n, 4, 0x0403_0201n)])).toBeUndefined();
  });

  it('are one where the callback is called several times for it, or with more bytes', () => {
    const narrow = reading(store, { impl: { max: 1 } });
    const calls = [1n, 2n, 3n, 4n].map((value, i) => call(BigInt(i), 1, value));
    expect(sizesOf(calls, narrow)).toEqual([[0, 4]]);
    const wide = reading({ ...store, size: 2 }, { impl: { min: 4 } });
    expect(sizesOf([call(0n, 4, 0x201n)], wide)).toEqual([[0, 2]]);
    const wideBig = reading({ ...store, size: 2 }, { impl: { min: 4 }, endianness: 'big' });
    expect(sizesOf([call(0n, 4, 0x0102_0000n)], wideBig)).toEqual([[0, 2]]);
  });

  it('do not cover a write when a byte is missing, twice or wrong', () => {
    expect(sizesOf([{ ram: 'ram', offset: 0n, bytes: '01020304' }])).toEqual([[0, 4]]);
    expect(sizesOf([{ ram: 'ram', offset: 0n, bytes: '010203' }])).toBeUndefined();
    expect(sizesOf([{ ram: 'ram', offset: 0n, bytes: '0102030405' }])).toBeUndefined();
    expect(sizesOf([{ ram: 'ram', offset: 0n, bytes: '01020305' }])).toBeUndefined();
  });

  it('are unassigned at the running address only', () => {
    const pieces = (second: bigint): Effect[] => [
      { unassigned: 0x1002n, size: 2 },
      { unassigned: second, size: 2 },
    ];
    expect(sizesOf(pieces(0x1004n))).toHaveLength(2);
    expect(sizesOf(pieces(0x1006n))).toBeUndefined();
  });
});

it('a store under kvm is cut at the page, a write by QEMU is not', () => {
  const across: Write = { ...store, address: 0xffen };
  const kvm = { profile: 'kvm' } as const;
  expect([0, 1, 2, 3].map((at) => stretchEnd(reading(across, {}, kvm), at))).toEqual([2, 2, 4, 4]);
  expect(stretchEnd(reading(across), 0)).toBe(4);
  expect(
    stretchEnd(reading({ op: 'write', space: 'memory', address: 0xffen, bytes: '01020304' }, {}, kvm), 0),
  ).toBe(4);
});

it('data match in the device’s byte order, under tcg in the target’s', () => {
  const word = { op: 'add-eventfd', region: 'dev', offset: 0n, size: 4, notifier: 'n' } as const;
  const device: CreateIo = { op: 'create', region: 'dev', kind: 'io', size: 16n, endianness: 'big' };
  const matching = (['contract', 'tcg', 'tcg-7.2', 'kvm'] as const).map((profile) =>
    [0x0102_0304n, 0x0403_0201n, 0x1_0102_0304n].map((data) =>
      matchesBytes(reading(store, device, { profile }), device, { ...word, data }, 0, 4),
    ),
  );
  expect(matching).toEqual([
    [true, false, false],
    [false, true, false],
    [true, false, true],
  ]);
});

it('stored bytes can be taken one by one', () => {
  const single = unjoined([{ ram: 'ram', offset: 4n, bytes: '0a0b' }, { signal: 'n' }]);
  expect(single).toEqual([
    { effect: { ram: 'ram', offset: 4n, bytes: '0a' }, index: 0 },
    { effect: { ram: 'ram', offset: 5n, bytes: '0b' }, index: 0 },
    { effect: { signal: 'n' }, index: 1 },
  ]);
});
