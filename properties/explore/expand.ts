/** All operations of a scope, at one pair of states: compared, and the pairs behind them noted. */
import type { Effect, Operation } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../compare/compare.ts';
import { sameKey } from './hash.ts';
import type { Live, Side } from './live.ts';
import type { Budget } from './scope/budget.ts';
import type { LayerView, Tables } from './tables.ts';
import type { TrailNode } from './trail.ts';

/**
 * Where the sides part: an operation, at a pair. `isHidden`: only after other operations, each of which changes nothing
 * by the fingerprint, but does (`Expander.unchanging` tells which).
 */
export type PairDifference = { readonly operation: number; readonly isHidden: boolean };

/** An operation that leaves A as it is; its effects on A, where they are known already. */
type Staying = { readonly operation: number; readonly effects: readonly Effect[] | undefined };

/** Where successors are noted. */
export type Notes = { readonly tables: Tables; readonly layer: LayerView };

/** Expands pairs, one at a time. Deterministic: nothing that it does depends on what was done before. */
export class Expander {
  /** Operations compared so far. */
  transitions = 0;
  readonly #alphabet: readonly Operation[];
  readonly #isWrite: readonly boolean[];
  readonly #budget: Budget;
  readonly #a: Side;
  readonly #b: Side;

  constructor(alphabet: readonly Operation[], budget: Budget, a: Side, b: Side) {
    this.#alphabet = alphabet;
    this.#isWrite = alphabet.map(({ op }) => op === 'write');
    this.#budget = budget;
    this.#a = a;
    this.#b = b;
  }

  /**
   * Compares the effects of every operation at a pair, and notes every pair that one leads to. The first operation, in
   * the alphabet's order, at which the sides part.
   */
  expand(node: TrailNode, notes: Notes): PairDifference | undefined {
    const staying: Staying[] = [];
    // Asked here once, what the forks have in common with their origin is known when they are asked.
    node.a.key();
    node.b.key();
    const changing = this.#changing(node, staying, notes);
    const found = this.#staying(node, staying, notes);
    if (changing === undefined) return found;
    return found !== undefined && found.operation < changing.operation ? found : changing;
  }

  /** The operations that seem to change nothing at a pair, in the order in which they are tried there. */
  unchanging(node: TrailNode): number[] {
    return [...this.#alphabet.keys()].filter(
      (operation) =>
        this.#budget.allows(node.usage, operation) &&
        (this.#isWrite[operation] || sameKey(node.a.after(operation).key(), node.a.key())),
    );
  }

  /** The operations that change A, each on states of its own; those that do not are put aside, writes untried. */
  #changing(node: TrailNode, staying: Staying[], notes: Notes): PairDifference | undefined {
    const { a, b, usage } = node;
    const count = this.#alphabet.length;
    let first: PairDifference | undefined;
    for (let operation = 0; operation < count; operation++) {
      if (!this.#budget.allows(usage, operation)) continue;
      this.transitions++;
      if (this.#isWrite[operation]) {
        staying.push({ operation, effects: undefined });
        continue;
      }
      const nextA = a.after(operation);
      if (sameKey(nextA.key(), a.key())) {
        staying.push({ operation, effects: nextA.effects });
        continue;
      }
      const nextB = b.after(operation);
      if (differenceOf(nextA.effects, nextB.effects) >= 0) first ??= { operation, isHidden: false };
      else if (first === undefined) this.#note(nextA, nextB, node, operation, notes);
    }
    return first;
  }

  /** The others, all on one state, which must be the same after them; else each on a state of its own. */
  #staying(node: TrailNode, staying: readonly Staying[], notes: Notes): PairDifference | undefined {
    const { a, b } = node;
    // A's key is known from before; B's from when the pair was noted.
    const keyOfA = a.key();
    const keyOfB = notes.tables.keyOfB(node.pair);
    let seen: number | undefined;
    for (const { operation, effects } of staying) {
      if (differenceOf(effects ?? a.probe(operation), b.probe(operation)) < 0) continue;
      seen = operation;
      break;
    }
    if (seen === undefined && a.isStill(keyOfA) && b.isStill(keyOfB)) return undefined;
    const { found, still } = this.#stayingAlone(node, staying, notes);
    if (found !== undefined) return { operation: found, isHidden: false };
    if (seen === undefined) return undefined;
    // What changed a key is explored from now on. If the others still part the sides, a key hides some state.
    const hidden = still.length < staying.length ? this.#partedBy(node, still) : seen;
    return hidden === undefined ? undefined : { operation: hidden, isHidden: true };
  }

  /** The first of these operations at which the sides part, all on one state. */
  #partedBy({ a, b }: TrailNode, staying: readonly Staying[]): number | undefined {
    return staying.find(({ operation }) => differenceOf(a.probe(operation), b.probe(operation)) >= 0)
      ?.operation;
  }

  /** Each on a state of its own: the first that parts the sides, and those that change neither key. */
  #stayingAlone(
    node: TrailNode,
    staying: readonly Staying[],
    notes: Notes,
  ): { readonly found: number | undefined; readonly still: readonly Staying[] } {
    const scenario = notes.tables.pathTo(node.pair);
    const still: Staying[] = [];
    // What was tried on the shared states may have changed them.
    node.a = this.#a.replay(scenario);
    node.b = this.#b.replay(scenario);
    for (const one of staying) {
      const { operation } = one;
      const nextA = node.a.after(operation);
      const nextB = node.b.after(operation);
      if (differenceOf(nextA.effects, nextB.effects) >= 0) return { found: operation, still };
      if (sameKey(nextA.key(), node.a.key()) && sameKey(nextB.key(), node.b.key())) still.push(one);
      else this.#note(nextA, nextB, node, operation, notes);
    }
    return { found: undefined, still };
  }

  #note(a: Live, b: Live, node: TrailNode, operation: number, { tables, layer }: Notes): void {
    const keyOfA = a.key();
    const keyOfB = b.key();
    const idOfA = tables.a.intern(keyOfA.w0, keyOfA.w1, keyOfA.w2 ^ this.#usageHash(a, node, operation));
    const idOfB = tables.b.intern(keyOfB.w0, keyOfB.w1, keyOfB.w2);
    tables.reach(idOfA, idOfB, node.pair, operation, layer);
  }

  /** What a state of the model says already of how much there is; any other dispatcher may keep no account of it. */
  #usageHash(a: Live, { usage }: TrailNode, operation: number): number {
    if (this.#a.isModel) return 0;
    return this.#budget.after(usage, operation, isError(a.effects)).hash;
  }
}

export function isError(effects: readonly Effect[]): boolean {
  return effects.some((effect) => 'error' in effect);
}
