/**
 * Expands a pair: compares every operation of the scope there, and stores the pairs that the operations lead to.
 *
 *     cold states    every write; then a few changes one after the other, with writes around each
 *     warm states    every write, every operation that changes nothing, every write again
 *         ├─ fork    a change, and writes after it; for each change but one
 *         │          that one, on the warm states themselves
 *         └─ fork    the same once more, on copies that were made before
 *
 * So on one session, writes come before and after each change: what they leave behind in it, and a fingerprint does not tell,
 * shows. Where a write changes a fingerprint, it is a change like any other.
 */
import type { Effect } from '../../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../../compare/compare.ts';
import type { Budget, Usage } from '../scope/budget.ts';
import type { LiveState, Side } from '../sides/side.ts';
import type { Sides } from '../sides/sides.ts';
import type { FrontierView } from '../store/frontier.ts';
import { type Key, keyWith, sameKey } from '../store/key.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Doubt } from './doubt.ts';
import { isError, type LivePair, type LiveSides, type Path } from './path.ts';
import { WriteChoice } from './write-choice.ts';

/** Where the pairs that operations lead to are stored. */
export type Successors = { readonly store: StateStore; readonly frontier: FrontierView };

/** What was found at a pair. */
export type Expansion = {
  /** The first operation, in the scope's order, at which the sides differ after the shortest path to the pair. */
  readonly difference: number | undefined;
  /** The first doubt, where there is no such operation. */
  readonly doubt: Doubt | undefined;
};

/** The keys of both sides at a pair. */
type Keys = { readonly a: Key; readonly b: Key };

/** An operation that changes A, and A's state after it, if that does not depend on what else was tried: the model's. */
type Change = { readonly operation: number; readonly after: LiveState | undefined };

/** Indexes of operations that were applied to both sides from the empty map on. */
type History = readonly number[];

const nothing: Expansion = { difference: undefined, doubt: undefined };

/** Changes on the cold states. */
const changesInARow = 2;

/**
 * They are tried at each pair of a frontier of up to so many pairs, and at one in eight of a larger one. At all of them, they take a quarter of
 * the time of a large scope. Copies of the warm states are made at as many pairs, but at others.
 */
const manyPairs = 4096;

/** Whether what is tried at some pairs only is tried at the one with this word of a key. */
function isSampled({ size }: FrontierView, word: number): boolean {
  return size <= manyPairs || (word & 7) === 0;
}

/** Expands one pair at a time. What it finds there does not depend on the pairs before. */
export class Expander {
  /** Operations compared so far, each once at each pair. */
  transitions = 0;
  /** Writes compared beyond that. */
  writesAgain = 0;
  readonly #isWrite: readonly boolean[];
  readonly #choice: WriteChoice;
  readonly #budget: Budget;
  readonly #a: Side;
  readonly #b: Side;
  readonly #path: Path;
  /** Of the pair that is being expanded: the first doubt about it, and about what comes after a change. */
  #doubt: Doubt | undefined;
  #doubtAfter: Doubt | undefined;

  constructor({ a, b, operations, writes, budget }: Sides, path: Path) {
    this.#isWrite = operations.map(({ op }) => op === 'write');
    this.#choice = new WriteChoice(writes);
    this.#budget = budget;
    this.#a = a;
    this.#b = b;
    this.#path = path;
  }

  expand(pair: LivePair, successors: Successors): Expansion {
    this.#doubt = undefined;
    this.#doubtAfter = undefined;
    const allowed = this.#allowedAt(pair);
    this.transitions += allowed.length;
    const keys = this.#keysOf(pair, successors);
    const changes = this.#writeCold(pair, keys, successors)
      ? this.#tryUnchanging(pair, allowed, keys, successors)
      : undefined;
    const before = this.#doubt;
    if (before !== undefined) {
      const difference = this.#plainDifference(pair, allowed, successors);
      if (difference !== undefined) return { difference, doubt: undefined };
    }
    if (changes !== undefined) this.#tryChanges(pair, changes, keys, successors);
    else this.#tryEachAlone(pair, allowed, keys, successors);
    const doubt = this.#doubt ?? this.#doubtAfter;
    if (doubt === undefined) return nothing;
    const difference = this.#doubt === before ? undefined : this.#plainDifference(pair, allowed, successors);
    return difference === undefined ? { difference, doubt } : { difference, doubt: undefined };
  }

