/**
 * The way to the pair that is expanded, kept live.
 *
 * No pair is kept live for longer than it takes: what is stored of one is how it was reached. But a layer is expanded in
 * the order of the scenarios that lead to its pairs, so that those of two neighbours begin alike: what the next scenario
 * has in common with the last one need not be run again.
 */

import { isError } from './expand.ts';
import type { Live, Side } from './live.ts';
import type { Budget, Usage } from './scope/budget.ts';
import type { Tables } from './tables.ts';

/** A pair, live. Its sides are replaced where they were spoilt. */
export type TrailNode = { readonly pair: number; a: Live; b: Live; readonly usage: Usage };

export class Trail {
  readonly #budget: Budget;
  readonly #nodes: TrailNode[];

  constructor(a: Side, b: Side, budget: Budget) {
    this.#budget = budget;
    this.#nodes = [{ pair: 0, a: a.start(), b: b.start(), usage: budget.start() }];
  }

  /** The pair of this number, live. */
  at(pair: number, tables: Tables): TrailNode {
    const numbers: number[] = [];
    for (let number = pair; number !== 0; number = tables.parents[number] ?? 0) numbers.push(number);
    numbers.reverse();
    let common = 0;
    while (common < numbers.length && this.#nodes[common + 1]?.pair === numbers[common]) common++;
    this.#nodes.length = common + 1;
    for (const number of numbers.slice(common)) this.#extend(number, tables.operations[number] ?? 0);
    return this.#nodes[this.#nodes.length - 1] as TrailNode;
  }

  #extend(pair: number, operation: number): void {
    const node = this.#nodes[this.#nodes.length - 1] as TrailNode;
    const a = node.a.after(operation);
    const b = node.b.after(operation);
    const usage = this.#budget.after(node.usage, operation, isError(a.effects));
    this.#nodes.push({ pair, a, b, usage });
  }
}
