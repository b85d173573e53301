/**
 * Is a difference the shortest that there is? Exploration by whole paths tries one shortest path to each state of the side that is here. A
 * program may be in another state after another path, so all shorter scenarios are tried, as long as they are not too many.
 */
import type { Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import type { Budget, Usage } from '../explore/scope/budget.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { type AnyPair, confirmed, lockstepOutside } from './lockstep.ts';

/** More scenarios than this are not tried: some seconds of most programs. */
const most = 20_000;

/** A scenario of a scope, and its operations as indexes into those of the scope. */
export type Path = { readonly scenario: Scenario; readonly indexes: readonly number[] };

export type Search = {
  readonly pair: AnyPair;
  readonly scope: Scope;
  readonly budget: Budget;
  /** Of the side that is here, at the beginning. */
  readonly session: Session;
  readonly fork: (session: Session) => Session;
  /** Scenarios under way at once. */
  readonly width: number;
  readonly isOver: () => boolean;
};

/** What differs with the fewest operations, and whether that is known: whether everything shorter was tried. */
export type Shortest = { readonly shorter: (Path & Failing) | undefined; readonly isShortest: boolean };

/** @param length of the difference that was found, in operations */
export async function shortestOf(search: Search, length: number): Promise<Shortest> {
  // Scenarios of operations that no bound is about: so many there are at least.
  const { operations } = search.scope;
  const free = operations.filter(
    (operation) => !('notifier' in operation) && operation.op !== 'begin',
  ).length;
  if (free ** (length - 1) > most) return { shorter: undefined, isShortest: false };
  const paths: Path[] = [];
  for (const path of pathsOf(search, length - 1)) {
    if (paths.push(path) > most) return { shorter: undefined, isShortest: false };
  }
  let shorter: (Path & Failing) | undefined;
  for (let from = 0; from < paths.length; from += search.width) {
    if (search.isOver()) return { shorter, isShortest: false };
    const some = paths.slice(from, from + search.width);
    const results = await Promise.all(some.map(({ scenario }) => lockstepOutside(search.pair, scenario)));
    for (const [index, { failure, unsupported }] of results.entries()) {
      const path = some[index];
      if (path === undefined || unsupported !== undefined || failure === undefined) continue;
      const end = failure.operation + 1;
      if (shorter !== undefined && end >= shorter.indexes.length) continue;
      const operations = path.scenario.operations.slice(0, end);
      shorter = {
        scenario: { ...path.scenario, operations },
        indexes: path.indexes.slice(0, end),
        failure,
        originalLength: end,
      };
    }
  }
  if (shorter === undefined) return { shorter, isShortest: true };
  const failure = await confirmed(search.pair, shorter.scenario, shorter.failure);
  return { shorter: { ...shorter, failure }, isShortest: true };
}

/** All scenarios of so many operations, and those that the bounds end before. What they begin with is tried with them. */
function* pathsOf({ scope, budget, session, fork }: Search, length: number): IterableIterator<Path> {
  const { header, operations: all } = scope;
  function* from(
    operations: readonly Operation[],
    indexes: readonly number[],
    state: Session,
    usage: Usage,
  ): IterableIterator<Path> {
    let isEnd = true;
    for (const [index, operation] of operations.length < length ? all.entries() : []) {
      if (!budget.allows(usage, index)) continue;
      isEnd = false;
      const next = fork(state);
      const isError = next.apply(operation).some((effect) => 'error' in effect);
      yield* from([...operations, operation], [...indexes, index], next, budget.after(usage, index, isError));
    }
    if (isEnd) yield { scenario: { ...header, operations }, indexes };
  }
  yield* from([], [], session, budget.start());
}
