/** What a history comes to when it is run on sessions that are never forked, beside what is stored of the exploration. */
import { differenceOf } from '../../compare/compare.ts';
import type { Usage } from '../scope/budget.ts';
import type { Sides } from '../sides/sides.ts';
import { keyWith, sameKey } from '../store/key.ts';
import type { StateStore } from '../store/state-store.ts';
import { isError, type LiveSides } from '../workers/path.ts';

/** Both sides after one history, and what is then in use. */
export type UsedStates = LiveSides & { readonly usage: Usage };

/** Histories are indexes of the scope's operations. */
export class Replays {
  readonly sides: Sides;
  readonly store: StateStore;

  constructor(sides: Sides, store: StateStore) {
    this.sides = sides;
    this.store = store;
  }

  /** The position of the first operation at which the sides differ, or -1. */
  differenceIn(history: readonly number[]): number {
    const { a, b } = this.sides;
    const [one, other] = [a.effectsOf(history), b.effectsOf(history)];
    return history.findIndex((_, at) => differenceOf(one[at] ?? [], other[at] ?? []) >= 0);
  }

  /** Whether the scope's bounds allow a history; what is then in use. */
  usageAfter(history: readonly number[]): Usage | undefined {
    const { a, budget } = this.sides;
    const effects = a.effectsOf(history);
    let usage = budget.start();
    for (const [at, operation] of history.entries()) {
      if (!budget.allows(usage, operation)) return undefined;
      usage = budget.after(usage, operation, isError(effects[at] ?? []));
    }
    return usage;
  }

  /** The pair that a history leads to; undefined if it was not reached, or the scope's bounds do not allow the history. */
  pairAfter(history: readonly number[]): number | undefined {
    const usage = this.usageAfter(history);
    if (usage === undefined) return undefined;
    const { a, b } = this.sides;
    return this.pairOf({ a: a.replay(history), b: b.replay(history), usage });
  }

  /** The pair of two states, with what is in use after the same history; undefined if it was not reached. */
  pairOf({ a, b, usage }: UsedStates): number | undefined {
    const key = a.key();
    return this.store.find(this.sides.a.isModel ? key : keyWith(key, usage.hash), b.key());
  }

  /** The shortest scenario to the pair that a history without its last operation leads to, and that operation after it. */
  twinOf(history: readonly number[]): number[] | undefined {
    const last = history.at(-1);
    const pair = this.pairAfter(history.slice(0, -1));
    return pair === undefined || last === undefined ? undefined : [...this.store.pathTo(pair), last];
  }

  /** The sides whose fingerprints differ after two histories. */
  toldApart(one: readonly number[], other: readonly number[]): ('a' | 'b')[] {
    return (['a', 'b'] as const).filter((name) => {
      const side = this.sides[name];
      return !sameKey(side.replay(one).key(), side.replay(other).key());
    });
  }
}
