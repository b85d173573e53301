/** How long one access is, and whether the region accepts it. */
import type { Region } from '../map/region.ts';
import type { AccessSize } from '../vocabulary/vocabulary.ts';

/** The default of `valid.max`, and the longest access to unassigned space, in bytes. */
const defaultMaximum = 4;

/**
 * Bytes that one access takes of `left`, at `offset` of the region or, where none answers, at that address: the least of
 * three bounds, rounded down to a power of two (`memory_access_size`; clauses S2, S4).
 */
export function accessSize(region: Region | undefined, offset: bigint, left: number): AccessSize {
  return powerOfTwoBelow(Math.min(left, maximumOf(region), alignmentOf(region, offset)));
}

/** The region's longest access in bytes: its `valid.max`, 4 by default and in unassigned space. */
export function maximumOf(region: Region | undefined): number {
  return region?.valid.max || defaultMaximum;
}

/** The alignment of an offset in bytes, where it bounds an access; else infinite. */
export function alignmentOf(region: Region | undefined, offset: bigint): number {
  if (offset === 0n || region?.impl.unaligned) return Number.POSITIVE_INFINITY;
  return Number(BigInt.asUintN(64, offset & -offset));
}

function powerOfTwoBelow(bound: number): AccessSize {
  return bound >= 8 ? 8 : bound >= 4 ? 4 : bound >= 2 ? 2 : 1;
}

/** Why a region rejects an access: the offset is not aligned to its size, or `valid.min` and `valid.max` exclude the size. */
export type Rejection = 'alignment' | 'size';

/**
 * Why the region does not accept an access; nothing if it does (`memory_region_access_valid`; clauses D6, S8).
 * `valid.min` without `valid.max` is ignored.
 */
export function rejection(region: Region, offset: bigint, size: AccessSize): Rejection | undefined {
  const { min, max, unaligned } = region.valid;
  if (!unaligned && offset % BigInt(size) !== 0n) return 'alignment';
  return max === 0 || (min <= size && size <= max) ? undefined : 'size';
}
