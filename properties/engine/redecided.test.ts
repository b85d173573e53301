import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { decisionsOf, profiles } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Profile } from '../../model/vocabulary/vocabulary.ts';
import { check } from './check.ts';
import { drawnDecisions, typedDecisions } from './decisions.ts';

describe('decisions', () => {
  /** The model, but for where the host is told by the first byte and asked by the bus: no profile decides so. */
  const broken = (followsDecisions: boolean): Dispatcher => ({
    name: 'broken',
    followsDecisions,
    open(header) {
      const session = modelDispatcher.open(header);
      const { visibility, match } = decisionsOf(header);
      if (visibility !== 'first-byte' || match !== 'bus') return session;
      return { apply: (operation) => session.apply(operation).filter((effect) => !('signal' in effect)) };
    },
  });
  const run = (followsDecisions: boolean, profiles?: readonly Profile[]) => {
    const b = broken(followsDecisions);
    return check({
      a: modelDispatcher,
      b,
      runs: followsDecisions && profiles === undefined ? 1000 : 200,
      seed: 1,
      ...(profiles && { profiles }),
    });
  };

  it('that no profile combines are tried, and the finding names them', async () => {
    const { finding, extra } = await run(true);
    const [one, other] = finding?.failure.sides.map(({ name }) => name) ?? [];
    expect(one).toMatch(/^model@.*\+/);
    expect(other).toBe(one?.replace('model', 'broken'));
    expect(one).toMatch(/visibility=first-byte|match=bus/);
    expect(finding?.failure.kind).toBe('signal / nothing');
    expect(extra.redecided).toBeGreaterThan(0);
  });

  it('are left alone where a dispatcher does not follow them, and where profiles were chosen', async () => {
    for (const { finding, extra } of [await run(false), await run(true, ['tcg', 'kvm'])]) {
      expect([finding, extra.redecided]).toEqual([undefined, 0]);
    }
  });

  it('drawn for a number are always the same, and each value of each comes up', () => {
    const drawn = Array.from({ length: 400 }, (_, number) => drawnDecisions('tcg', number * 0x9e37_79b1));
    expect(drawn).toEqual(drawn.map((_, number) => drawnDecisions('tcg', number * 0x9e37_79b1)));
    for (const { key, values } of typedDecisions) {
      for (const value of Object.keys(values)) {
        const changes = drawn.filter((decisions) => decisions[key] === value).length;
        expect([key, value, changes > 0]).toEqual([key, value, profiles.tcg[key] !== value]);
      }
    }
  });
});
