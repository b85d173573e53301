import { describe, expect, it } from 'vitest';
import type { CreateIo, Effect, Scenario, Write } from '../../../model/vocabulary/vocabulary.ts';
import { accessesOf, matchesBytes, readingsOf, stretchEnd, unjoined, writtenBytes } from './accesses.ts';

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

describe("a CPU's store under TCG", () => {
  const tcg = { profile: 'tcg' } as const;
  const old = { profile: 'tcg-7.2' } as const;
  const piecesOf = (write: Write, scenario: Partial<Scenario>) =>
    readingsOf(reading(write, {}, scenario)).map(({ pieces }) =>
      pieces.map(({ size, isWhole }) => (isWhole ? `${size}` : `${size}?`)).join(),
    );

  it.each<[string, Write, string, string]>([
    ['aligned', { ...store, address: 0x1008n, size: 8 }, '8 8?', '8 8?'],
    ['unaligned', store, '2,2 2?,2?', '1,1,1,1 1?,1?,1?,1?'],
    ['odd', { ...store, address: 0x1001n }, '1,1,1,1 1?,1?,1?,1?', '1,1,1,1 1?,1?,1?,1?'],
    [
      'across a page',
      { ...store, address: 0xffen },
      '2,2 2?,2? 2,2? 2?,2',
      '1,1,1,1 1?,1?,1?,1? 1,1,1?,1? 1?,1?,1,1',
    ],
    ['to a port', { ...store, space: 'io' }, '4', '4'],
    [
      'but no store, by QEMU itself',
      { op: 'write', space: 'memory', address: 2n, bytes: '0102' },
      '2?',
      '2?',
    ],
  ])('%s is read as these pieces, uncut or in a subpage', (_, write, pieces, bytes) => {
    expect(piecesOf(write, tcg).join(' ')).toBe(pieces);
    expect(piecesOf(write, old).join(' ')).toBe(bytes);
  });

  it('of 3 bytes left at an even address is single bytes', () => {
    expect(piecesOf({ ...store, address: 0xfffn }, tcg)[0]).toBe('1,1,1,1');
    expect(piecesOf({ ...store, address: 0xffdn }, tcg)[0]).toBe('1,2,1');
  });

  it('may be one access that no region would cut so, or refused as a whole', () => {
    const aligned: Write = { ...store, address: 0x1008n, size: 8, data: 0x0807_0605_0403_0201n };
    const [whole, cut] = readingsOf(reading(aligned, {}, tcg));
    const calls = [call(8n, 4, 0x0403_0201n), call(12n, 4, 0x0807_0605n)];
    expect(sizesOf(calls, whole)).toEqual([[0, 8]]);
    expect(sizesOf(calls, cut)).toEqual([
      [0, 4],
      [4, 4],
    ]);
    const refusals: Effect[] = [
      { rejected: 'dev', offset: 8n, size: 8 },
      { rejected: 'ram', offset: 8n, size: 8 },
      { unassigned: 0x1008n, size: 8 },
    ];
    for (const refused of refusals) expect(sizesOf([refused], cut)).toEqual([[0, 8]]);
    expect(sizesOf([{ unassigned: 0x1008n, size: 8 }], reading(aligned))).toBeUndefined();
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
    [false, true, false],
    [true, false, true],
  ]);
});

it('data match all that is left of a CPU’s store, under tcg only', () => {
  const device: CreateIo = { op: 'create', region: 'dev', kind: 'io', size: 16n };
  const word = { op: 'add-eventfd', region: 'dev', offset: 0n, size: 1, notifier: 'n' } as const;
  const rest: Write = { op: 'write', space: 'memory', address: 1n, size: 2, data: 0x102n };
  const own: Write = { op: 'write', space: 'memory', address: 1n, bytes: '0201' };
  const matching = (['contract', 'tcg', 'tcg-7.2', 'kvm'] as const).map((profile) =>
    [rest, own].map((write) =>
      matchesBytes(reading(write, device, { profile }), device, { ...word, data: 0x102n }, 0, 1),
    ),
  );
  expect(matching).toEqual([
    [false, false],
    [true, false],
    [false, false],
    [false, false],
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
