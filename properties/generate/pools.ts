/**
 * The small pools that one scenario draws from. Where values are few, they meet: with 64-bit values drawn uniformly, not
 * one scenario in 10,000 fires an eventfd. Each scenario has its own pools, so that rare values meet too.
 */
import type { AccessSize, EventfdSize } from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from './chooser.ts';

/** Absolute addresses that scenarios are built around: low ones, a page's edge, and 2^32, 2^53 and 2^64. */
const memoryPlaces = [
  0x1000n,
  0x1000n,
  0n,
  0xff8n,
  0xffff_fff8n,
  0x1f_ffff_ffff_fff8n,
  0xffff_ffff_ffff_fff0n,
  0xffff_ffff_ffff_f000n,
] as const;

/** The same for ports. */
const ioPlaces = [0x40n, 0n, 0xfff8n] as const;

/** Offsets in a region or a container. Some are odd, and some put a word across an edge. */
const offsets = [0n, 4n, 8n, 2n, 0xcn, 1n, 0x10n, 6n, 3n, 0xen, 0x1000n] as const;

/** Sizes of regions: first those that hold a few words, then any. 0 is legal; 0x11 and 0x6 cut words; pages matter to KVM's RAM. */
const roomySizes = [0x10n, 0x20n, 0x1000n, 0x2000n] as const;
const regionSizes = [0x10n, 0x10n, 8n, 4n, 0x1000n, 1n, 0x11n, 6n, 0n, 1n << 64n] as const;

/** Match data and stored values: small ones, ones with distinct bytes, and the edges of 16, 32, 53 and 64 bits. */
const dataValues = [
  0x7n,
  0n,
  0x102n,
  0x0102_0304n,
  0xfan,
  0x0102_0304_0506_0708n,
  0x1_0007n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x20_0000_0000_0001n,
  0x8000_0000n,
  0xffff_ffff_ffff_ffffn,
] as const;

/** The same three for a scenario in which halves matter: 2^32 lies inside regions, and values differ in one half only. */
const wideMemoryPlaces = [
  0n,
  0xffff_fff8n,
  0xffff_fffcn,
  0x1_0000_0000n,
  0xffff_f000n,
  0x1_0000_1000n,
  0xffff_ffff_0000_0000n,
  0x7fff_ffff_ffff_fff8n,
] as const;
const wideOffsets = [
  0xffff_fffcn,
  0x1_0000_0000n,
  0x1_0000_0004n,
  0xffff_fff8n,
  0xffff_ffffn,
  0xffff_fffen,
  0x1_0000_0001n,
  0x7fff_fffcn,
  0x8000_0000n,
  0n,
  4n,
  0x4_0000_0000n,
  0x8000_0000_0000_0000n,
] as const;
const wideSizes = [
  1n << 33n,
  (1n << 32n) + 0x10n,
  1n << 32n,
  1n << 63n,
  1n << 64n,
  (1n << 32n) - 4n,
] as const;
/** Small ones among them: a window of a page or less on offsets beyond 2^32 is what caches and fast paths are made for. */
const windowSizes = [0x1000n, 0x10n, 0x2000n] as const;
/** Bits in which two data of a wide scenario differ: one in each half, and the sign bits. */
const tellingBits = [32n, 63n, 31n, 0n, 33n] as const;

/** From a word to an address near it; in a wide scenario, mostly one of which only the upper half differs. */
const nearby = [1n, -1n, 2n, -2n, 4n, -4n, 8n, 1n << 32n] as const;
const wideNearby = [1n << 32n, -(1n << 32n), 1n << 32n, -(1n << 32n), 4n, -4n, 8n, 1n << 31n] as const;

const eventfdSizes = [4, 2, 1, 8, 0] as const satisfies readonly EventfdSize[];
const accessSizes = [4, 2, 1, 8] as const satisfies readonly AccessSize[];
const priorities = [0, 0, 1, -1, 2 ** 31 - 1, -(2 ** 31)] as const;
const notifiers = ['n0', 'n1', 'n2', 'n3'] as const;

export type Pools = {
  readonly memoryPlaces: readonly bigint[];
  readonly ioPlaces: readonly bigint[];
  readonly offsets: readonly bigint[];
  readonly regionSizes: readonly bigint[];
  readonly data: readonly bigint[];
  /** Distances from a word to what is near it, modulo 2^64. */
  readonly nearby: readonly bigint[];
  readonly eventfdSizes: readonly EventfdSize[];
  readonly accessSizes: readonly AccessSize[];
  readonly priorities: readonly number[];
  readonly notifiers: readonly string[];
  /** One mapping in this many goes to the space of ports. */
  readonly portsIn: number;
  /** Of writes, those that are made again: one in so many. */
  readonly repeatsIn: number;
};

/** One of a list, which is not empty. */
export function pick<T>(chooser: Chooser, list: readonly T[]): T {
  // The index is below the length.
  return list[chooser.below(list.length)] as T;
}

/** True once in `times`. */
export function oneIn(chooser: Chooser, times: number): boolean {
  return chooser.below(times) === 0;
}

/** `count` draws of a list, which may repeat. */
function some<T>(chooser: Chooser, list: readonly T[], count: number): T[] {
  const drawn: T[] = [];
  for (let i = 0; i < count; i++) drawn.push(pick(chooser, list));
  return drawn;
}

/** One scenario in so many has 2^32 inside its regions. */
const wideIn = 8;

export function drawPools(chooser: Chooser): Pools {
  const isWide = oneIn(chooser, wideIn);
  return {
    memoryPlaces: some(chooser, isWide ? wideMemoryPlaces : memoryPlaces, 1 + chooser.below(2)),
    ioPlaces: some(chooser, ioPlaces, 1),
    offsets: some(chooser, isWide ? wideOffsets : offsets, 2 + chooser.below(3)),
    regionSizes: isWide
      ? [1n << 33n, pick(chooser, windowSizes), ...some(chooser, wideSizes, 1 + chooser.below(2))]
      : [pick(chooser, roomySizes), ...some(chooser, regionSizes, 1 + chooser.below(2))],
    data: isWide ? twins(chooser) : some(chooser, dataValues, 1 + chooser.below(3)),
    nearby: isWide ? wideNearby : nearby,
    eventfdSizes: some(chooser, eventfdSizes, 1 + chooser.below(3)),
    accessSizes: some(chooser, accessSizes, 1 + chooser.below(3)),
    priorities: some(chooser, priorities, 1 + chooser.below(3)),
    notifiers: notifiers.slice(0, 1 + chooser.below(notifiers.length)),
    portsIn: oneIn(chooser, 8) ? 2 : 9,
    repeatsIn: oneIn(chooser, 4) ? 2 : 8,
  };
}

/** A value, and one that differs from it in a bit; or one whose halves are swapped. */
function twins(chooser: Chooser): bigint[] {
  const value = pick(chooser, dataValues);
  const other = oneIn(chooser, 4)
    ? BigInt.asUintN(64, (value << 32n) | (value >> 32n))
    : value ^ (1n << pick(chooser, tellingBits));
  return [value, other];
}
