/**
 * The frontier: the pairs that shortest scenarios of one length lead to, numbers `first` to `first + size - 1`.
 *
 * Its order is that of these scenarios, compared operation by operation. A pair's position in it does not depend on the
 * number of workers, as its number does.
 */
/** `positions` and `order` are inverse to each other. */
export type Frontier = {
  readonly first: number;
  readonly size: number;
  /** Position in the order, by the pair's number less `first`. */
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
    this.end = frontier.first + frontier.size;
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
  return { first: 0, size: 1, positions: new SharedArrayBuffer(4), order: new SharedArrayBuffer(4) };
}
