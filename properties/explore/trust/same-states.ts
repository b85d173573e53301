/**
 * Pairs in which a side is in the same state, by its fingerprint, and the other side is not.
 *
 * If the fingerprint is right, all operations have the same effects in them. It is enough to look at the effects of one
 * operation: where a longer scenario tells two such pairs apart, its last operation has other effects at the two pairs
 * before it, and in these the side is again in the same state; or the fingerprint told them apart on the way.
 */
import { differenceOf } from '../../compare/compare.ts';
import { type Frontier, FrontierView } from '../store/frontier.ts';
import { type StoreBuffers, storeCounts } from '../store/state-store.ts';
import type { Flaw } from './flaw.ts';
import type { Replays } from './replays.ts';

export class SameStates {
  /** By the id of a state, one more than the number of the first pair that it is in. */
  #firstOfA = new Int32Array(1 << 10);
  #firstOfB = new Int32Array(1 << 10);

  /** Looks at the pairs of a frontier, in its order: what is wrong, if two of all those looked at differ. */
  flawIn(frontier: Frontier, buffers: StoreBuffers, replays: Replays): Flaw | undefined {
    const { statesOfA, statesOfB } = storeCounts(buffers);
    this.#firstOfA = roomFor(statesOfA, this.#firstOfA);
    this.#firstOfB = roomFor(statesOfB, this.#firstOfB);
    const view = new FrontierView(frontier);
    const { store, sides } = replays;
    for (let position = 0; position < view.size; position++) {
      const pair = view.pairAt(position);
      const firstOfA = firstPair(this.#firstOfA, store.idOfA(pair), pair);
      const firstOfB = firstPair(this.#firstOfB, store.idOfB(pair), pair);
      const flaw =
        (firstOfB === pair ? undefined : flawOf(sides.b.name, firstOfB, pair, replays)) ??
        (firstOfA === pair ? undefined : flawOf(sides.a.name, firstOfA, pair, replays));
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }
}

/** The first pair of a state. A pair of a state that is in none yet becomes it. */
function firstPair(firsts: Int32Array, id: number, pair: number): number {
  const known = firsts[id] ?? 0;
  if (known !== 0) return known - 1;
  firsts[id] = pair + 1;
  return pair;
}

function roomFor(count: number, firsts: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  if (count <= firsts.length) return firsts;
  const grown = new Int32Array(Math.max(count, 2 * firsts.length));
  grown.set(firsts);
  return grown;
}

/** The sides agree at both pairs, so either tells what the effects are. */
function flawOf(dispatcher: string, one: number, other: number, replays: Replays): Flaw | undefined {
  const { sides, store } = replays;
  const side = sides.b.isModel ? sides.b : sides.a;
  const paths = [store.pathTo(one), store.pathTo(other)] as const;
  const [first, second] = [side.replay(paths[0]), side.replay(paths[1])];
  const usages = paths.map((path) => replays.usageAfter(path));
  for (let operation = 0; operation < sides.operations.length; operation++) {
    if (!usages.every((usage) => usage !== undefined && sides.budget.allows(usage, operation))) continue;
    const effects = [first.after(operation).effects, second.after(operation).effects] as const;
    if (differenceOf(...effects) < 0) continue;
    const histories = paths.map((path) =>
      [...path, operation].flatMap((index) => sides.operations[index] ?? []),
    );
    return { dispatcher, what: 'fingerprint', histories, effects };
  }
  return undefined;
}
