/** Where a bus scenario happens: a region in each space, and the few addresses, sizes, data and notifiers that it draws from. */
import type { AccessSize, EventfdSize, Space } from '../../../model/vocabulary/vocabulary.ts';
import type { Chooser } from '../chooser.ts';
import { oneIn, pick } from '../pools.ts';

/** A region of a space, with all the words and stores of the scenario in it. */
export type BusPlace = {
  readonly space: Space;
  readonly region: string;
  /** Where the region begins, and how long it is. */
  readonly offset: bigint;
  readonly size: bigint;
  /** Addresses of words, near each other. */
  readonly addresses: readonly bigint[];
  readonly wordSizes: readonly EventfdSize[];
  readonly storeSizes: readonly AccessSize[];
  readonly data: readonly bigint[];
  readonly notifiers: readonly string[];
};

/** Below 2^36, so that every guest can store there. Some have a page's edge among the next bytes, or 2^32. */
const memoryBases = [
  0x1000n,
  0x1000n,
  0x1ff8n,
  0x1ffcn,
  0x2ffan,
  0n,
  0xffff_fff8n,
  0x1_0000_0000n,
  0x7_ffff_fff0n,
  0xfebf_0ff0n,
] as const;
const portBases = [0x40n, 0n, 0x1000n, 0xcf8n, 0xfff0n, 0x1ff8n] as const;

/** From a base: adjacent words, words within words, and unaligned ones. */
const distances = [0n, 4n, 8n, 2n, 1n, 6n, 3n, 12n, 5n, 7n, 0x10n] as const;

const dataValues = [
  1n,
  0n,
  0xffn,
  0x0102n,
  0x0001_0001n,
  0xffff_ffffn,
  0x1_0000_0001n,
  0x0102_0304_0506_0708n,
  0x8000_0000_0000_0000n,
  0xffff_ffff_ffff_ffffn,
] as const;

const wordSizes = [4, 0, 2, 8, 1, 4] as const satisfies readonly EventfdSize[];
const memorySizes = [4, 8, 2, 1] as const satisfies readonly AccessSize[];
const portSizes = [4, 2, 1] as const satisfies readonly AccessSize[];
const notifiers = ['n0', 'n1', 'n2', 'n3'] as const;

const pageMask = 0xfffn;
const ends: Readonly<Record<Space, bigint>> = { memory: 1n << 64n, io: 1n << 16n };

export function drawPlace(chooser: Chooser, space: Space): BusPlace {
  const base = pick<bigint>(chooser, space === 'memory' ? memoryBases : portBases);
  const others = some(chooser, distances, 1 + chooser.below(5)).map((distance) => base + distance);
  const sizes: readonly AccessSize[] = space === 'memory' ? memorySizes : portSizes;
  return {
    space,
    region: space === 'memory' ? 'm' : 'p',
    ...drawExtent(chooser, space, base),
    addresses: [base, ...others.filter((address) => address < ends[space])],
    wordSizes: some(chooser, wordSizes, 1 + chooser.below(4)),
    storeSizes: some(chooser, sizes, 1 + chooser.below(3)),
    data: some(chooser, dataValues, 1 + chooser.below(3)),
    notifiers: notifiers.slice(0, 1 + chooser.below(notifiers.length)),
  };
}

/** Mostly the whole space, so that words can lie anywhere; else some pages; or so little that words stick out of it. */
function drawExtent(chooser: Chooser, space: Space, base: bigint) {
  if (!oneIn(chooser, 4)) return { offset: 0n, size: ends[space] };
  const offset = base & ~pageMask;
  return oneIn(chooser, 3) ? { offset, size: base - offset + 6n } : { offset, size: 0x3000n };
}

function some<T>(chooser: Chooser, list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, () => pick(chooser, list));
}
