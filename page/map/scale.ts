/**
 * From addresses to heights. A byte has one height where something begins or ends within a few bytes; a long stretch in which nothing
 * does is folded to one height, with a break that says how long it is.
 */

/** A stretch `[start, end)` that is not to scale, and where its break is drawn. */
export type Fold = {
  readonly start: bigint;
  readonly end: bigint;
  readonly top: number;
  readonly bottom: number;
};

export type Scale = {
  /** The addresses at which something begins or ends, in order. */
  readonly edges: readonly bigint[];
  readonly folds: readonly Fold[];
  readonly height: number;
  /** The height of one of the edges. */
  readonly y: (edge: bigint) => number;
};

/** Pixels for a byte. */
export const byteHeight = 9;
/** Stretches of more bytes are folded. */
const longestShown = 16n;
const foldHeight = 30;
const leastHeight = 15;
export const lineHeight = 15;

/** @param linesAt how many lines of text stand beside an edge, from it downwards */
export function makeScale(all: Iterable<bigint>, linesAt: ReadonlyMap<bigint, number>): Scale {
  const edges = [...new Set(all)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const heights = new Map<bigint, number>();
  const folds: Fold[] = [];
  let height = 0;
  edges.forEach((start, index) => {
    heights.set(start, height);
    const end = edges[index + 1];
    if (end === undefined) return;
    const length = end - start;
    const lines = (linesAt.get(start) ?? 0) * lineHeight;
    const isFolded = length > longestShown;
    const own = isFolded
      ? Math.max(foldHeight, lines + 6)
      : Math.max(Number(length) * byteHeight, leastHeight, lines + 3);
    if (isFolded) folds.push({ start, end, top: height, bottom: height + own });
    height += own;
  });
  return { edges, folds, height, y: (edge) => heights.get(edge) ?? 0 };
}
