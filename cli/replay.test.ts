import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Dispatcher } from '../model/vocabulary/vocabulary.ts';
import { replay } from './replay.ts';
import { ivshmem } from './testing/scenarios.ts';

const never = new AbortController().signal;

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
    const result = await replay([modelDispatcher, deaf], ivshmem, never);
    expect(result).toMatchObject({ verdict: 'differ', difference: { operation: 4, effect: 0 } });
  });

  it('names both sides once, where neither does what is expected', async () => {
    const result = await replay([deaf, deaf], ivshmem, never);
    expect(result?.verdict).toBe('unmet');
    expect(result?.unmet.map(({ sides, effects }) => ({ sides, effects }))).toEqual([
      { sides: ['deaf', 'deaf'], effects: [] },
    ]);
  });

  it('tries the property again with which a scenario was found, though both sides agree', async () => {
    const found = { ...ivshmem, expect: [], found: { property: 'accounting' } };
    expect((await replay([modelDispatcher, modelDispatcher], found, never))?.verdict).toBe('agree');
    const result = await replay([deaf, deaf], found, never);
    expect(result).toMatchObject({ verdict: 'differ', failure: { property: 'accounting', operation: 4 } });
  });

  it('says nothing of a scenario that was cut short', async () => {
    expect(await replay([modelDispatcher, deaf], ivshmem, AbortSignal.abort())).toBeUndefined();
  });
});
