/**
 * Beginnings that random operations seldom produce: a few operations each, which put several things in one place or show one
 * thing through another. The scenario goes on from there at random, so a motif is an opportunity and not a test case.
 */
import type { AccessSize, EventfdSize, Operation } from '../../model/vocabulary/vocabulary.ts';
import { addEventfd, create, deleteEventfd, map } from './changes.ts';
import type { Draft } from './draft.ts';
import { hiddenChanges, samePlaceManyNotifiers } from './hidden.ts';
import { deviceIn, type Motif } from './motif.ts';
import { oneIn, pick } from './pools.ts';
import type { SketchedRegion } from './sketch.ts';
import { around, nextWrite } from './writes.ts';

type WordShape = readonly [offset: bigint, size: EventfdSize];

/** Registers words of a device; now and then deletes one, and writes to them. */
function register(
  draft: Draft,
  operations: Operation[],
  region: SketchedRegion,
  words: readonly WordShape[],
  dataIn: number,
): void {
  const { chooser, sketch, pools } = draft;
  for (const [offset, size] of words) {
    const withData = size !== 0 && oneIn(chooser, dataIn);
    const data = BigInt.asUintN(8 * size, pick(chooser, pools.data) + BigInt(chooser.below(3)));
    const notifier = pick(chooser, pools.notifiers);
    const change = {
      op: 'add-eventfd',
      region: region.id,
      offset,
      size,
      ...(withData && { data }),
      notifier,
    } as const;
    sketch.eventfds.push({ region, change });
    operations.push(change);
  }
  if (oneIn(chooser, 4)) operations.push(deleteEventfd(draft));
  while (oneIn(chooser, 2)) operations.push(nextWrite(draft));
}

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

/** A long word, then others from high addresses to low ones: the order with which the search does worst. */
const descendingWords: Motif = (draft, operations) => {
  const { chooser } = draft;
  const region = deviceIn(draft, operations);
  const others = Array.from({ length: 2 + chooser.below(2) }, () => pick(chooser, later));
  const words = [[0n, 8] as const, ...others.sort(([a], [b]) => Number(b - a))];
  register(draft, operations, region, words, 8);
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
  const { chooser, sketch, pools } = draft;
  operations.push(create(draft, { kind: 'io' }));
  const device = sketch.regions.at(-1);
  if (device === undefined) return;
  const size = oneIn(chooser, 2) ? device.size : 0x2000n;
  const window: SketchedRegion = {
    id: `win${sketch.regions.length}`,
    kind: 'alias',
    size,
    enabled: true,
    wide: false,
    foreign: false,
    target: device,
    targetOffset: 0n,
    container: 'memory',
    offset: 0n,
  };
  sketch.regions.push(window);
  operations.push({ op: 'create', region: window.id, kind: 'alias', size, target: device.id });
  const [first, second]: Operation[] = [
    { op: 'map', region: window.id, container: 'memory', offset: 0n },
    { op: 'move', region: device.id, offset: pick(chooser, pools.offsets) },
  ];
  if (first === undefined || second === undefined) return;
  operations.push(...(oneIn(chooser, 2) ? [first, second] : [second, first]), addEventfd(draft, device));
};

/** A device in a container, which may be shown a second time. */
const nested: Motif = (draft, operations) => {
  const { chooser, sketch } = draft;
  operations.push(create(draft, { kind: 'container' }));
  const box = sketch.regions.at(-1);
  if (box === undefined) return;
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
  const { chooser, sketch, pools } = draft;
  const place = pick(chooser, pools.ioPlaces);
  for (const container of ['memory', 'io'] as const) {
    operations.push(create(draft, { kind: 'io' }));
    const device = sketch.regions.at(-1);
    if (device === undefined) return;
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
  operations.push(create(draft, { kind: oneIn(chooser, 2) ? 'ram' : 'io', least: 4n }));
  const cover = sketch.regions.at(-1);
  if (word === undefined || cover === undefined || device.container === undefined) return;
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
  const { chooser, sketch, pools } = draft;
  const lower = deviceIn(draft, operations);
  operations.push(create(draft, { kind: 'io', least: 0x10n }));
  const upper = sketch.regions.at(-1);
  const below = operations.find((operation) => operation.op === 'map');
  if (upper === undefined || lower.container === undefined || below?.op !== 'map') return;
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
const storesInPieces: Motif = (draft, operations) => {
  const { chooser, sketch } = draft;
  operations.push(create(draft, { kind: 'io', least: 0x1000n, wide: true }));
  // It was noted just now.
  const device = sketch.regions.at(-1) as SketchedRegion;
  device.container = 'memory';
  device.offset = pick(chooser, pagePlaces);
  operations.push({ op: 'map', region: device.id, container: 'memory', offset: device.offset });
  const [at, width] = pick(chooser, pieceWords);
  register(draft, operations, device, [[at, width]], 1);
  const change = sketch.eventfds.at(-1)?.change;
  const word = BigInt.asUintN(64, device.offset + at);
  for (let left = 1 + chooser.below(3); left > 0; left--)
    operations.push(around(draft, 'memory', word, width, change?.data ?? 0n));
};

/** A device that fills its pages, or not quite; perhaps a neighbour in one of them; and stores at the edges (T1 to T6). */
const pageEdges: Motif = (draft, operations) => {
  const { chooser, sketch, pools } = draft;
  operations.push(create(draft, { kind: 'io', least: 0x10n }));
  const device = sketch.regions.at(-1);
  if (device === undefined) return;
  const place = pick(chooser, pagePlaces);
  device.size = pick(chooser, pageSizes);
  device.container = 'memory';
  device.offset = BigInt.asUintN(64, place + pick(chooser, pageStarts));
  const { id: region, size, offset } = device;
  operations.push({ op: 'resize', region, size }, { op: 'map', region, container: 'memory', offset });
  if (oneIn(chooser, 2)) {
    operations.push(create(draft, { kind: oneIn(chooser, 2) ? 'ram' : 'io' }));
    const other = sketch.regions.at(-1) as SketchedRegion;
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
];
