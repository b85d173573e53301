/** The ends of what the format allows: a dispatcher that gets one of them wrong must fall to random scenarios. */
import { expect, it } from 'vitest';
import { optimizedDispatcherWith } from '../../impl/optimized/dispatcher.ts';
import { isAbove, type Region } from '../../impl/optimized/map/region.ts';
import { Renderer } from '../../impl/optimized/map/render.ts';

import { modelDispatcher } from '../../model/reference/reference.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Operation } from '../../model/vocabulary/vocabulary.ts';
import { findAtRandom } from '../matrix/matrix.ts';

/** The model, given other operations than it should get. */
function given(change: (operation: Operation) => Operation): Dispatcher {
  return {
    name: 'wrong',
    open(header) {
      const session = modelDispatcher.open(header);
      return { apply: (operation) => session.apply(change(operation)) };
    },
  };
}

const priorities = (change: (priority: number) => number) =>
  given((one) => (one.op === 'map' ? { ...one, priority: change(one.priority ?? 0) } : one));

const sizes = (change: (size: bigint) => bigint) =>
  given((one) =>
    one.op === 'create' || (one.op === 'resize' && !['memory', 'io'].includes(one.region))
      ? { ...one, size: change(one.size) }
      : one,
  );

/** Compares by the sign of a difference that is cut to 32 bits. */
class ByDifference extends Renderer {
  override isAbove(a: Region, b: Region): boolean {
    return a.priority === b.priority ? isAbove(a, b) : ((a.priority - b.priority) | 0) > 0;
  }
}

const byDifference = optimizedDispatcherWith('wrong', { renderer: () => new ByDifference() });

const [highest, lowest] = [2 ** 31 - 1, -(2 ** 31)];

const mistakes: readonly (readonly [string, Dispatcher])[] = [
  ['the highest priority is taken for 0', priorities((one) => (one === highest ? 0 : one))],
  ['the lowest priority is taken for 0', priorities((one) => (one === lowest ? 0 : one))],
  ['priorities are compared by a difference of 32 bits', byDifference],
  ['size 2^64 is taken for 2^63', sizes((one) => (one === 1n << 64n ? 1n << 63n : one))],
  ['size 0 is taken for 1', sizes((one) => (one === 0n ? 1n : one))],
];

it.each(mistakes)('%s: is found', (_, wrong) => {
  expect(findAtRandom(wrong, profileNames, 1, 4000)).toBeDefined();
});
