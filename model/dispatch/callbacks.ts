/** The calls of a region's callback for one access: split to `impl.max`, widened to `impl.min`. */
import { byteOrderOf } from '../map/byte-order.ts';
import type { Region } from '../map/region.ts';
import type { AccessSize, ByteOrder, CallbackEffect } from '../vocabulary/vocabulary.ts';

/** The default of `impl.max`, in bytes. */
const defaultMaximum = 4;

/** The sizes that a region's callback takes, in bytes; the minimum wins (clause S6). */
export function callbackSizes({ impl }: Region): { readonly min: number; readonly max: number } {
  const min = impl.min || 1;
  return { min, max: Math.max(impl.max || defaultMaximum, min) };
}

/** The calls for an unmatched access (`access_with_adjusted_size`; clauses S5, S6). */
export function callbacks(
  region: Region,
  offset: bigint,
  size: AccessSize,
  value: bigint,
  target: ByteOrder,
): CallbackEffect[] {
  const { min, max } = callbackSizes(region);
  const width = Math.max(Math.min(size, max), min) as AccessSize;
  const calls: CallbackEffect[] = [];
  for (let at = 0; at < size; at += width) {
    const low = byteOrderOf(region, target) === 'big' ? size - width - at : at;
    const shifted = low >= 0 ? value >> BigInt(8 * low) : value << BigInt(-8 * low);
    calls.push({
      callback: region.id,
      offset: BigInt.asUintN(64, offset + BigInt(at)),
      size: width,
      value: BigInt.asUintN(8 * width, shifted),
    });
  }
  return calls;
}
