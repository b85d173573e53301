/**
 * Where the dispatcher switches from one structure, size or path to another. All of it is here: with other numbers the same
 * dispatcher has the same effects. With `smallestThresholds` it crosses in five operations what the shipped one crosses in
 * five hundred, so a mistake beyond a threshold shows in a short scenario.
 */
export type Thresholds = {
  /** Sizes of stores that may take the fast path, a bit each: 15 for all, 0 for none. */
  readonly fastSizes: number;
  /** The longest range that takes the fast path, in bytes: up to 2^32. */
  readonly simpleBytes: bigint;
  /** How often as long an array is when it grows: at least by one. */
  readonly growth: number;
  /** Records that a new `RecordTable` has room for. */
  readonly recordCapacity: number;
  /** Places of its index: a power of two, from 2 on. */
  readonly recordPlaces: number;
  /** Places of a new `FastTable`: a power of two. */
  readonly fastPlaces: number;
  /** The greatest share of the places of a hash table that are taken. One place is always free. */
  readonly fullest: number;
  /** Records in a chunk of an `OrderedIndex`: even, from 2 on. */
  readonly chunkCapacity: number;
  /** How often as many chunks it has when it grows: at least one more. */
  readonly chunkGrowth: number;
  /** Slots of a new flat view. */
  readonly slots: number;
  /** Places of its cache, at least: a power of two, from 2 on. */
  readonly cachePlaces: number;
  /** Places of its cache for each slot: a power of two, or 0. */
  readonly cachePlacesPerSlot: number;
  /** Regions that a new store of registrations has counters for. */
  readonly regionCapacity: number;
  /** Registrations that a new mirror has room for. */
  readonly mirrorCapacity: number;
  /** Entries that a new kernel's bus has room for. */
  readonly busCapacity: number;
  /** Arrays of up to so many bytes share pages of memory. Longer ones have memory of their own. */
  readonly sharedBytes: number;
  /** The bytes of such a page: a multiple of 64. */
  readonly pageBytes: number;
};

/** The shipped dispatcher's. Measured: `docs/performance.md`. */
export const standardThresholds: Thresholds = Object.freeze({
  fastSizes: 15,
  simpleBytes: 1n << 32n,
  growth: 2,
  recordCapacity: 4,
  recordPlaces: 8,
  fastPlaces: 4,
  fullest: 0.5,
  chunkCapacity: 64,
  chunkGrowth: 1.5,
  slots: 4,
  cachePlaces: 16,
  cachePlacesPerSlot: 4,
  regionCapacity: 8,
  mirrorCapacity: 4,
  busCapacity: 8,
  sharedBytes: 1 << 11,
  pageBytes: 1 << 15,
});

/** All at their least. */
export const smallestThresholds: Thresholds = Object.freeze({
  fastSizes: 15,
  simpleBytes: 16n,
  growth: 1,
  recordCapacity: 1,
  recordPlaces: 2,
  fastPlaces: 1,
  fullest: 1,
  chunkCapacity: 2,
  chunkGrowth: 1,
  slots: 1,
  cachePlaces: 2,
  cachePlacesPerSlot: 0,
  regionCapacity: 1,
  mirrorCapacity: 1,
  busCapacity: 1,
  sharedBytes: 64,
  pageBytes: 128,
});

/** The length of an array of `length` that grows. */
export function grownLength(length: number, growth: number): number {
  return Math.max(length + 1, Math.floor(length * growth));
}

/** Whether a hash table of `places` must grow before it holds `size`. */
export function isOverfull(size: number, places: number, fullest: number): boolean {
  return size > places * fullest || size >= places;
}
