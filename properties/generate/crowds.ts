/** What large scenarios have hundreds of: values at a few words, words of a device, regions, containers, notifiers of one word. */
import type { AccessSize, Operation, Store } from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from './chooser.ts';
import { oneIn, pick } from './pools.ts';

/** A member of a crowd: the operations that add and remove it, and the store that it answers. */
export type Member = {
  readonly come: readonly Operation[];
  readonly leave: readonly Operation[];
  readonly store: Store;
};

export type Crowd = { readonly setUp: readonly Operation[]; readonly members: readonly Member[] };

/** Makes a crowd of about this many members. */
type MakeCrowd = (chooser: Chooser, count: number) => Crowd;

const places = [0x1000n, 0n, 0xffff_f000n, 0xffff_ffff_0000_0000n] as const;
const steps = [1n, 3n, 0x10n, 0x1_0000n, 0x1000_0000n, 0x4000_0001n] as const;

/** A device that takes stores of every size, mapped. */
function device(region: string, size: bigint, offset: bigint): Operation[] {
  return [
    { op: 'create', region, kind: 'io', size, valid: { max: 8 } },
    { op: 'map', region, container: 'memory', offset },
  ];
}

/** A member that is a word of a device at `base`. */
function word(
  base: bigint,
  offset: bigint,
  size: AccessSize,
  data: bigint | undefined,
  notifier: string,
  region = 'dev0',
): Member {
  const fields = { region, offset, size, ...(data !== undefined && { data }), notifier } as const;
  return {
    come: [{ op: 'add-eventfd', ...fields }],
    leave: [{ op: 'del-eventfd', ...fields }],
    store: {
      op: 'write',
      space: 'memory',
      address: BigInt.asUintN(64, base + offset),
      size,
      data: data ?? 7n,
    },
  };
}

/** Few words, and hundreds of values: a doorbell register. */
const manyData: MakeCrowd = (chooser, count) => {
  const base = pick(chooser, places);
  const size = oneIn(chooser, 3) ? 8 : 4;
  const step = pick(chooser, steps);
  const first = oneIn(chooser, 3) ? 0xffff_fff0n : 0n;
  const words = 1 + chooser.below(3);
  const notifiers = 1 + chooser.below(count);
  const members = Array.from({ length: count }, (_, nth) => {
    const data = BigInt.asUintN(8 * size, first + BigInt(Math.floor(nth / words)) * step);
    return word(base, BigInt(8 * (nth % words)), size, data, `n${nth % notifiers}`);
  });
  return { setUp: device('dev0', 0x1000n, base), members };
};

/** A device with hundreds of words: doorbells side by side, or far apart. */
const manyWords: MakeCrowd = (chooser, count) => {
  const base = pick(chooser, places);
  const size = pick(chooser, [1, 2, 4, 8] as const);
  const step = BigInt(size) * pick(chooser, [1n, 1n, 2n, 0x10n, 0x400n, 0x1000_0000n] as const);
  const region = BigInt(count) * step;
  // As far as 2^32 into the device.
  const first = oneIn(chooser, 3) ? 0x1_0000_0000n - BigInt(count >> 1) * step : 0n;
  const start = first < 0n ? 0n : first;
  const data = oneIn(chooser, 3) ? 7n : undefined;
  const notifiers = oneIn(chooser, 2) ? count : 3;
  const members = Array.from({ length: count }, (_, nth) =>
    word(base, start + BigInt(nth) * step, size, data, `n${nth % notifiers}`),
  );
  return { setUp: device('dev0', start + region, base), members };
};

/** One word with one value, and a notifier after the other. */
const manyNotifiers: MakeCrowd = (chooser, count) => {
  const data = oneIn(chooser, 3) ? undefined : 7n;
  const names = 2 + chooser.below(count);
  const words = 1 + chooser.below(3);
  const members = Array.from({ length: Math.min(count, 70) }, (_, nth) =>
    word(0x1000n, BigInt(4 * (nth % words)), 4, data, `n${(nth * 7) % names}`),
  );
  return { setUp: device('dev0', 0x1000n, 0x1000n), members };
};

/** A region rendered anew costs the model some milliseconds among hundreds of others. */
const mostRegions = 70;

