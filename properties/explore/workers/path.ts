/**
 * The path to the pair that is being expanded, with the live states of every pair on it.
 *
 * What is stored of a pair is only how it was reached. A frontier is expanded in the order of its paths, so the paths of
 * two neighbours begin alike, and only the rest of the next path has to be run.
 */
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import type { Budget, Usage } from '../scope/budget.ts';
import type { LiveState, Side } from '../sides/side.ts';
import type { StateStore } from '../store/state-store.ts';

/** A pair with the live states of both sides. A side is replaced when an operation has changed it. */
export type LivePair = { readonly pair: number; a: LiveState; b: LiveState; readonly usage: Usage };

export class Path {
  readonly #budget: Budget;
  /** From the pair of the empty map to the last pair that was asked for. */
  readonly #pairs: LivePair[];

  constructor(a: Side, b: Side, budget: Budget) {
    this.#budget = budget;
    this.#pairs = [{ pair: 0, a: a.start(), b: b.start(), usage: budget.start() }];
  }

  /** The pair with this number. */
  to(pair: number, store: StateStore): LivePair {
    const numbers: number[] = [];
    for (let number = pair; number !== 0; number = store.parents[number] ?? 0) numbers.push(number);
    numbers.reverse();
    let common = 0;
    while (common < numbers.length && this.#pairs[common + 1]?.pair === numbers[common]) common++;
    this.#pairs.length = common + 1;
    for (const number of numbers.slice(common)) this.#extend(number, store.operations[number] ?? 0);
    return this.#last();
  }

  #extend(pair: number, operation: number): void {
    const last = this.#last();
    const a = last.a.after(operation);
    const b = last.b.after(operation);
    const usage = this.#budget.after(last.usage, operation, isError(a.effects));
    this.#pairs.push({ pair, a, b, usage });
  }

  #last(): LivePair {
    // The pair of the empty map is always there.
    return this.#pairs[this.#pairs.length - 1] as LivePair;
  }
}

export function isError(effects: readonly Effect[]): boolean {
  return effects.some((effect) => 'error' in effect);
}
