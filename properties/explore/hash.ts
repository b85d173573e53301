/**
 * Keys of states: 96 bits of a hash of the fingerprint, because a million strings of 200 to 600 characters do not fit.
 *
 * The chance that two of n different states get one key is below n² / 2^97: 6e-18 for a million states, 6e-14 for a
 * hundred million. A collision would make the explorer take a new state for a known one, and so miss what is behind it.
 */

/** 32-bit words of a key. */
export const keyWords = 3;

/** A place for the words of one key; functions that make keys write here instead of allocating. */
export type KeyBuffer = Int32Array;

export function newKey(): KeyBuffer {
  return new Int32Array(keyWords);
}

export function sameKey(a: KeyBuffer, b: KeyBuffer): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

const c1 = 0x239b961b;
const c2 = 0xab0e9789 | 0;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93 | 0;

/** MurmurHash3_x86_128 over the UTF-16 units of a text, two a word; the first three words of four. */
export function hashText(text: string, seed: number, into: KeyBuffer): void {
  let [h1, h2, h3, h4] = [seed | 0, seed | 0, seed | 0, seed | 0];
  const { length } = text;
  for (let at = 0; at < length; at += 8) {
    h1 ^= Math.imul(turned(Math.imul(pairAt(text, at, length), c1), 15), c2);
    h1 = (Math.imul(turned(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(turned(Math.imul(pairAt(text, at + 2, length), c2), 16), c3);
    h2 = (Math.imul(turned(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(turned(Math.imul(pairAt(text, at + 4, length), c3), 17), c4);
    h3 = (Math.imul(turned(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(turned(Math.imul(pairAt(text, at + 6, length), c4), 18), c1);
    h4 = (Math.imul(turned(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  finish(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length, into);
}

/** Mixes a key, or a number, into another key; the words of both are independent already. */
export function mixKey(into: KeyBuffer, w0: number, w1: number, w2: number): void {
  into[0] = mixed((into[0] ?? 0) ^ Math.imul(w0, c1), c2);
  into[1] = mixed((into[1] ?? 0) ^ Math.imul(w1, c3), c4);
  into[2] = mixed((into[2] ?? 0) ^ Math.imul(w2, c2), c1);
}

function mixed(word: number, constant: number): number {
  const once = Math.imul(word ^ (word >>> 15), constant);
  return (Math.imul(once ^ (once >>> 13), 5) + 0x561ccd1b) | 0;
}

function pairAt(text: string, at: number, length: number): number {
  if (at + 1 < length) return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
  return at < length ? text.charCodeAt(at) : 0;
}

function turned(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function finish(a: number, b: number, c: number, d: number, into: KeyBuffer): void {
  const first = (a + b + c + d) | 0;
  const h1 = final(first);
  const h2 = final((b + first) | 0);
  const h3 = final((c + first) | 0);
  const h4 = final((d + first) | 0);
  const sum = (h1 + h2 + h3 + h4) | 0;
  into[0] = sum;
  into[1] = h2 + sum;
  into[2] = h3 + sum;
}

function final(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
