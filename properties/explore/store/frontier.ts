/**
 * The frontier: the pairs that shortest scenarios of one length lead to, numbers `first` to `end - 1`. All of them are expanded, or, by a
 * shard, some.
 *
 * Its order is that of these scenarios, compared operation by operation. A pair's position in it does not depend on the
 * number of workers, as its number does.
 */
/** `positions` and `order` are inverse to each other. */
export type Frontier = {
  readonly first: number;
  /** One more than the number of its last pair. */
  readonly end: number;
  /** How many pairs are expanded. */
  readonly size: number;
  /** Position in the order, by the pair's number less `first`; of pairs that are not expanded, any. */
  readonly positions: SharedArrayBuffer;
  /** The pair's number, by position. */
  readonly order: SharedArrayBuffer;
};

/** A frontier, as one worker sees it. */
export class FrontierView {
  readonly first: number;
  readonly size: number;
  /** One more than the number of its last pair. Pairs from here on belong to the next frontier. */
  readonly end: number;
  readonly #positions: Int32Array;
  readonly #order: Int32Array;

  constructor(frontier: Frontier) {
    this.first = frontier.first;
    this.size = frontier.size;
    this.end = frontier.end;
    this.#positions = new Int32Array(frontier.positions);
    this.#order = new Int32Array(frontier.order);
  }

  positionOf(pair: number): number {
    return this.#positions[pair - this.first] ?? 0;
  }

  pairAt(position: number): number {
    return this.#order[position] ?? 0;
  }
}

/** The first frontier: the pair of the empty map, number 0. */
export function firstFrontier(): Frontier {
  return { first: 0, end: 1, size: 1, positions: new SharedArrayBuffer(4), order: new SharedArrayBuffer(4) };
}

/** The part of a frontier that one shard goes on with: every `count`-th pair, from the `index`-th (from 1), in its order. */
export function partOf(
  frontier: Frontier,
  { index, count }: { readonly index: number; readonly count: number },
): Frontier {
  const { first, end } = frontier;
  const all = new Int32Array(frontier.order).subarray(0, frontier.size);
  const own = all.filter((_, position) => position % count === index - 1);
  const positions = new SharedArrayBuffer(4 * Math.max(end - first, 1));
  const order = new SharedArrayBuffer(4 * Math.max(own.length, 1));
  new Int32Array(order).set(own);
  const positionWords = new Int32Array(positions);
  for (const [position, pair] of own.entries()) positionWords[pair - first] = position;
  return { first, end, size: own.length, positions, order };
}
