import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Dispatcher, Scenario } from '../model/vocabulary/vocabulary.ts';
import { type Pair, replay } from './replay/replay.ts';
import { testContext } from './testing/context.ts';
import { ivshmem } from './testing/scenarios.ts';

/** What a replay of this scenario says. */
const replayed = (pair: Pair, scenario: Scenario, context = testContext().context) =>
  replay(pair, { scenario, source: 'scenario.json' }, context, true);

/** The model, except that no signal arrives. */
const deaf: Dispatcher = {
  name: 'deaf',
  open(header) {
    const session = modelDispatcher.open(header);
    return {
      apply: (operation) => session.apply(operation).filter((effect) => !('signal' in effect)),
      fingerprint: () => session.fingerprint(),
    };
  },
};

describe('a replay', () => {
  it('finds where two dispatchers part', async () => {
    const result = await replayed([modelDispatcher, deaf], ivshmem);
    expect(result).toMatchObject({ verdict: 'differ', difference: { operation: 4, effect: 0 } });
  });

  it('names both sides once, where neither does what is expected', async () => {
    const result = await replayed([deaf, deaf], ivshmem);
    expect(result?.verdict).toBe('unmet');
    expect(result?.unmet.map(({ sides, effects }) => ({ sides, effects }))).toEqual([
      { sides: ['deaf', 'deaf'], effects: [] },
    ]);
  });

  it('tries the property again with which a scenario was found, though both sides agree', async () => {
    const found = { ...ivshmem, expect: [], found: { property: 'accounting' } };
    expect((await replayed([modelDispatcher, modelDispatcher], found))?.verdict).toBe('agree');
    const result = await replayed([deaf, deaf], found);
    expect(result).toMatchObject({ verdict: 'differ', failure: { property: 'accounting', operation: 4 } });
  });

  it('says nothing of a scenario that was cut short', async () => {
    const { context, controller } = testContext();
    controller.abort();
    expect(await replayed([modelDispatcher, deaf], ivshmem, context)).toBeUndefined();
  });
});
