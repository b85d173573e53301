import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { brokenInvariant, hasInvariants } from './invariants.ts';

const scenario: Scenario = {
  operations: [
    { op: 'create', region: 'd', kind: 'io', size: 16n },
    { op: 'map', region: 'd', container: 'memory', offset: 0n },
    { op: 'write', space: 'memory', address: 0n, size: 4, data: 1n },
    { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'n' },
    { op: 'write', space: 'memory', address: 0n, size: 4, data: 1n },
  ],
};

type Whole = Session & Required<Pick<Session, 'fork' | 'fingerprint'>>;

/** The model with another way to fork, or another fingerprint. */
function bent(bend: (session: Whole, done: readonly Operation[]) => Partial<Session>): Dispatcher {
  const around = (session: Whole, before: readonly Operation[]): Session => {
    const done = [...before];
    return {
      apply(operation) {
        done.push(operation);
        return session.apply(operation);
      },
      fingerprint: () => session.fingerprint(),
      fork: () => around(session.fork() as Whole, done),
      ...bend(session, done),
    };
  };
  return { name: 'bent', open: (header) => around(modelDispatcher.open(header) as Whole, []) };
}

/** A session in which nothing has happened. */
const empty = (): Session => ({ apply: modelDispatcher.open(scenario).apply, fork: empty });

describe('what must hold of one dispatcher', () => {
  it.each<[string, Dispatcher]>([
    ['fork', bent((session) => ({ fork: () => session }))],
    [
      'fork',
      { name: 'forgets', open: (header) => ({ apply: modelDispatcher.open(header).apply, fork: empty }) },
    ],
    [
      'fingerprint',
      bent((_, done) => ({ fingerprint: () => String(done.length % 2 === 0 ? Math.random() : 0) })),
    ],
    [
      'fingerprint',
      bent((session, done) => ({
        fingerprint: () => `${session.fingerprint()} ${done[0] === undefined}`,
        fork: () => bentFork(session),
      })),
    ],
    [
      'fingerprint',
      bent((_, done) => ({ fingerprint: () => `${done.filter(({ op }) => op !== 'add-eventfd').length}` })),
    ],
    ['fork', bent(() => ({ fork: () => fail('no fork') }))],
    ['fork', bent((session) => ({ fork: () => ({ ...session.fork(), apply: () => fail('a fork') }) }))],
    [
      'invariant',
      bent((_, done) => ({
        validate() {
          if (done.length === 4) throw new Error('four is too many');
        },
      })),
    ],
  ])('is found broken: %s', (kind, dispatcher) => {
    expect(hasInvariants(dispatcher, scenario)).toBe(true);
    expect(brokenInvariant(dispatcher, scenario)).toMatchObject({ property: 'invariants', kind });
  });

  it('names the operation and what the session says', () => {
    const dispatcher = bent((_, done) => ({
      validate() {
        if (done.length === 4) throw new Error('four is too many');
      },
    }));
    const failure = brokenInvariant(dispatcher, scenario);
    expect([failure?.operation, failure?.message]).toEqual([3, 'bent, after operation 3: four is too many']);
  });

  it.each([modelDispatcher, optimizedDispatcher, ...(optimizedDispatcher.variants ?? [])])(
    'holds of $name on random scenarios',
    (dispatcher) => {
      for (const random of fc.sample(new ScenarioArbitrary(), { numRuns: 60, seed: 9 })) {
        expect(brokenInvariant(dispatcher, random)).toBeUndefined();
      }
    },
  );
});

function fail(message: string): never {
  throw new Error(message);
}

function bentFork(session: Whole): Session {
  const fork = session.fork() as Whole;
  return {
    ...fork,
    apply: fork.apply,
    fork: () => bentFork(fork),
    fingerprint: () => `${fork.fingerprint()} fork`,
  };
}
