/**
 * Beginnings at the edges of windows and of blocks of 4 GiB, where addresses or offsets differ in their upper halves only. Each write is made
 * twice: the first may fill a cache, from which the second is answered.
 */
import type { AccessSize, Operation } from '../../../model/vocabulary/vocabulary.ts';
import type { Draft } from '../draft.ts';
import { oneIn, pick } from '../pools.ts';
import type { RegisteredWord, SketchedRegion } from '../sketch.ts';
import { type Motif, mapAt, newRegion, register, resizeTo, type WordShape, windowOn } from './motif.ts';

const block = 1n << 32n;
/** Offsets in a block of 4 GiB: at its edges, and at the sign bit of a half. */
const inBlock = [8n, 0n, 4n, 0xffff_fff8n, 0xffff_fffcn, 0x8000_0000n] as const;
/** How far before a word a window on it begins. */
const before = [0n, 8n, 4n, 0xff8n] as const;
const windowSizes = [0x1000n, 0x10n, 0x2000n] as const;
/** Where windows are mapped: low, around 2^32, beyond it, and at the end of the space. */
const windowPlaces = [0x1000n, 0n, 0xffff_fff8n, block, 0xffff_ffff_ffff_f000n] as const;
/** Which of two words are registered, and in which order. */
const ofTwo = [[1], [0], [0, 1], [1, 0]] as const;

/** A device of more than 4 GiB, with a word at the same place of two of its blocks of 4 GiB, or of one; and a small window on each. */
export const sameWordInTwoBlocks: Motif = (draft, operations) => {
  const { chooser } = draft;
  const device = newDevice(draft, operations, 3n * block);
  const [offset, size] = [pick(chooser, inBlock), pick(chooser, sizesOf(device))];
  const offsets = [offset, offset + block] as const;
  const words = pick(chooser, ofTwo).map((index): WordShape => [offsets[index], size]);
  const registered = register(draft, operations, device, words, 3);
  const addresses = offsets.map((shown) => windowAround(draft, operations, device, shown, size));
  writeTwice(draft, operations, addresses, size, registered[0]);
};

/** Maps a window that shows a word of a device, and may end with it. Returns the address at which the word is seen. */
function windowAround(
  draft: Draft,
  operations: Operation[],
  device: SketchedRegion,
  shown: bigint,
  length: AccessSize,
): bigint {
  const { chooser } = draft;
  const distance = pick(chooser, before);
  const targetOffset = shown < distance ? 0n : shown - distance;
  const size = oneIn(chooser, 4) ? shown - targetOffset + BigInt(length) : pick(chooser, windowSizes);
  const offset = pick(chooser, windowPlaces);
  operations.push(...windowOn(draft, device, { size, targetOffset, offset }).making);
  return BigInt.asUintN(64, offset + shown - targetOffset);
}

/**
 * Sizes, and how much of them lies below the edge. The small ones are treated as most ranges are, even by a dispatcher whose thresholds are at
 * their least.
 */
const shapesAcross = [
  [0xcn, 8n],
  [0xcn, 4n],
  [0xcn, 8n],
  [0x1000n, 0xff8n],
] as const;
/** From the edge to a word. */
const fromEdge = [0n, 4n, 0n, -4n] as const;

/** A small device across an edge of two blocks of 4 GiB, with words around it, and writes a block away from these. */
export const acrossBlocks: Motif = (draft, operations) => {
  const { chooser } = draft;
  const device = newDevice(draft, operations, 0x10n);
  const [length, lower] = pick(chooser, shapesAcross);
  const start = block * BigInt(1 + chooser.below(2)) - lower;
  resizeTo(operations, device, length);
  mapAt(operations, device, start);
  const size = pick(chooser, sizesOf(device));
  const at = lower + pick(chooser, fromEdge);
  const offset = at < 0n || at >= length ? lower : at;
  const [word] = register(draft, operations, device, [[offset, size]], 3);
  const address = start + offset;
  writeTwice(draft, operations, [address, address - block, address, address + block], size, word);
};

const seamPlaces = [0n, 0x1000n, 0xff8n, 0xffff_fff8n] as const;
const seamLengths = [8n, 0x10n, 0x1000n, 6n] as const;
const firstOffsets = [0n, 2n, 8n, block - 8n, 5n] as const;
/** From where the second window would go on to where it begins. */
const jumps = [0n, block, -4n, 0n, 2n] as const;

/** Two windows on one region, side by side: the second goes on where the first ends, or elsewhere, and stores go across. */
export const sideBySide: Motif = (draft, operations) => {
  const { chooser } = draft;
  const shown = newRegion(draft, operations, { kind: oneIn(chooser, 2) ? 'ram' : 'io', least: 2n * block });
  const [length, place] = [pick(chooser, seamLengths), pick(chooser, seamPlaces)];
  const first = pick(chooser, firstOffsets);
  const second = first + length + pick(chooser, jumps);
  operations.push(...windowOn(draft, shown, { size: length, targetOffset: first, offset: place }).making);
  operations.push(
    ...windowOn(draft, shown, { size: length, targetOffset: second, offset: place + length }).making,
  );
  const size = pick(chooser, sizesOf(shown));
  const within = BigInt(chooser.below(size));
  // Words that a window cuts: they begin before it.
  const words = [first, second].filter((offset) => offset >= within);
  const shapes = words.map((offset): WordShape => [offset - within, size]);
  const [word] = shown.kind === 'io' ? register(draft, operations, shown, shapes, 3) : [];
  const address = place + length - BigInt(1 + chooser.below(8));
  writeTwice(draft, operations, [address, place + length - within, place - within], size, word);
};

function newDevice(draft: Draft, operations: Operation[], least: bigint): SketchedRegion {
  return newRegion(draft, operations, { kind: 'io', least, wide: oneIn(draft.chooser, 2) });
}

function sizesOf({ wide }: SketchedRegion): readonly AccessSize[] {
  return wide ? [4, 8, 2] : [4, 2, 1];
}

/** Writes at each address, from any of them on, what a word asks for. */
function writeTwice(
  { chooser, pools }: Draft,
  operations: Operation[],
  addresses: readonly bigint[],
  size: AccessSize,
  word: RegisteredWord | undefined,
): void {
  const value = word?.change.data ?? pick(chooser, pools.data);
  const data = BigInt.asUintN(8 * size, value);
  const start = chooser.below(addresses.length);
  for (const given of [...addresses.slice(start), ...addresses.slice(0, start)]) {
    const address = BigInt.asUintN(64, given);
    operations.push(...Array<Operation>(2).fill({ op: 'write', space: 'memory', address, size, data }));
  }
}
