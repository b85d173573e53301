/**
 * Beginnings that random operations seldom produce: a few operations each, which put several things in one place or show one
 * thing through another. The scenario goes on from there at random, so a motif is an opportunity and not a test case.
 */

import { addEventfd, deleteEventfd, map } from '../changes.ts';
import { oneIn, pick } from '../pools.ts';
import { exactWrite, nextWrite } from '../writes.ts';
import { acrossBlocks, sameWordInTwoBlocks, sideBySide } from './blocks.ts';
import { hiddenChanges, samePlaceManyNotifiers } from './hidden.ts';
import { deviceIn, type Motif, newRegion, register, type WordShape, windowOn } from './motif.ts';
import { acrossPages, pageEdges, storesInPieces } from './pages.ts';

/** Words that overlap within eight bytes: what the kernel's search finds depends on their sizes and their order. */
const crowdedWords: Motif = (draft, operations) => {
  const { chooser } = draft;
  const region = deviceIn(draft, operations);
  const base = oneIn(chooser, 2) ? 0n : 8n;
  const words = Array.from({ length: 2 + chooser.below(3) }, () => pick(chooser, crowd));
  register(
    draft,
    operations,
    region,
    words.map(([at, size]) => [base + at, size]),
    4,
  );
};

const crowd: readonly WordShape[] = [
  [0n, 4],
  [4n, 4],
  [0n, 8],
  [4n, 0],
  [0n, 0],
  [2n, 2],
  [6n, 2],
  [4n, 8],
];

/** More of them: only with several in a row does it matter where the search begins, and how far it goes on. */
const longRow: Motif = (draft, operations) => {
  const { chooser } = draft;
  const region = deviceIn(draft, operations, undefined, { wide: oneIn(chooser, 2) });
  const words = Array.from(
    { length: 5 + chooser.below(5) },
    () => [BigInt(chooser.below(17)), pick(chooser, rowSizes)] as const,
  );
  // From high addresses to low ones, words get between those that the search would compare with.
  if (oneIn(chooser, 2)) words.sort(([a], [b]) => Number(b - a));
  const registered = register(draft, operations, region, words, 4);
  for (let left = 2 + chooser.below(3); left > 0; left--)
    operations.push(exactWrite(draft, pick(chooser, registered)));
  for (let left = 1 + chooser.below(2); left > 0; left--)
    operations.push(deleteEventfd(draft), nextWrite(draft));
};

const rowSizes = [1, 2, 4, 8, 0, 8] as const;

/** A long word, then others from high addresses to low ones: the order with which the search does worst. */
const descendingWords: Motif = (draft, operations) => {
  const { chooser } = draft;
  const region = deviceIn(draft, operations);
  const others = Array.from({ length: 2 + chooser.below(2) }, () => pick(chooser, later));
  const words = [[0n, 8] as const, ...others.sort(([a], [b]) => Number(b - a))];
  // What the search misses shows only where it is written to.
  for (const word of register(draft, operations, region, words, 8).slice(0, 2))
    operations.push(exactWrite(draft, word));
};

const later: readonly WordShape[] = [
  [8n, 0],
  [6n, 0],
  [4n, 4],
  [4n, 0],
  [2n, 4],
];

/** A notification register: one word, a value for each queue. */
const manyData: Motif = (draft, operations) => {
  const { chooser, pools } = draft;
  const region = deviceIn(draft, operations, undefined, { wide: !oneIn(chooser, 4) });
  const word = [pick(chooser, pools.offsets) & 0xcn, region.wide ? 8 : oneIn(chooser, 2) ? 4 : 2] as const;
  const words = Array.from({ length: 2 + chooser.below(2) }, () => word);
  register(draft, operations, region, words, 1);
  if (oneIn(chooser, 2)) operations.push(deleteEventfd(draft), nextWrite(draft));
};

