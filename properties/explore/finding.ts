/** From the place where two sides part to a finding: the history, and what each side says. */
import type { Dispatcher, Scenario } from '../../model/vocabulary.ts';
import type { Finding } from '../check.ts';
import { lockstep } from '../lockstep.ts';
import type { Scope } from './scope.ts';

/**
 * The finding that a history of a scope shows; undefined where the dispatchers agree when it is run from the empty map.
 *
 * @param history operations of the scope's alphabet, by index
 */
export function findingOf(
  a: Dispatcher,
  b: Dispatcher,
  scope: Scope,
  history: readonly number[],
): Finding | undefined {
  const operations = history.flatMap((index) => scope.alphabet[index] ?? []);
  const scenario: Scenario = { ...scope.header, operations };
  const failure = lockstep(a, b, scenario);
  if (failure === undefined) return undefined;
  const { property, clause, operation, sides } = failure;
  const originalLength = operations.length;
  return {
    failure,
    originalLength,
    origin: `scope ${scope.name}`,
    scenario: {
      title: `${a.name} and ${b.name} differ at operation ${operation}`,
      ...scenario,
      // Of a history in which operations with hidden effects stand, the end may be of no use.
      operations: operations.slice(0, operation + 1),
      found: {
        property,
        ...(clause !== undefined && { clause }),
        dispatchers: [a.name, b.name],
        operation,
        effects: sides.map(({ effects }) => effects[operation] ?? []),
        originalLength,
      },
    },
  };
}
