/** Does the ledger name every difference that a scope can show? Each profile beside the contract, to the end of the scope. */
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../compare/compare.ts';
import { Budget, type Usage } from '../explore/scope/budget.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { ModelSide } from '../explore/sides/model-side.ts';
import type { LiveState } from '../explore/sides/side.ts';
import { isError } from '../explore/workers/path.ts';
import { type UnnamedDifference, unnamedIn } from './check-ledger.ts';

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
type Side = { readonly state: LiveState; readonly usage: Usage };

type Node = {
  readonly own: Side;
  readonly contract: Side;
  readonly path: Path | undefined;
};

/** Pairs between which an interrupt is heard. */
const pairsInARow = 500;

/**
 * Tries every scenario of a scope, of any length, breadth first over pairs of states. Both sides are followed beyond their
 * differences, because a guest may notice something only after the host was told otherwise. Each difference is told with a
 * shortest scenario to its pair.
 */
export async function checkScope(
  profile: Profile,
  scope: Scope,
  named: ReadonlySet<string>,
  { onProgress, abort }: ScopeCheckOptions = {},
): Promise<ScopeCheck> {
  const { header, operations } = scope;
  const budget = new Budget(scope, true);
  const start = (under: Profile): Side => ({
    state: new ModelSide({ ...header, profile: under }, operations).start(),
    usage: budget.start(),
  });
  const after = ({ state, usage }: Side, operation: number): Side => {
    const next = state.after(operation);
    return { state: next, usage: budget.after(usage, operation, isError(next.effects)) };
  };
  const begin: Node = { own: start(profile), contract: start('contract'), path: undefined };
  const unnamed = new Map<string, UnnamedDifference>();
  const seen = new Set([keyOf(begin)]);
  let frontier = [begin];
  let transitions = 0;
  let differing = 0;
  let expanded = 0;

  const addUnnamed = (path: Path) => {
    differing++;
    for (const one of unnamedIn(scenarioOf(path, scope), profile, named)) {
      if (!unnamed.has(one.key)) unnamed.set(one.key, one);
    }
  };
  const expand = ({ own, contract, path: before }: Node, next: Node[]) => {
    for (const [operation, { op }] of operations.entries()) {
      if (!budget.allows(own.usage, operation) || !budget.allows(contract.usage, operation)) continue;
      transitions++;
      const path = { operation, before };
      if (op === 'write') {
        const effects = [own.state.probe(operation), contract.state.probe(operation)] as const;
        if (differenceOf(...effects) >= 0) addUnnamed(path);
        continue;
      }
      const node = { own: after(own, operation), contract: after(contract, operation), path };
      if (differenceOf(node.own.state.effects, node.contract.state.effects) >= 0) addUnnamed(path);
      const key = keyOf(node);
      if (seen.has(key)) continue;
      seen.add(key);
      next.push(node);
    }
  };

  while (frontier.length > 0) {
    const next: Node[] = [];
    for (const node of frontier) {
      expand(node, next);
      if (++expanded % pairsInARow !== 0) continue;
      onProgress?.(seen.size);
      await new Promise((resolve) => setImmediate(resolve));
      abort?.throwIfAborted();
    }
    frontier = next;
  }
  return { pairs: seen.size, transitions, differing, unnamed: [...unnamed.values()] };
}

function keyOf({ own, contract }: Node): string {
  const [a, b] = [own.state.key(), contract.state.key()];
  return `${a.w0} ${a.w1} ${a.w2} ${b.w0} ${b.w1} ${b.w2}`;
}

function scenarioOf(path: Path, { header, operations }: Scope): Scenario {
  const indexes: number[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.before) indexes.push(at.operation);
  const inOrder = indexes.reverse().map((index) => operations[index]);
  return { ...header, operations: inOrder as Scenario['operations'] };
}
