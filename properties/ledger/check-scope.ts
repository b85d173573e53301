/** Does the ledger name every difference that a scope can show? Each profile beside the contract, to the end of the scope. */
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../compare/compare.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { FrontierView, firstFrontier } from '../explore/store/frontier.ts';
import { emptyStore, grownStore } from '../explore/store/grow.ts';
import { nextFrontier } from '../explore/store/next-frontier.ts';
import { StateStore, type StoreBuffers, storeCounts } from '../explore/store/state-store.ts';
import { type UnnamedDifference, unnamedIn } from './check-ledger.ts';
import { type Mended, type MendedDifference, mendedDifference } from './mended-systems.ts';
import { isApart, ScopePath, type StatePair, type Step } from './scope-path.ts';
import { WriteDifferences } from './write-differences.ts';

export type ScopeCheck = {
  /** Pairs of states, the profile's and the contract's, that scenarios of the scope lead to. */
  readonly pairs: number;
  /** Operations compared, each once at each pair. */
  readonly transitions: number;
  /** Those in which the profile differs from the contract. */
  readonly differing: number;
  readonly unnamed: readonly UnnamedDifference[];
};

export type ScopeCheckOptions = {
  readonly onProgress?: (pairs: number) => void;
  readonly abort?: AbortSignal;
};

/** Pairs between which an interrupt is heard. */
const pairsInARow = 500;

/** Pairs that fit in the store at first. */
const firstCapacity = 1 << 14;

/**
 * Tries every scenario of a scope, of any length, breadth first over pairs of states. Both sides are followed beyond their
 * differences, because a guest may notice something only after the host was told otherwise. Where a deletion has left different
 * registrations on the two sides, every operation is tried once, and the pair is followed further where the operation makes the
 * registrations alike again: two systems in which different things are registered differ in everything. Each difference is told
 * with a shortest scenario to its pair.
 */
export async function checkScope(
  profile: Profile,
  scope: Scope,
  named: ReadonlySet<string>,
  { onProgress, abort }: ScopeCheckOptions = {},
): Promise<ScopeCheck> {
  const check = new Check(profile, scope, named);
  let buffers = emptyStore(firstCapacity);
  let store = new StateStore(buffers);
  let frontier = firstFrontier();
  check.begin(store, new FrontierView(frontier));
  for (let expanded = 0; frontier.size > 0; frontier = nextFrontier(buffers, frontier)) {
    const view = new FrontierView(frontier);
    for (let position = 0; position < view.size; position++) {
      [buffers, store] = withRoom(buffers, store, scope.operations.length);
      check.expand(view.pairAt(position), store, view);
      if (++expanded % pairsInARow !== 0) continue;
      onProgress?.(storeCounts(buffers).pairs);
      await new Promise((resolve) => setImmediate(resolve));
      abort?.throwIfAborted();
    }
  }
  return { pairs: storeCounts(buffers).pairs, ...check.result() };
}

/** A store that has room for what one more pair leads to. */
function withRoom(buffers: StoreBuffers, store: StateStore, more: number): [StoreBuffers, StateStore] {
  if (store.hasRoom(more)) return [buffers, store];
  const grown = grownStore(buffers);
  return [grown, new StateStore(grown)];
}

class Check {
  readonly #profile: Profile;
  readonly #scope: Scope;
  readonly #named: ReadonlySet<string>;
  readonly #path: ScopePath;
  readonly #writes: WriteDifferences;
  readonly #changes: readonly number[];
  readonly #unnamed = new Map<string, UnnamedDifference>();
  #transitions = 0;
  #differing = 0;

  constructor(profile: Profile, scope: Scope, named: ReadonlySet<string>) {
    const { operations } = scope;
    this.#profile = profile;
    this.#scope = scope;
    this.#named = named;
    this.#path = new ScopePath(profile, scope, named);
    this.#writes = new WriteDifferences(operations);
    this.#changes = [...operations.keys()].filter((index) => operations[index]?.op !== 'write');
  }

  /** Stores the pair of the empty map. */
  begin(store: StateStore, frontier: FrontierView): void {
    reach(this.#path.to(0, store), 0, 0, store, frontier);
  }

  /** Compares every operation at a pair, and stores the pairs that the operations lead to. */
  expand(pair: number, store: StateStore, frontier: FrontierView): void {
    const at = this.#path.to(pair, store);
    this.#compareWrites(at, store);
    const wasApart = isApart(at);
    for (const operation of this.#changes) {
      if (!this.#path.allows(at, operation)) continue;
      this.#transitions++;
      const after = this.#path.after(at, operation);
      this.#compareChange(at, operation, after, store);
      if (!(wasApart && isApart(after))) reach(after, pair, operation, store, frontier);
    }
  }

  result(): Omit<ScopeCheck, 'pairs'> {
    const unnamed = [...this.#unnamed.values()];
    return { transitions: this.#transitions, differing: this.#differing, unnamed };
  }

  #compareWrites(at: Step, store: StateStore): void {
    this.#transitions += this.#writes.writes;
    const differing = this.#writes.between(at.own, at.contract);
    if (differing.size === 0) return;
    this.#differing += differing.size;
    const mended = at.mended();
    const beside = mended.map((one) => this.#writes.between(at.own, one.state));
    for (const operation of differing.keys()) {
      const scenario = () => this.#scenarioOf([...store.pathTo(at.pair), operation]);
      const ofWrite = mended.map(({ pair }, index) => {
        const kind = beside[index]?.get(operation);
        return kind === undefined ? undefined : mendedDifference(pair, 'guest', kind, this.#named);
      });
      this.#name(mended, ofWrite, scenario);
    }
  }

  #compareChange(at: Step, operation: number, after: StatePair, store: StateStore): void {
    const { effects } = after.own;
    if (differenceOf(effects, after.contract.effects) < 0) return;
    this.#differing++;
    const mended = this.#path.mendedAfter(at, operation, effects);
    this.#name(mended, [], () => this.#scenarioOf([...store.pathTo(at.pair), operation]));
  }

  /** Names a difference by the decisions that make one alone. `ofWrite`: what the last operation, a write, shows of each. */
  #name(
    mended: readonly Mended[],
    ofWrite: readonly (MendedDifference | undefined)[],
    scenario: () => Scenario,
  ): void {
    let isAlone = false;
    for (const one of [...mended.map(({ shown }) => shown), ...ofWrite]) {
      if (one === undefined) continue;
      isAlone = true;
      if (!one.isNamed) this.#add(one, scenario);
    }
    if (isAlone) return;
    // Only several decisions together make this difference.
    for (const one of unnamedIn(scenario(), this.#profile, this.#named)) {
      if (!this.#unnamed.has(one.key)) this.#unnamed.set(one.key, one);
    }
  }

  #add({ pair, kind, key, view }: MendedDifference, scenario: () => Scenario): void {
    if (this.#unnamed.has(key)) return;
    this.#unnamed.set(key, { key, pair, view, kind, scenario: scenario() });
  }

  #scenarioOf(indexes: readonly number[]): Scenario {
    const { header, operations } = this.#scope;
    return { ...header, operations: indexes.map((index) => operations[index]) as Scenario['operations'] };
  }
}

function reach(
  { own, contract }: StatePair,
  parent: number,
  operation: number,
  store: StateStore,
  frontier: FrontierView,
): void {
  store.reach(own.key(), contract.key(), parent, operation, frontier);
}
