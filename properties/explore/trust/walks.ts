/**
 * Random walks through an explored scope, each on one session that is never forked. They test what exploration assumes: the
 * effects must agree at every step, and every pair of fingerprints on the way must have been reached, where all were explored.
 */

import { differenceOf } from '../../compare/compare.ts';
import type { Chooser } from '../../generate/chooser.ts';
import type { Usage } from '../scope/budget.ts';
import type { LiveState } from '../sides/side.ts';
import type { Doubt } from '../workers/doubt.ts';
import { isError } from '../workers/path.ts';
import type { Replays } from './replays.ts';

/** Steps of one walk. The next one begins at the empty map. */
const walkLength = 250;

/** Of 8 steps of a walk, how many are writes: few, so that changes follow each other; or many. */
const writesOfEight = [1, 4, 7] as const;

/** How often a change that changes nothing is drawn again. */
const mostRedraws = 3;

type Walker = { a: LiveState; b: LiveState; usage: Usage; readonly history: number[] };

export class Walks {
  /** Steps so far. */
  steps = 0;
  readonly #replays: Replays;
  readonly #chooser: Chooser;
  readonly #changes: readonly number[];
  readonly #isWhole: boolean;

  /** @param isWhole whether every pair was reached, and not only those of a shard */
  constructor(replays: Replays, chooser: Chooser, isWhole: boolean) {
    this.#isWhole = isWhole;
    this.#replays = replays;
    this.#chooser = chooser;
    const { operations, writes } = replays.sides;
    this.#changes = [...operations.keys()].filter((operation) => !writes.includes(operation));
  }

  /** Goes on until so many steps are made in all, or there is a doubt. */
  until(steps: number): Doubt | undefined {
    while (this.steps < steps) {
      const doubt = this.#walk(Math.min(walkLength, steps - this.steps));
      if (doubt !== undefined) return doubt;
    }
    return undefined;
  }

  #walk(length: number): Doubt | undefined {
    const { a, b, budget } = this.#replays.sides;
    const walker: Walker = { a: a.start(), b: b.start(), usage: budget.start(), history: [] };
    const writes = writesOfEight[this.#chooser.below(writesOfEight.length)] ?? 1;
    for (let step = 0; step < length; step++) {
      this.steps++;
      const operation = this.#next(walker, writes);
      if (operation === undefined) return undefined;
      walker.history.push(operation);
      walker.a = walker.a.step(operation);
      walker.b = walker.b.step(operation);
      const { effects } = walker.a;
      walker.usage = budget.after(walker.usage, operation, isError(effects));
      const { history } = walker;
      if (differenceOf(effects, walker.b.effects) >= 0) {
        return { kind: 'effects', history, effects: [effects, walker.b.effects] };
      }
      if (this.#isWhole && this.#replays.pairOf(walker) === undefined)
        return { kind: 'fingerprint', history, other: this.#replays.twinOf(history) ?? [] };
    }
    return undefined;
  }

  #next({ a, usage }: Walker, writesOfEight: number): number | undefined {
    const { writes } = this.#replays.sides;
    const isWrite = writes.length > 0 && this.#chooser.below(8) < writesOfEight;
    if (isWrite) return writes[this.#chooser.below(writes.length)];
    const { budget, a: side } = this.#replays.sides;
    const allowed = this.#changes.filter((operation) => budget.allows(usage, operation));
    let drawn = allowed[this.#chooser.below(allowed.length)];
    for (let redraws = 0; side.isModel && redraws < mostRedraws && drawn !== undefined; redraws++) {
      if (!isError(a.after(drawn).effects)) break;
      drawn = allowed[this.#chooser.below(allowed.length)];
    }
    return drawn;
  }
}
