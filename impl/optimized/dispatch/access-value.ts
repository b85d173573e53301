/** Arithmetic of the dispatch path on halves. */

import { lastHighField, lastLowField } from '../map/slot.ts';

/** How many of `wanted` bytes from an address are in a slot. */
export function leftInSlot(
  cells: Int32Array,
  at: number,
  addressHigh: number,
  addressLow: number,
  wanted: number,
): number {
  const lastLow = cells[at + lastLowField]!;
  const borrow = lastLow >>> 0 < addressLow >>> 0 ? 1 : 0;
  if (((cells[at + lastHighField]! - addressHigh - borrow) | 0) !== 0) return wanted;
  return Math.min(wanted, ((lastLow - addressLow) >>> 0) + 1);
}

/** High half of a value shifted right by a multiple of 8 bits; left where the shift is negative. */
export function shiftedHigh(high: number, low: number, shift: number): number {
  if (shift === 0) return high;
  if (shift > 0) return shift >= 32 ? 0 : high >>> shift;
  return shift <= -32 ? low << (-shift - 32) : (high << -shift) | (low >>> (32 + shift));
}

/** Low half of a value shifted right by a multiple of 8 bits; left where the shift is negative. */
export function shiftedLow(high: number, low: number, shift: number): number {
  if (shift === 0) return low;
  if (shift > 0) return shift >= 32 ? high >>> (shift - 32) : (low >>> shift) | (high << (32 - shift));
  return shift <= -32 ? 0 : low << -shift;
}
