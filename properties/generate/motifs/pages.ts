/** Beginnings at the edges of pages: TCG and KVM cut a store there, and what fills a whole page is reached in another way than what shares one. */
import type { AccessSize, EventfdSize, Operation, Write } from '../../../model/vocabulary/vocabulary.ts';
import type { Draft } from '../draft.ts';
import { oneIn, pick } from '../pools.ts';
import type { SketchedRegion } from '../sketch.ts';
import { around } from '../writes.ts';
import { type Motif, mapAt, newRegion, register, resizeTo, type WordShape } from './motif.ts';

const pageSize = 0x1000n;

const pagePlaces = [0x1000n, 0x1000n, 0x1_0000n, 0n, 0xffff_ffff_ffff_f000n] as const;
/** A whole page or two, and a little more or less. */
const pageSizes = [0x1000n, 0x2000n, 0x1000n, 0x1ff8n, 0xff6n, 0x1001n, 0x2004n] as const;
const pageStarts = [0n, 0n, 0n, 4n, 2n, 0xff8n] as const;
const edgeWords: readonly WordShape[] = [
  [0n, 8],
  [0xff8n, 8],
  [0xffcn, 4],
  [0x1000n, 4],
  [0xffen, 2],
  [0x1000n, 0],
  [4n, 4],
  [8n, 8],
];
const edgeOffsets = [0n, 8n, 4n, 2n, 0xff8n, 0xffcn, 0xffen, 0xfffn, 0x1000n, 0x1002n, 0xff1n] as const;

/** Words that a store which is not aligned has a piece for. */
const pieceWords: readonly (readonly [offset: bigint, size: AccessSize])[] = [
  [3n, 1],
  [4n, 1],
  [6n, 2],
  [0xffdn, 1],
  [0xffen, 2],
];

/** A device that fills its page, a word with data in it, and stores around the word: a CPU under TCG makes them in pieces (T9). */
export const storesInPieces: Motif = (draft, operations) => {
  const { chooser } = draft;
  const device = newRegion(draft, operations, { kind: 'io', least: pageSize, wide: true });
  mapAt(operations, device, pick(chooser, pagePlaces));
  const [at, width] = pick(chooser, pieceWords);
  const [registered] = register(draft, operations, device, [[at, width]], 1);
  const word = BigInt.asUintN(64, device.offset + at);
  for (let left = 1 + chooser.below(3); left > 0; left--)
    operations.push(around(draft, 'memory', word, width, registered?.change.data ?? 0n));
};

/** A device that fills its pages, or not quite; perhaps a neighbour in one of them; and stores at the edges (T1 to T6). */
export const pageEdges: Motif = (draft, operations) => {
  const { chooser, pools } = draft;
  const device = newRegion(draft, operations, { kind: 'io', least: 0x10n });
  const place = pick(chooser, pagePlaces);
  resizeTo(operations, device, pick(chooser, pageSizes));
  mapAt(operations, device, place + pick(chooser, pageStarts));
  if (oneIn(chooser, 2)) {
    const other = newRegion(draft, operations, { kind: oneIn(chooser, 2) ? 'ram' : 'io' });
    other.container = 'memory';
    other.offset = BigInt.asUintN(64, place + pick(chooser, edgeOffsets));
    const priority = oneIn(chooser, 2) ? 1 : -1;
    operations.push({ op: 'map', region: other.id, container: 'memory', offset: other.offset, priority });
  }
  register(draft, operations, device, [pick(chooser, edgeWords), pick(chooser, edgeWords)], 3);
  for (let left = 1 + chooser.below(4); left > 0; left--) {
    const width = pick(chooser, edgeSizes);
    const address = BigInt.asUintN(64, place + pick(chooser, edgeOffsets));
    const data = BigInt.asUintN(8 * width, pick(chooser, pools.data));
    operations.push({ op: 'write', space: 'memory', address, size: width, data });
  }
};

const edgeSizes = [8, 4, 8, 4, 2] as const;

/** Where two pages meet. The first of the space comes after the last. */
const meetings = [0x1000n, 0x2000n, 0x1_0000n, 0x1_0000_0000n, 0n] as const;
const meetingSizes = [2, 1, 4, 0] as const satisfies readonly EventfdSize[];

/** Two pages, each filled by RAM or by a device with a word at its edge, and stores across the edge whose parts are the words (K9). */
export const acrossPages: Motif = (draft, operations) => {
  const { chooser } = draft;
  const edge = pick(chooser, meetings);
  const kinds = pick(chooser, [
    ['ram', 'io'],
    ['io', 'ram'],
    ['io', 'io'],
    ['ram', 'io'],
  ] as const);
  for (const [isAbove, kind] of kinds.entries()) {
    const region = filledPage(draft, operations, kind, edge - (isAbove ? 0n : pageSize));
    if (kind === 'ram') continue;
    const size = pick(chooser, meetingSizes);
    const width = BigInt(size === 0 ? 1 : size);
    const word: WordShape = [isAbove ? 0n : pageSize - width, size];
    const [registered] = register(draft, operations, region, [word], 2);
    for (let left = 1 + chooser.below(2); left > 0; left--)
      operations.push(acrossEdge(draft, edge, Number(width), isAbove === 1, registered?.change.data));
  }
};

/** A region that is mapped at the beginning of a page, and mostly is as large. */
function filledPage(
  draft: Draft,
  operations: Operation[],
  kind: 'ram' | 'io',
  offset: bigint,
): SketchedRegion {
  const page = newRegion(draft, operations, { kind, least: pageSize });
  if (page.size !== pageSize && !oneIn(draft.chooser, 4)) resizeTo(operations, page, pageSize);
  mapAt(operations, page, offset);
  return page;
}

/** A store of which `width` bytes, at one end of it, are on one side of an edge and hold a value. */
function acrossEdge(
  { chooser, target, pools }: Draft,
  edge: bigint,
  width: number,
  isAbove: boolean,
  value = pick(chooser, pools.data),
): Write {
  const sizes = ([2, 4, 8] as const).filter((size) => size > width);
  const size = pick(chooser, sizes);
  const others = size - width;
  const word = BigInt.asUintN(8 * width, value);
  const rest = BigInt.asUintN(8 * others, pick(chooser, pools.data));
  // The bytes above the edge are the upper ones of a little-endian value, the lower ones of a big-endian one.
  const isUpper = isAbove === (target === 'little');
  const data = isUpper ? (word << BigInt(8 * others)) | rest : (rest << BigInt(8 * width)) | word;
  const address = BigInt.asUintN(64, edge - BigInt(isAbove ? others : width));
  return { op: 'write', space: 'memory', address, size, data };
}
