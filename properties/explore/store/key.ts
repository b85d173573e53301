/**
 * Keys of states: 96 bits of a hash of the fingerprint. The fingerprints themselves are strings of 200 to 600 characters,
 * and a million of them do not fit in memory.
 *
 * The chance that two of n different states have the same key is below n² / 2^97: 6e-18 for a million states, 6e-14 for a
 * hundred million. After a collision, the explorer takes a new state for a known one, and misses what follows from it.
 */

/** 32-bit words of a key. */
export const keyWords = 3;

/** A key: three 32-bit integers. It starts at 0, and the functions below write to it. */
export class Key {
  w0 = 0;
  w1 = 0;
  w2 = 0;
}

export function sameKey(a: Key, b: Key): boolean {
  return a.w0 === b.w0 && a.w1 === b.w1 && a.w2 === b.w2;
}

/** A key with a number mixed into it. The same number again takes it out. */
export function keyWith(key: Key, number: number): Key {
  const mixed = new Key();
  mixed.w0 = key.w0;
  mixed.w1 = key.w1;
  mixed.w2 = key.w2 ^ number;
  return mixed;
}

const c1 = 0x239b961b;
const c2 = 0xab0e9789 | 0;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93 | 0;

/** MurmurHash3_x86_128 of the UTF-16 units of a text, two in a word. Of the result's four words, the first three. */
export function hashText(text: string, seed: number, into: Key): void {
  let [h1, h2, h3, h4] = [seed | 0, seed | 0, seed | 0, seed | 0];
  const { length } = text;
  const words = wordsOf(text);
  const count = (length + 1) >> 1;
  for (let at = 0; at < count; at += 4) {
    // In range: there is room for four words more than there are.
    h1 ^= Math.imul(rotated(Math.imul(words[at] as number, c1), 15), c2);
    h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotated(Math.imul(words[at + 1] as number, c2), 16), c3);
    h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotated(Math.imul(words[at + 2] as number, c3), 17), c4);
    h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotated(Math.imul(words[at + 3] as number, c4), 18), c1);
    h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  finish(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length, into);
}

/** Mixes one key into another. The words of a key are independent of each other already. */
export function mixKey(into: Key, key: Key): void {
  into.w0 = mixed(into.w0 ^ Math.imul(key.w0, c1), c2);
  into.w1 = mixed(into.w1 ^ Math.imul(key.w1, c3), c4);
  into.w2 = mixed(into.w2 ^ Math.imul(key.w2, c2), c1);
}

/** Adds a key to a sum of keys. The order of addition does not matter. */
export function addKey(into: Key, key: Key): void {
  into.w0 = (into.w0 + key.w0) | 0;
  into.w1 = (into.w1 + key.w1) | 0;
  into.w2 = (into.w2 + key.w2) | 0;
}

/** Mixes a small number into a key. */
export function mixNumber(into: Key, number: number): void {
  into.w0 = mixed(into.w0 ^ Math.imul(number, c1), c2);
  into.w1 = mixed(into.w1 ^ Math.imul(number, c3), c4);
  into.w2 = mixed(into.w2 ^ Math.imul(number, c2), c1);
}

function mixed(word: number, constant: number): number {
  const once = Math.imul(word ^ (word >>> 15), constant);
  return (Math.imul(once ^ (once >>> 13), 5) + 0x561ccd1b) | 0;
}

/** Room for the words of a text, and the same room in bytes. */
let room = new Int32Array(256);
let bytes = Buffer.from(room.buffer);

/** The units of a text, two in a word, and at least three words of 0 after them. Overwritten by the next call. */
function wordsOf(text: string): Int32Array {
  const count = (text.length + 1) >> 1;
  if (count + 4 > room.length) {
    room = new Int32Array(2 * (count + 4));
    bytes = Buffer.from(room.buffer);
  }
  // One copy by the engine, not a call for each unit.
  bytes.write(text, 'utf16le');
  if ((text.length & 1) === 1) room[count - 1] = (room[count - 1] as number) & 0xffff;
  room.fill(0, count, count + 4);
  return room;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function finish(a: number, b: number, c: number, d: number, into: Key): void {
  const first = (a + b + c + d) | 0;
  const h1 = final(first);
  const h2 = final((b + first) | 0);
  const h3 = final((c + first) | 0);
  const h4 = final((d + first) | 0);
  const sum = (h1 + h2 + h3 + h4) | 0;
  into.w0 = sum;
  into.w1 = (h2 + sum) | 0;
  into.w2 = (h3 + sum) | 0;
}

function final(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