/** Devices side by side, with a word each: in the space, or in containers within containers. */
const manyRegions: MakeCrowd = (chooser, count) => {
  const base = pick(chooser, places);
  const size = pick(chooser, [8n, 0x10n, 0x1000n] as const);
  // Side by side, apart, or each over half of the one before.
  const stride = pick(chooser, [size, size * 2n, size / 2n] as const);
  const boxes = oneIn(chooser, 2) ? 0 : 1 + chooser.below(4);
  const setUp: Operation[] = [];
  for (let nth = 0; nth < boxes; nth++) {
    const container = nth === 0 ? 'memory' : `box${nth - 1}`;
    setUp.push(
      { op: 'create', region: `box${nth}`, kind: 'container', size: 1n << 48n },
      { op: 'map', region: `box${nth}`, container, offset: nth === 0 ? base : 0x1000n },
    );
  }
  const members = Array.from({ length: Math.min(count, mostRegions) }, (_, nth): Member => {
    const box = boxes === 0 ? undefined : nth % boxes;
    const offset = BigInt(nth) * stride;
    const at = base + offset + (box === undefined ? 0n : 0x1000n * BigInt(box));
    return regionMember(`dev${nth}`, box === undefined ? base + offset : offset, at, size, box, nth % 3);
  });
  return { setUp, members };
};

function regionMember(
  region: string,
  offset: bigint,
  address: bigint,
  size: bigint,
  box: number | undefined,
  priority: number,
): Member {
  const container = box === undefined ? 'memory' : `box${box}`;
  return {
    come: [
      // The second time, it exists already.
      { op: 'create', region, kind: 'io', size, valid: { max: 8 } },
      { op: 'map', region, container, offset, ...(priority !== 0 && { priority }) },
      { op: 'add-eventfd', region, offset: 4n, size: 4, notifier: `n-${region}` },
    ],
    leave: [{ op: 'unmap', region }],
    store: { op: 'write', space: 'memory', address: BigInt.asUintN(64, address + 4n), size: 4, data: 7n },
  };
}

/** A device with words everywhere, and small covers that come and go: its view falls into hundreds of pieces. */
const manyCovers: MakeCrowd = (chooser, count) => {
  const length = Math.min(count, mostRegions);
  const step = pick(chooser, [8n, 0x20n, 0x1000n] as const);
  const covered = pick(chooser, [1n, 4n, 6n] as const);
  const setUp: Operation[] = [...device('dev0', BigInt(length + 1) * step, 0x1000n)];
  for (let nth = 0; nth < length; nth += 1 + chooser.below(3)) {
    const offset = BigInt(nth) * step + (oneIn(chooser, 3) ? 2n : 4n);
    setUp.push({ op: 'add-eventfd', region: 'dev0', offset, size: 4, notifier: `n${nth % 5}` });
  }
  const kind = oneIn(chooser, 3) ? 'ram' : 'io';
  const members = Array.from({ length }, (_, nth): Member => {
    const region = `cover${nth}`;
    const offset = 0x1000n + BigInt(nth + 1) * step;
    return {
      come: [
        { op: 'create', region, kind, size: covered },
        { op: 'map', region, container: 'memory', offset, priority: 1 },
      ],
      leave: [{ op: 'unmap', region }],
      store: { op: 'write', space: 'memory', address: offset - 4n, size: 4, data: 7n },
    };
  });
  return { setUp: [{ op: 'begin' }, ...setUp, { op: 'commit' }], members };
};

/** Aliases of one device, side by side: its words are visible at hundreds of places. */
const manyWindows: MakeCrowd = (chooser, count) => {
  const size = pick(chooser, [8n, 0x10n] as const);
  const words = 1 + chooser.below(3);
  const setUp: Operation[] = [{ op: 'create', region: 'dev0', kind: 'io', size: 0x20n, valid: { max: 8 } }];
  for (let nth = 0; nth < words; nth++) {
    setUp.push({ op: 'add-eventfd', region: 'dev0', offset: BigInt(4 * nth), size: 4, notifier: `n${nth}` });
  }
  const members = Array.from({ length: Math.min(count, mostRegions) }, (_, nth): Member => {
    const region = `win${nth}`;
    const offset = 0x1000n + BigInt(nth) * size;
    const targetOffset = BigInt(4 * (nth % 3));
    const isUnmapped = oneIn(chooser, 2);
    return {
      come: [
        { op: 'create', region, kind: 'alias', size, target: 'dev0', ...(targetOffset && { targetOffset }) },
        { op: 'map', region, container: 'memory', offset },
        ...(isUnmapped ? [] : [{ op: 'enable', region } as const]),
      ],
      leave: [{ op: isUnmapped ? 'unmap' : 'disable', region }],
      store: { op: 'write', space: 'memory', address: offset, size: 4, data: 7n },
    };
  });
  return { setUp, members };
};

export const crowds: readonly MakeCrowd[] = [
  manyData,
  manyWords,
  manyNotifiers,
  manyRegions,
  manyCovers,
  manyWindows,
];
