/** Beginnings of bus scenarios that seldom come about by chance. */
import type { EventfdSize } from '../../../model/vocabulary/vocabulary.ts';
import type { Chooser } from '../chooser.ts';
import { oneIn, pick } from '../pools.ts';
import type { BusDraft, BusWord } from './draft.ts';
import type { BusPlace } from './places.ts';

type Motif = (draft: BusDraft) => void;

const pageSize = 4096n;

/** Words within words: each tiles what a larger one covers. */
const tilings: readonly (readonly (readonly [distance: bigint, size: EventfdSize])[])[] = [
  [
    [0n, 4],
    [4n, 4],
    [0n, 8],
  ],
  [
    [0n, 2],
    [2n, 2],
    [0n, 4],
    [4n, 4],
  ],
  [
    [4n, 0],
    [0n, 4],
  ],
  [
    [4n, 0],
    [0n, 4],
    [0n, 8],
    [6n, 2],
  ],
  [
    [0n, 1],
    [1n, 1],
    [0n, 2],
    [2n, 0],
    [0n, 4],
  ],
];

function shuffled<T>(chooser: Chooser, list: readonly T[]): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(chooser.below(rest.length), 1)[0] as T);
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

function wordAt(
  draft: BusDraft,
  place: BusPlace,
  address: bigint,
  size: EventfdSize,
  data?: bigint,
): BusWord {
  const notifier = pick(draft.chooser, place.notifiers);
  return { place, address, size, ...(data !== undefined && { data }), notifier };
}

/** Ranges next to and within each other, in any order; and a store that each should take. */
const tiled: Motif = (draft) => {
  const { chooser } = draft;
  const place = draft.place();
  const [base = 0n] = place.addresses;
  const words = shuffled(chooser, pick(chooser, tilings)).map(([distance, size]) =>
    wordAt(draft, place, base + distance, size),
  );
  for (const word of words) draft.add(word);
  for (const word of words) draft.store(word);
};

/** One address and size, and many data; each is stored, and one more. */
const manyData: Motif = (draft) => {
  const { chooser } = draft;
  const place = draft.place();
  const address = pick(chooser, place.addresses);
  const size = pick(chooser, [4, 2, 1, 4] as const);
  const count = 8 + chooser.below(24);
  const words = Array.from({ length: count }, (_, index) =>
    wordAt(draft, place, address, size, BigInt(index * 3)),
  );
  for (const word of words) draft.add(word);
  for (const word of words) if (oneIn(chooser, 3)) draft.store(word);
  if (oneIn(chooser, 2)) draft.remove(pick(chooser, words));
  draft.storeAt(place, address, size, BigInt(count * 3));
};

/** Many words, in any order, so that the search has somewhere to go; some of length 0, some wider than the step. */
const crowd: Motif = (draft) => {
  const { chooser } = draft;
  const place = draft.place();
  const [base = 0n] = place.addresses;
  const step = pick(chooser, [4n, 2n, 8n, 1n]);
  const words = shuffled(chooser, numbers(8 + chooser.below(oneIn(chooser, 4) ? 90 : 24))).map((index) =>
    wordAt(draft, place, base + BigInt(index) * step, pick(chooser, place.wordSizes)),
  );
  for (const word of words) draft.add(word);
  for (const word of words) if (oneIn(chooser, 4)) draft.store(word);
};

/** Words that end with a page, and words that begin the next; stores across the edge, whose parts they should take. */
const acrossAPage: Motif = (draft) => {
  const { chooser, memory } = draft;
  if (memory === undefined) return tiled(draft);
  const edge = (((memory.addresses[0] ?? 0n) + 8n) & ~(pageSize - 1n)) + pageSize;
  const before = pick(chooser, [4n, 2n, 1n] as const);
  const after = pick(chooser, [4, 2, 1] as const);
  const value = pick(chooser, memory.data);
  const hasData = oneIn(chooser, 3);
  const first = wordAt(draft, memory, edge - before, Number(before) as EventfdSize);
  const second = wordAt(
    draft,
    memory,
    edge,
    after,
    hasData ? BigInt.asUintN(8 * after, value >> (8n * before)) : undefined,
  );
  for (const word of shuffled(chooser, [first, second])) if (!oneIn(chooser, 8)) draft.add(word);
  for (const size of [8, 4, 2] as const) {
    if (before < BigInt(size)) draft.storeAt(memory, edge - before, size, value);
  }
};

/** The same match twice, and what collides with it or just does not. */
const collisions: Motif = (draft) => {
  const { chooser } = draft;
  const place = draft.place();
  const address = pick(chooser, place.addresses);
  const size = pick(chooser, [4, 2, 8, 1] as const);
  const [value = 0n] = place.data;
  const candidates: readonly BusWord[] = [
    wordAt(draft, place, address, size),
    wordAt(draft, place, address, 0),
    wordAt(draft, place, address, size, value),
    wordAt(draft, place, address, size, BigInt.asUintN(64, value + 1n)),
    wordAt(draft, place, address, size === 4 ? 2 : 4),
    wordAt(draft, place, address + 1n, size),
  ];
  for (let left = 3 + chooser.below(4); left > 0; left--) draft.add(pick(chooser, candidates));
  for (const word of candidates) if (oneIn(chooser, 2)) draft.store(word);
};

/** All of them, the first twice. */
export const busMotifs: readonly Motif[] = [tiled, tiled, manyData, crowd, acrossAPage, collisions];