  /** As they were stored. */
  #keysOf({ pair, cold, usage }: LivePair, { store }: Successors): Keys {
    const b = store.keyOfB(pair);
    if (this.#a.isModel) return { a: cold.a.key(), b };
    return { a: keyWith(store.keyOfA(pair), usage.hash), b };
  }

  #allowedAt({ usage }: LivePair): number[] {
    const allowed: number[] = [];
    for (let operation = 0; operation < this.#isWrite.length; operation++) {
      if (this.#budget.allows(usage, operation)) allowed.push(operation);
    }
    return allowed;
  }

  /** Makes every write on the cold states, first another one at each pair. Whether all is well and nothing has changed. */
  #writeCold(pair: LivePair, keys: Keys, { store, frontier }: Successors): boolean {
    const { cold } = pair;
    const writes = [...this.#choice.from(keys.b.w0)];
    const doubt = this.#compare(writes, cold, () => store.pathTo(pair.pair));
    this.#doubt ??= doubt;
    if (doubt !== undefined || !cold.a.isStill(keys.a) || !cold.b.isStill(keys.b)) return false;
    if (!isSampled(frontier, keys.b.w1)) return true;
    this.#doubtAfter ??= this.#changeInARow(pair, keys, () => [...store.pathTo(pair.pair), ...writes]);
    return true;
  }

