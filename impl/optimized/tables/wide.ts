/**
 * 64-bit numbers as two 32-bit halves.
 *
 * A half is an ordinary number holding 32 bits as a *signed* integer (`x | 0`): such a number is never boxed by
 * the engine, whatever its bits, so halves pass through calls without allocation. Ordering is always unsigned.
 */

const wholes = new BigInt64Array(1);
const halves = new Int32Array(wholes.buffer);
/** Which of the two halves of `wholes[0]` is the low one on this machine. */
const lowIndex = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
const highIndex = 1 - lowIndex;

/** 2^64: the number of addresses in a space, and the end of the last one. */
export const spaceEnd = 1n << 64n;

/** The low 32 bits of a value modulo 2^64. */
export function lowHalf(value: bigint): number {
  wholes[0] = value;
  return halves[lowIndex] as number;
}

/** The high 32 bits of a value modulo 2^64. */
export function highHalf(value: bigint): number {
  wholes[0] = value;
  return halves[highIndex] as number;
}

/** The unsigned 64-bit number that two halves make. */
export function join(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Unsigned `a < b`. */
export function isBelow(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return aHigh === bHigh ? aLow >>> 0 < bLow >>> 0 : aHigh >>> 0 < bHigh >>> 0;
}

/** The carry out of the low halves' sum: 1 where `aLow + bLow` passes 2^32. */
export function carry(aLow: number, bLow: number): number {
  return (aLow + bLow) >>> 0 < aLow >>> 0 ? 1 : 0;
}

/** The four bytes of a half in reverse order. */
export function swapHalf(half: number): number {
  return (half << 24) | ((half & 0xff00) << 8) | ((half >>> 8) & 0xff00) | (half >>> 24);
}

/** `Math.min` and `Math.max` take no `bigint`. */
export function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