/** A window at 0, alone in its space, on a device with an offset of its own (M6). */
const onlyWindow: Motif = (draft, operations) => {
  const { chooser, pools } = draft;
  const device = newRegion(draft, operations, { kind: 'io' });
  const size = oneIn(chooser, 2) ? device.size : 0x2000n;
  const [made, mapped] = windowOn(draft, device, { size, offset: 0n }).making;
  const moved = { op: 'move', region: device.id, offset: pick(chooser, pools.offsets) } as const;
  operations.push(
    made,
    ...(oneIn(chooser, 2) ? [mapped, moved] : [moved, mapped]),
    addEventfd(draft, device),
  );
};

/** A device in a container, which may be shown a second time. */
const nested: Motif = (draft, operations) => {
  const { chooser } = draft;
  const box = newRegion(draft, operations, { kind: 'container' });
  operations.push(map(draft, box));
  const device = deviceIn(draft, operations, box);
  operations.push(addEventfd(draft, device));
  // Something else that is visible, so that the container is not alone.
  if (oneIn(chooser, 2)) deviceIn(draft, operations);
  if (oneIn(chooser, 2)) return;
  box.enabled = false;
  operations.push({ op: 'disable', region: box.id });
};

/** The same address in both spaces, with words in each. */
const bothSpaces: Motif = (draft, operations) => {
  const { chooser, pools } = draft;
  const place = pick(chooser, pools.ioPlaces);
  for (const container of ['memory', 'io'] as const) {
    const device = newRegion(draft, operations, { kind: 'io' });
    device.container = container;
    device.offset = place;
    operations.push({ op: 'map', region: device.id, container, offset: place }, addEventfd(draft, device));
  }
};

/** RAM, or another device with a word at its end, that covers the beginning of a word. */
const coveredWord: Motif = (draft, operations) => {
  const { chooser, sketch } = draft;
  const device = deviceIn(draft, operations);
  operations.push(addEventfd(draft, device));
  const word = sketch.eventfds.at(-1);
  const cover = newRegion(draft, operations, { kind: oneIn(chooser, 2) ? 'ram' : 'io', least: 4n });
  if (word === undefined || device.container === undefined) return;
  cover.container = device.container;
  const covered = BigInt(1 + chooser.below(3));
  cover.offset = BigInt.asUintN(64, device.offset + word.change.offset + covered - cover.size);
  const { id: region, offset } = cover;
  const container = typeof device.container === 'string' ? device.container : device.container.id;
  operations.push({ op: 'map', region, container, offset, ...(oneIn(chooser, 2) && { priority: 1 }) });
  if (cover.kind === 'io')
    register(draft, operations, cover, [oneIn(chooser, 2) ? [cover.size - 1n, 1] : [cover.size - 2n, 2]], 2);
};

/** Two devices of one priority at one place, and something that may or may not bring the lower one up (M2). */
const equals: Motif = (draft, operations) => {
  const { chooser, pools } = draft;
  const lower = deviceIn(draft, operations);
  const upper = newRegion(draft, operations, { kind: 'io', least: 0x10n });
  const below = operations.find((operation) => operation.op === 'map');
  if (lower.container === undefined || below?.op !== 'map') return;
  upper.container = lower.container;
  upper.offset = lower.offset;
  operations.push({ ...below, region: upper.id }, addEventfd(draft, upper), addEventfd(draft, lower));
  const { id: region, offset } = lower;
  const change = chooser.below(4);
  if (change === 0) operations.push({ op: 'disable', region }, { op: 'enable', region });
  else if (change === 1) operations.push({ op: 'resize', region, size: pick(chooser, pools.regionSizes) });
  else operations.push({ op: 'move', region, offset: change === 2 ? offset : offset ^ 4n });
  operations.push(nextWrite(draft));
};

/** The motifs, each as often as it is here. */
export const motifs: readonly Motif[] = [
  crowdedWords,
  descendingWords,
  descendingWords,
  manyData,
  manyData,
  onlyWindow,
  nested,
  nested,
  bothSpaces,
  bothSpaces,
  coveredWord,
  coveredWord,
  equals,
  hiddenChanges,
  hiddenChanges,
  hiddenChanges,
  samePlaceManyNotifiers,
  pageEdges,
  pageEdges,
  storesInPieces,
  acrossPages,
  acrossPages,
  sameWordInTwoBlocks,
  sameWordInTwoBlocks,
  acrossBlocks,
  sideBySide,
  longRow,
];
