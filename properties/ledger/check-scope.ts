/** Does the ledger name every difference that a scope can show? Each profile beside the contract, to the end of the scope. */
import type {
  Effect,
  Operation,
  Profile,
  Scenario,
  ScenarioHeader,
} from '../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../compare/compare.ts';
import { Budget, type Usage } from '../explore/scope/budget.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { ModelSide } from '../explore/sides/model-side.ts';
import type { ModelState } from '../explore/sides/model-state.ts';
import { sameKey } from '../explore/store/key.ts';
import { isError } from '../explore/workers/path.ts';
import { nameOf, type UnnamedDifference, unnamedIn, views } from './check-ledger.ts';
import { changedHeader, differingDecisions, type LedgerPair } from './pair.ts';
import { differenceKind, keyOf as keyOfLine, type View } from './search.ts';

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

/** How a pair is reached, by indexes of operations. */
type Path = { readonly operation: number; readonly before: Path | undefined };

/** One side of a pair. Where a deletion succeeds on one side alone, the two differ in what is in use: each keeps to the bounds. */
type Side = { readonly state: ModelState; readonly usage: Usage };

/**
 * A system in which one decision of the profile is as in the contract, after the same operations, and how the profile first
 * differed from it in each view. A difference is named by what the decision alone does.
 */
type Mended = {
  readonly pair: LedgerPair;
  readonly state: ModelState;
  readonly shown: Readonly<Partial<Record<View, Shown>>>;
};

/** How the profile first differed from a mended system in a view. */
type Shown = { readonly kind: string; readonly key: string; readonly isNamed: boolean };

type Node = {
  readonly own: Side;
  readonly contract: Side;
  readonly mended: readonly Mended[];
  /** Not the same is mapped and registered on both sides. */
  readonly isApart: boolean;
  readonly path: Path | undefined;
};

/** Pairs between which an interrupt is heard. */
const pairsInARow = 500;

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
  const { header, operations } = scope;
  const budget = new Budget(scope, true);
  const decisions = differingDecisions(profile);
  // As much in memory as an exploration, which has two sides.
  const share = 2 / (2 + decisions.length);
  const startOf = (under: ScenarioHeader) => new ModelSide(under, operations, 'model', share).start();
  const start = (under: Profile): Side => ({
    state: startOf({ ...header, profile: under }),
    usage: budget.start(),
  });
  const after = ({ state, usage }: Side, operation: number): Side => {
    const next = state.after(operation);
    return { state: next, usage: budget.after(usage, operation, isError(next.effects)) };
  };
  const begin: Node = {
    own: start(profile),
    contract: start('contract'),
    mended: decisions.map((decision) => {
      const pair = { profile, decisions: [decision] };
      return { pair, state: startOf(changedHeader(header, pair)), shown: {} };
    }),
    isApart: false,
    path: undefined,
  };
  const unnamed = new Map<string, UnnamedDifference>();
  const seen = new Set([keyOf(begin)]);
  let frontier: (Node | undefined)[] = [begin];
  let transitions = 0;
  let differing = 0;
  let expanded = 0;

  const addUnnamed = (path: Path, mended: readonly Mended[]) => {
    differing++;
    let isAlone = false;
    for (const { pair, shown } of mended) {
      for (const view of views) {
        const one = shown[view];
        if (one === undefined) continue;
        isAlone = true;
        const { kind, key, isNamed } = one;
        if (isNamed || unnamed.has(key)) continue;
        unnamed.set(key, { key, pair, view, kind, scenario: scenarioOf(path, scope) });
      }
    }
    if (isAlone) return;
    // Only several decisions together make this difference.
    for (const one of unnamedIn(scenarioOf(path, scope), profile, named)) {
      if (!unnamed.has(one.key)) unnamed.set(one.key, one);
    }
  };
  /** A mended system after an operation: the first difference in a view stands. */
  const compared = (
    { pair, shown }: Mended,
    state: ModelState,
    operation: Operation,
    sides: readonly [readonly Effect[], readonly Effect[]],
  ): Mended => {
    const view = operation.op === 'write' ? 'guest' : 'host';
    const kind = shown[view] === undefined ? differenceKind(operation, sides, view) : undefined;
    if (kind === undefined) return { pair, state, shown };
    const difference = { pair, view, kind } as const;
    const isNamed = named.has(nameOf(difference));
    return { pair, state, shown: { ...shown, [view]: { kind, key: keyOfLine(difference), isNamed } } };
  };
  const expand = ({ own, contract, mended, isApart: wasApart, path: before }: Node, next: Node[]) => {
    for (const [index, operation] of operations.entries()) {
      if (!budget.allows(own.usage, index) || !budget.allows(contract.usage, index)) continue;
      transitions++;
      const path = { operation: index, before };
      if (operation.op === 'write') {
        const effects = own.state.probe(index);
        if (differenceOf(effects, contract.state.probe(index)) < 0) continue;
        addUnnamed(
          path,
          mended.map((one) => compared(one, one.state, operation, [effects, one.state.probe(index)])),
        );
        continue;
      }
      const pair = { own: after(own, index), contract: after(contract, index) };
      const { effects } = pair.own.state;
      const differs = differenceOf(effects, pair.contract.state.effects) >= 0;
      const isApart = !sameKey(pair.own.state.regionsKey, pair.contract.state.regionsKey);
      const key = keyOf(pair);
      const isNew = !(wasApart && isApart) && !seen.has(key);
      if (!differs && !isNew) continue;
      const mendedAfter = mended.map((one) => {
        const state = one.state.after(index);
        return compared(one, state, operation, [effects, state.effects]);
      });
      if (differs) addUnnamed(path, mendedAfter);
      if (!isNew) continue;
      seen.add(key);
      next.push({ ...pair, mended: mendedAfter, isApart, path });
    }
  };

  while (frontier.length > 0) {
    const next: Node[] = [];
    for (const [index, node] of frontier.entries()) {
      expand(node as Node, next);
      // What its states remember of their successors takes most of the memory.
      frontier[index] = undefined;
      if (++expanded % pairsInARow !== 0) continue;
      onProgress?.(seen.size);
      await new Promise((resolve) => setImmediate(resolve));
      abort?.throwIfAborted();
    }
    frontier = next;
  }
  return { pairs: seen.size, transitions, differing, unnamed: [...unnamed.values()] };
}

function keyOf({ own, contract }: Pick<Node, 'own' | 'contract'>): string {
  const [a, b] = [own.state.key(), contract.state.key()];
  return `${a.w0} ${a.w1} ${a.w2} ${b.w0} ${b.w1} ${b.w2}`;
}

function scenarioOf(path: Path, { header, operations }: Scope): Scenario {
  const indexes: number[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.before) indexes.push(at.operation);
  const inOrder = indexes.reverse().map((index) => operations[index]);
  return { ...header, operations: inOrder as Scenario['operations'] };
}
