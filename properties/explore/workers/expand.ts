/** Expands a pair: compares every operation of the scope there, and stores the pairs that the operations lead to. */
import type { Effect, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../../compare/compare.ts';
import type { Budget } from '../scope/budget.ts';
import type { LiveState, Side } from '../sides/side.ts';
import type { FrontierView } from '../store/frontier.ts';
import { sameKey } from '../store/key.ts';
import type { StateStore } from '../store/state-store.ts';
import { isError, type LivePair } from './path.ts';
import type { PairDifference } from './turn.ts';

/** An operation that does not change A's state; its effects on A, where they are known already. */
type StillOperation = { readonly operation: number; readonly effects: readonly Effect[] | undefined };

/** Where the pairs that operations lead to are stored. */
export type Successors = { readonly store: StateStore; readonly frontier: FrontierView };

/** Expands one pair at a time. What it finds there does not depend on the pairs before. */
export class Expander {
  /** Operations compared so far. */
  transitions = 0;
  readonly #operations: readonly Operation[];
  readonly #isWrite: readonly boolean[];
  readonly #budget: Budget;
  readonly #a: Side;
  readonly #b: Side;

  constructor(operations: readonly Operation[], budget: Budget, a: Side, b: Side) {
    this.#operations = operations;
    this.#isWrite = operations.map(({ op }) => op === 'write');
    this.#budget = budget;
    this.#a = a;
    this.#b = b;
  }

  /** The first operation, in the scope's order, at which the sides differ. */
  expand(pair: LivePair, successors: Successors): PairDifference | undefined {
    const still: StillOperation[] = [];
    // Asked for here, the keys of this state can help to compute those of its forks.
    pair.a.key();
    pair.b.key();
    const changing = this.#changing(pair, still, successors);
    const found = this.#still(pair, still, successors);
    if (changing === undefined) return found;
    return found !== undefined && found.operation < changing.operation ? found : changing;
  }

  /** The operations that by the fingerprint of A change nothing at a pair, in the order in which they are tried. */
  unchanging(pair: LivePair): number[] {
    return [...this.#operations.keys()].filter(
      (operation) =>
        this.#budget.allows(pair.usage, operation) &&
        (this.#isWrite[operation] || sameKey(pair.a.after(operation).key(), pair.a.key())),
    );
  }

  /** Tries the operations that change A, each on a state of its own. The others are added to `still`; writes are not tried. */
  #changing(pair: LivePair, still: StillOperation[], successors: Successors): PairDifference | undefined {
    const { a, b, usage } = pair;
    const count = this.#operations.length;
    let first: PairDifference | undefined;
    for (let operation = 0; operation < count; operation++) {
      if (!this.#budget.allows(usage, operation)) continue;
      this.transitions++;
      if (this.#isWrite[operation]) {
        still.push({ operation, effects: undefined });
        continue;
      }
      const nextA = a.after(operation);
      if (sameKey(nextA.key(), a.key())) {
        still.push({ operation, effects: nextA.effects });
        continue;
      }
      const nextB = b.after(operation);
      if (differenceOf(nextA.effects, nextB.effects) >= 0) first ??= { operation, isHidden: false };
      else if (first === undefined) this.#store(nextA, nextB, pair, operation, successors);
    }
    return first;
  }

  /** Tries the other operations, all on one state. If they change that after all, each is tried on a state of its own. */
  #still(
    pair: LivePair,
    still: readonly StillOperation[],
    successors: Successors,
  ): PairDifference | undefined {
    const { a, b } = pair;
    // A's key was computed before; B's when the pair was stored.
    const keyOfA = a.key();
    const keyOfB = successors.store.keyOfB(pair.pair);
    const seen = differingAmong(still, pair);
    if (seen === undefined && a.isStill(keyOfA) && b.isStill(keyOfB)) return undefined;
    const { found, unchanging } = this.#eachAlone(pair, still, successors);
    if (found !== undefined) return { operation: found, isHidden: false };
    if (seen === undefined) return undefined;
    // The operations that change a key lead to pairs that are explored. If the others still make a difference, a
    // fingerprint hides some state.
    const hidden = unchanging.length < still.length ? differingAmong(unchanging, pair) : seen;
    return hidden === undefined ? undefined : { operation: hidden, isHidden: true };
  }

  /** Each on a state of its own: the first at which the sides differ, and those that change neither key. */
  #eachAlone(
    pair: LivePair,
    still: readonly StillOperation[],
    successors: Successors,
  ): { readonly found: number | undefined; readonly unchanging: readonly StillOperation[] } {
    const scenario = successors.store.pathTo(pair.pair);
    const unchanging: StillOperation[] = [];
    // The operations that were tried may have changed the states of the pair.
    pair.a = this.#a.replay(scenario);
    pair.b = this.#b.replay(scenario);
    for (const { operation } of still) {
      const nextA = pair.a.after(operation);
      const nextB = pair.b.after(operation);
      if (differenceOf(nextA.effects, nextB.effects) >= 0) return { found: operation, unchanging };
      const isUnchanged = sameKey(nextA.key(), pair.a.key()) && sameKey(nextB.key(), pair.b.key());
      if (isUnchanged) unchanging.push({ operation, effects: undefined });
      else this.#store(nextA, nextB, pair, operation, successors);
    }
    return { found: undefined, unchanging };
  }

  #store(a: LiveState, b: LiveState, pair: LivePair, operation: number, successors: Successors): void {
    const { store, frontier } = successors;
    const keyOfA = a.key();
    const keyOfB = b.key();
    const idOfA = store.a.intern(keyOfA.w0, keyOfA.w1, keyOfA.w2 ^ this.#usageHash(a, pair, operation));
    const idOfB = store.b.intern(keyOfB.w0, keyOfB.w1, keyOfB.w2);
    store.reach(idOfA, idOfB, pair.pair, operation, frontier);
  }

  /** The model's state determines the usage. Any other dispatcher may keep no account of it, so it is added to the key. */
  #usageHash(a: LiveState, { usage }: LivePair, operation: number): number {
    if (this.#a.isModel) return 0;
    return this.#budget.after(usage, operation, isError(a.effects)).hash;
  }
}

/** The first of these operations at which the sides differ, all on one state. */
function differingAmong(operations: readonly StillOperation[], { a, b }: LivePair): number | undefined {
  for (const { operation, effects } of operations) {
    if (differenceOf(effects ?? a.probe(operation), b.probe(operation)) >= 0) return operation;
  }
  return undefined;
}
