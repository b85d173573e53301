/** How a region accepts and performs accesses (`MemoryRegionOps`), packed into one integer for the dispatch path. */

import type { AccessLimits, ByteOrder, Endianness } from '../../../model/vocabulary/vocabulary.ts';
import { swapHalf } from './wide.ts';

/** `memory_region_init_io`'s options. Byte order `native` is the target's; sizes in bytes, 0 or left out = default. */
export type IoOptions = {
  readonly endianness?: Endianness;
  readonly valid?: AccessLimits;
  readonly impl?: AccessLimits;
};

/** Bits 0-3: the greatest access that a write is cut into. */
export const accessMaxMask = 15;
export const implUnalignedBit = 1 << 4;
export const validUnalignedBit = 1 << 5;
/** Narrower accesses are rejected; 0 where `valid.max` was left out, for then QEMU ignores `valid.min`. */
export const validMinShift = 6;
export const implMinShift = 10;
export const implMaxShift = 14;
export const bigEndianBit = 1 << 18;
/** The device's byte order is not the target's. */
export const swappedBit = 1 << 19;
export const ramBit = 1 << 20;
/** Wider accesses are rejected: `valid.max`, or 8 where it was left out, for then QEMU accepts every size. */
export const validMaxShift = 21;
/** From here: which kinds of registrations the region has (`IoeventfdStore.probes`). */
export const probesShift = 25;
export const anySizeProbe = 1 << probesShift;
export const anyDataProbe = 2 << probesShift;
export const matchDataProbe = 4 << probesShift;
export const allProbes = 7 << probesShift;

export function ioTraits(options: IoOptions, target: ByteOrder): number {
  const { endianness = 'native', valid = {}, impl = {} } = options;
  const order = endianness === 'native' ? target : endianness;
  return (
    (valid.max || 4) |
    (impl.unaligned ? implUnalignedBit : 0) |
    (valid.unaligned ? validUnalignedBit : 0) |
    ((valid.max ? (valid.min ?? 0) : 0) << validMinShift) |
    ((valid.max || 8) << validMaxShift) |
    ((impl.min || 1) << implMinShift) |
    ((impl.max || 4) << implMaxShift) |
    (order === 'big' ? bigEndianBit : 0) |
    (order === target ? 0 : swappedBit)
  );
}

/**
 * How many of `left` bytes a write's next access takes at an offset (QEMU: `memory_access_size`): bounded by
 * `valid.max` and by the offset's alignment, and a power of two.
 */
export function accessLength(traits: number, offsetLow: number, left: number): number {
  let length = traits & accessMaxMask;
  const misalignment = offsetLow & 7;
  if ((traits & implUnalignedBit) === 0 && misalignment !== 0) {
    const alignment = misalignment & -misalignment;
    if (alignment < length) length = alignment;
  }
  // All bounds are powers of two, so halving ends at the greatest power of two that fits.
  while (length > left) length >>= 1;
  return length;
}

/** Whether a region takes an access of this size at this offset (QEMU: `memory_region_access_valid`). */
export function isAccepted(traits: number, offsetLow: number, size: number): boolean {
  if ((traits & validUnalignedBit) === 0 && (offsetLow & (size - 1)) !== 0) return false;
  return size >= ((traits >> validMinShift) & 15) && size <= ((traits >> validMaxShift) & 15);
}

/** High half of a value of `size` bytes with its bytes in reverse order; what is wider than `size` is lost. */
export function swappedHigh(size: number, low: number): number {
  return size === 8 ? swapHalf(low) : 0;
}

/** Low half of a value of `size` (2, 4 or 8) bytes with its bytes in reverse order. */
export function swappedLow(size: number, high: number, low: number): number {
  if (size === 8) return swapHalf(high);
  return size === 4 ? swapHalf(low) : swapHalf(low) >>> 16;
}
