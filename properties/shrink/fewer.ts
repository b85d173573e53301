/** Fewer operations. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';

/** There are n² / 2 pairs and n³ / 6 triples: they are for scenarios that are short already. */
const mostForPairs = 64;
const mostForTriples = 16;

/** Without a half, a quarter, ... of the operations, the last ones first; at last without each one, each two, each three. */
export function* fewerOperations(scenario: Scenario): IterableIterator<Scenario> {
  const { operations } = scenario;
  for (let length = operations.length >> 1; length >= 1; length >>= 1) {
    for (let end = operations.length; end > 0; end -= length) {
      const start = Math.max(0, end - length);
      yield { ...scenario, operations: [...operations.slice(0, start), ...operations.slice(end)] };
    }
  }
  if (operations.length > mostForPairs) return;
  // Some make sense only together: a transaction's ends, an addition and its deletion, with what is between them.
  for (let second = operations.length - 1; second > 0; second--) {
    for (let first = second - 1; first >= 0; first--) {
      yield { ...scenario, operations: operations.filter((_, index) => index !== first && index !== second) };
    }
  }
  if (operations.length > mostForTriples) return;
  for (let third = operations.length - 1; third > 1; third--) {
    for (let second = third - 1; second > 0; second--) {
      for (let first = second - 1; first >= 0; first--) {
        const isKept = (index: number) => index !== first && index !== second && index !== third;
        yield { ...scenario, operations: operations.filter((_, index) => isKept(index)) };
      }
    }
  }
}
