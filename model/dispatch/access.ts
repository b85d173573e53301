/** From a write to a region's callback: how long one access is, whether it is accepted, what the callback gets. */
import type { Region } from '../map/region.ts';
import { byteOrderOf } from '../map/region.ts';
import type { AccessSize, ByteOrder, CallbackEffect } from '../vocabulary/vocabulary.ts';

/** The default of `valid.max` and `impl.max`, and the longest access to unassigned space, in bytes. */
const defaultMaximum = 4;

const noLimits = { min: 0, max: 0, unaligned: false };

/**
 * Bytes that one access takes of `left`, at `offset` of the region or, where none answers, at that address
 * (`memory_access_size`; clauses S2, S4).
 */
export function accessSize(region: Region | undefined, offset: bigint, left: number): AccessSize {
  const { valid, impl } = region ?? { valid: noLimits, impl: noLimits };
  let bound = Math.min(left, valid.max || defaultMaximum);
  if (!impl.unaligned && offset !== 0n) bound = Math.min(bound, Number(BigInt.asUintN(64, offset & -offset)));
  return powerOfTwoBelow(bound);
}

function powerOfTwoBelow(bound: number): AccessSize {
  return bound >= 8 ? 8 : bound >= 4 ? 4 : bound >= 2 ? 2 : 1;
}

/** Whether the region accepts an access (`memory_region_access_valid`; clauses D6, S8). `valid.min` without `valid.max` is ignored. */
export function isAccepted(region: Region, offset: bigint, size: AccessSize): boolean {
  const { min, max, unaligned } = region.valid;
  if (!unaligned && offset % BigInt(size) !== 0n) return false;
  return max === 0 || (min <= size && size <= max);
}

/** The callback's calls for an unmatched access: split to `impl.max`, widened to `impl.min` (`access_with_adjusted_size`; S5, S6). */
export function callbacks(
  region: Region,
  offset: bigint,
  size: AccessSize,
  value: bigint,
  target: ByteOrder,
): CallbackEffect[] {
  const most = region.impl.max || defaultMaximum;
  const least = region.impl.min || 1;
  const width = Math.max(Math.min(size, most), least) as AccessSize;
  const calls: CallbackEffect[] = [];
  for (let at = 0; at < size; at += width) {
    const low = byteOrderOf(region, target) === 'big' ? size - width - at : at;
    const piece = low >= 0 ? value >> BigInt(8 * low) : value << BigInt(-8 * low);
    calls.push({
      callback: region.id,
      offset: BigInt.asUintN(64, offset + BigInt(at)),
      size: width,
      value: BigInt.asUintN(8 * width, piece),
    });
  }
  return calls;
}

/** The number that `bytes`, in memory order, hold in a byte order. */
export function valueOfBytes(bytes: readonly number[], order: ByteOrder): bigint {
  let value = 0n;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[order === 'big' ? i : bytes.length - 1 - i] ?? 0;
    value = (value << 8n) | BigInt(byte);
  }
  return value;
}

/** The bytes of a store of `size` bytes, in memory order. */
export function bytesOf(value: bigint, size: number, order: ByteOrder): number[] {
  const bytes = Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  return order === 'big' ? bytes.reverse() : bytes;
}
