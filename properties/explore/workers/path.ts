/**
 * The path to the pair that is being expanded, with the live states of every pair on it.
 *
 *     cold    the operations of the path, and nothing else
 *     warm    the same, with every write of the scope before and after each of them
 *
 * What is stored of a pair is only how it was reached. A frontier is expanded in the order of its paths, so the paths of
 * two neighbours begin alike, and only the rest of the next path has to be run.
 */
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import type { Budget, Usage } from '../scope/budget.ts';
import type { LiveState, Side } from '../sides/side.ts';
import type { Sides } from '../sides/sides.ts';
import type { StateStore } from '../store/state-store.ts';

/** Both sides after one history. */
export type LiveSides = { readonly a: LiveState; readonly b: LiveState };

/** A pair with its live states. */
export type LivePair = {
  readonly pair: number;
  readonly usage: Usage;
  readonly cold: LiveSides;
  /** In the pair that was asked for, no write was made after the last operation. */
  readonly warm: LiveSides;
};

/** A pair on the way to the one that was asked for. */
type Ancestor = LivePair & {
  /** The operation that leads here. The pair of the empty map has none. */
  readonly operation: number | undefined;
  /** Whether `warm` went on with the writes: not where they change a fingerprint, and so lead to other pairs. */
  readonly isWarmed: boolean;
};

export class Path {
  readonly #a: Side;
  readonly #b: Side;
  readonly #budget: Budget;
  readonly #writes: readonly number[];
  /** From the pair of the empty map to the parent of the last pair that was asked for. */
  #ancestors: Ancestor[] = [];

  constructor({ a, b, budget, writes }: Sides) {
    this.#a = a;
    this.#b = b;
    this.#budget = budget;
    this.#writes = writes;
  }

  /** The pair with this number. The caller may write to its states: they are not used again. */
  to(pair: number, store: StateStore): LivePair {
    if (pair === 0) return this.#empty();
    const numbers = [0, ...store.pairsTo(pair)];
    let common = 0;
    while (common < numbers.length - 1 && this.#ancestors[common]?.pair === numbers[common]) common++;
    this.#ancestors.length = common;
    for (const number of numbers.slice(common, -1)) this.#ancestors.push(this.#ancestor(number, store));
    return this.#reached(pair, store.operationOf(pair));
  }

  /** What was applied to the warm states of the pair that was last asked for. */
  warmHistory(pair: number, store: StateStore): number[] {
    if (pair === 0) return [];
    let history: number[] = [];
    const plain: number[] = [];
    for (const { operation, isWarmed } of this.#ancestors) {
      if (operation !== undefined) {
        history.push(operation);
        plain.push(operation);
      }
      if (isWarmed) history.push(...this.#writes);
      else history = [...plain];
    }
    return [...history, store.operationOf(pair)];
  }

  #empty(): LivePair {
    const cold = { a: this.#a.start(), b: this.#b.start() };
    const warm = { a: this.#a.start(), b: this.#b.start() };
    return { pair: 0, usage: this.#budget.start(), cold, warm };
  }

  /** The pair after the last ancestor. */
  #reached(pair: number, operation: number): LivePair {
    // There is always one: the pair of the empty map.
    const last = this.#ancestors[this.#ancestors.length - 1] as Ancestor;
    const cold = { a: last.cold.a.after(operation), b: last.cold.b.after(operation) };
    const warm = {
      a: this.#a.isModel ? cold.a : last.warm.a.after(operation),
      b: this.#b.isModel ? cold.b : last.warm.b.after(operation),
    };
    const usage = this.#budget.after(last.usage, operation, isError(cold.a.effects));
    return { pair, usage, cold, warm };
  }

  #ancestor(number: number, store: StateStore): Ancestor {
    const operation = number === 0 ? undefined : store.operationOf(number);
    const reached = operation === undefined ? this.#empty() : this.#reached(number, operation);
    const { cold, warm } = reached;
    const keys = { a: cold.a.key(), b: cold.b.key() };
    for (const write of this.#writes) {
      if (!this.#a.isModel) warm.a.probe(write);
      if (!this.#b.isModel) warm.b.probe(write);
    }
    const isWarmed = warm.a.isStill(keys.a) && warm.b.isStill(keys.b);
    return { ...reached, operation, isWarmed, warm: isWarmed ? warm : cold };
  }
}

export function isError(effects: readonly Effect[]): boolean {
  return effects.some((effect) => 'error' in effect);
}
