import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { lockstep } from './lockstep.ts';

describe('lockstep', () => {
  it.each([
    ['contract', 101],
    ['tcg', 102],
    ['tcg-7.2', 104],
    ['kvm', 103],
  ] as const)('model and impl give the same effects under %s', (profile, seed) => {
    fc.assert(
      fc.property(
        new ScenarioArbitrary({ profiles: [profile] }),
        (scenario) => lockstep(modelDispatcher, optimizedDispatcher, scenario) === undefined,
      ),
      { numRuns: 400, seed },
    );
  });

  it('notices a dispatcher that forgets one effect, and says where', () => {
    const forgetful: Dispatcher = {
      name: 'forgetful',
      open(header) {
        const session = modelDispatcher.open(header);
        return {
          ...session,
          apply: (operation) => session.apply(operation).filter((effect) => !('signal' in effect)),
        };
      },
    };
    const failure = lockstep(modelDispatcher, forgetful, {
      operations: [
        { op: 'create', region: 'd', kind: 'io', size: 16n },
        { op: 'map', region: 'd', container: 'memory', offset: 0n },
        { op: 'add-eventfd', region: 'd', offset: 4n, size: 4, notifier: 'n' },
        { op: 'write', space: 'memory', address: 4n, size: 4, data: 0n },
      ],
    });
    expect(failure).toMatchObject({ operation: 3, effect: 0, kind: 'signal / nothing' });
  });

  it('takes a dispatcher that throws for one that differs, and says what it threw', () => {
    const fragile: Dispatcher = {
      name: 'fragile',
      open(header) {
        const session = modelDispatcher.open(header);
        const apply: typeof session.apply = (operation) => {
          if (operation.op === 'commit') throw new Error('no commit');
          return session.apply(operation);
        };
        return { ...session, apply };
      },
    };
    const failure = lockstep(modelDispatcher, fragile, { operations: [{ op: 'begin' }, { op: 'commit' }] });
    expect(failure).toMatchObject({ operation: 1, kind: 'nothing / exception' });
    expect(failure?.message).toBe('model and fragile differ at operation 1; fragile throws: no commit');
  });
});