  /** A few changes one after the other, without forks, each with writes around it. */
  #changeInARow({ cold, usage }: LivePair, keys: Keys, begin: () => History): Doubt | undefined {
    let sides: LiveSides = cold;
    let inUse = usage;
    const applied: number[] = [];
    const history = () => [...begin(), ...applied];
    for (let turn = 0; turn < changesInARow; turn++) {
      const seed = (keys.b.w2 + Math.imul(turn, 0x9e3779b1)) >>> 0;
      const change = this.#changeFrom(seed, sides.a, inUse);
      if (change === undefined) return undefined;
      const { operation, after } = change;
      const writes = this.#choice.afterChange(sides.a, after, seed);
      const around = [...writes.slice(0, 1), operation, ...writes];
      this.writesAgain += around.length - 1;
      for (const next of around) {
        sides = {
          a: next === operation ? (after ?? sides.a.step(operation)) : sides.a.step(next),
          b: sides.b.step(next),
        };
        applied.push(next);
        if (differenceOf(sides.a.effects, sides.b.effects) < 0) continue;
        return doubtEffects(history(), sides.a.effects, sides.b.effects);
      }
      inUse = this.#budget.after(inUse, operation, isError(sides.a.effects));
    }
    return undefined;
  }

  /** The first operation, from another one on for each seed, that changes A; where that is not the model, that is no write. */
  #changeFrom(seed: number, a: LiveState, usage: Usage): Change | undefined {
    const count = this.#isWrite.length;
    for (let at = 0; at < count; at++) {
      const operation = (seed + at) % count;
      if (this.#isWrite[operation] || !this.#budget.allows(usage, operation)) continue;
      if (!this.#a.isModel) return { operation, after: undefined };
      const after = a.after(operation);
      if (!sameKey(after.key(), a.key())) return { operation, after };
    }
    return undefined;
  }

  /**
   * Makes every write on the warm states, then tries the operations that do not change A, then makes every write again, the
   * last first. The operations that do change A; none where there is a doubt, or something has changed after all.
   */
  #tryUnchanging(
    { pair, warm }: LivePair,
    allowed: History,
    keys: Keys,
    { store }: Successors,
  ): readonly Change[] | undefined {
    const { forward, backward } = this.#choice;
    const begin = () => this.#path.warmHistory(pair, store);
    this.writesAgain += 2 * forward.length;
    this.#doubt ??= this.#compare(forward, warm, begin);
    if (this.#doubt !== undefined) return undefined;
    const changes: Change[] = [];
    const still: number[] = [];
    for (const operation of allowed) {
      if (this.#isWrite[operation]) continue;
      const after = warm.a.after(operation);
      if (!sameKey(after.key(), keys.a)) {
        changes.push({ operation, after: this.#a.isModel ? after : undefined });
        continue;
      }
      const expected = this.#a.isModel ? after.effects : warm.a.probe(operation);
      const effects = warm.b.probe(operation);
      still.push(operation);
      if (differenceOf(expected, effects) < 0) continue;
      this.#doubt = doubtEffects([...begin(), ...forward, ...still], expected, effects);
      return undefined;
    }
    this.#doubt ??= this.#compare(backward, warm, () => [...begin(), ...forward, ...still]);
    if (this.#doubt !== undefined) return undefined;
    return warm.a.isStill(keys.a) && warm.b.isStill(keys.b) ? changes : undefined;
  }

  /**
   * Tries each change on a fork of the warm states, with writes after it, of which the first is made right before it, too. One
   * of the changes, another at each pair, is tried last, on the warm states themselves: a fork may leave behind what it
   * should not. Copies that were made right before it must not notice it.
   */
  #tryChanges(pair: LivePair, changes: readonly Change[], keys: Keys, successors: Successors): void {
    const { a, b } = pair.warm;
    const firsts: number[] = [];
    const begin = () => [...this.#warmHistory(pair, changes, successors), ...firsts];
    const last = changes.length === 0 ? -1 : (keys.b.w2 >>> 0) % changes.length;
    for (let turn = 0; turn < changes.length; turn++) {
      const isLast = turn === changes.length - 1;
      // The one at `last` changes places with the one at the end.
      const change = changes[isLast ? last : turn === last ? changes.length - 1 : turn];
      if (change === undefined) continue;
      if (isLast && this.#doubt === undefined && !(a.isStill(keys.a) && b.isStill(keys.b))) {
        this.#doubt = { kind: 'isolation', history: begin() };
        return;
      }
      const { operation, after } = change;
      const writes = this.#choice.afterChange(pair.cold.a, after, keys.b.w1 + operation);
      const first = writes.slice(0, 1);
      this.#doubt ??= this.#compare(first, pair.warm, begin);
      firsts.push(...first);
      this.writesAgain += first.length;
      const copies = isLast && isSampled(successors.frontier, keys.b.w0) ? copiesOf(pair.warm) : undefined;
      const sides = {
        a: after ?? (isLast ? a.step(operation) : a.after(operation)),
        b: isLast ? b.step(operation) : b.after(operation),
      };
      this.#tryChange(pair, operation, sides, writes, successors, begin);
      if (copies !== undefined)
        this.#doubtAfter ??= this.#tryCopies(copies, operation, sides, writes, keys, begin);
    }
  }

  /** Copies of states that a change has been made on are still what they were, and go on as these did. */
  #tryCopies(
    copies: LiveSides,
    operation: number,
    after: LiveSides,
    writes: History,
    keys: Keys,
    begin: () => History,
  ): Doubt | undefined {
    if (!copies.a.isStill(keys.a) || !copies.b.isStill(keys.b))
      return { kind: 'isolation', history: begin() };
    const there = writes.slice(0, writes.length >> 1);
    this.writesAgain += 2 * there.length;
    const before = this.#compare(there, copies, begin);
    if (before !== undefined) return before;
    const [a, b] = [copies.a.step(operation), copies.b.step(operation)];
    const history = () => [...begin(), ...there, operation];
    if (differenceOf(a.effects, b.effects) >= 0) return doubtEffects(history(), a.effects, b.effects);
    if (!sameKey(a.key(), after.a.key()) || !sameKey(b.key(), after.b.key()))
      return { kind: 'isolation', history: history() };
    return this.#compare(there, { a, b }, history);
  }

  /** Compares the effects of an operation, stores the pair that it leads to, and compares writes after it. */
  #tryChange(
    pair: LivePair,
    operation: number,
    after: LiveSides,
    writes: History,
    successors: Successors,
    begin: () => History,
  ): void {
    const { a, b } = after;
    if (differenceOf(a.effects, b.effects) >= 0) {
      this.#doubt ??= doubtEffects([...begin(), operation], a.effects, b.effects);
      return;
    }
    this.#store(a, b, pair, operation, successors);
    this.writesAgain += writes.length;
    this.#doubtAfter ??= this.#compare(writes, after, () => [...begin(), operation]);
  }

  /** What was applied to the warm states before the changes. */
  #warmHistory(pair: LivePair, changes: readonly Change[], { store }: Successors): number[] {
    const isChange = new Set(changes.map(({ operation }) => operation));
    const still = this.#allowedAt(pair).filter(
      (operation) => !this.#isWrite[operation] && !isChange.has(operation),
    );
    const { forward, backward } = this.#choice;
    return [...this.#path.warmHistory(pair.pair, store), ...forward, ...still, ...backward];
  }

  /**
   * Tries each operation after the shortest path alone, run again without forks. Those that change a key lead to pairs of
   * their own. The others are then tried all on one state.
   */
  #tryEachAlone(pair: LivePair, allowed: History, keys: Keys, successors: Successors): void {
    const { store } = successors;
    const path = store.pathTo(pair.pair);
    const alone = { a: this.#a.replay(path), b: this.#b.replay(path) };
    if (!alone.a.isStill(keys.a) || !alone.b.isStill(keys.b)) {
      const history = this.#path.warmHistory(pair.pair, store);
      this.#doubt ??= { kind: 'fingerprint', history, other: path };
    }
    const unchanging: number[] = [];
    for (const operation of allowed) {
      const a = alone.a.after(operation);
      const b = alone.b.after(operation);
      const isSame = sameKey(a.key(), keys.a) && differenceOf(a.effects, b.effects) < 0;
      if (isSame && sameKey(b.key(), keys.b)) unchanging.push(operation);
      else {
        const writes = this.#choice.afterChange(
          alone.a,
          this.#a.isModel ? a : undefined,
          keys.b.w1 + operation,
        );
        this.#tryChange(pair, operation, { a, b }, writes, successors, () => path);
      }
    }
    this.#doubt ??= this.#compare(unchanging, alone, () => path);
  }

  /**
   * A doubt if the sides do not agree in operations that are tried one after the other, all on the same states. `begin`: what
   * was applied to the states before.
   */
  #compare(operations: History, { a, b }: LiveSides, begin: () => History): Doubt | undefined {
    for (let at = 0; at < operations.length; at++) {
      const operation = operations[at] as number;
      const one = a.probe(operation);
      const other = b.probe(operation);
      if (differenceOf(one, other) < 0) continue;
      return doubtEffects([...begin(), ...operations.slice(0, at + 1)], one, other);
    }
    return undefined;
  }

  /** The first operation, in the scope's order, at which the sides differ when it is the only one after the shortest path. */
  #plainDifference({ pair }: LivePair, allowed: History, { store }: Successors): number | undefined {
    const path = store.pathTo(pair);
    return allowed.find((operation) => {
      const history = [...path, operation];
      const [one, other] = [this.#a.effectsOf(history), this.#b.effectsOf(history)];
      return differenceOf(one[path.length] ?? [], other[path.length] ?? []) >= 0;
    });
  }

  #store(a: LiveState, b: LiveState, pair: LivePair, operation: number, successors: Successors): void {
    const { store, frontier } = successors;
    store.reach(this.#keyOfA(a, pair, operation), b.key(), pair.pair, operation, frontier);
  }

  /** The model's state determines the usage. Any other dispatcher may keep no account of it, so it is added to the key. */
  #keyOfA(a: LiveState, { usage }: LivePair, operation: number): Key {
    if (this.#a.isModel) return a.key();
    const { hash } = this.#budget.after(usage, operation, isError(a.effects));
    return keyWith(a.key(), hash);
  }
}

/** Undefined where one of the sessions cannot be forked. */
function copiesOf(sides: LiveSides): LiveSides | undefined {
  const [a, b] = [sides.a.fork(), sides.b.fork()];
  return a && b && { a, b };
}

function doubtEffects(history: History, a: readonly Effect[], b: readonly Effect[]): Doubt {
  return { kind: 'effects', history, effects: [a, b] };
}
