import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Dispatcher, Effect, Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { mutants } from '../mutants/index.ts';
import { optimizedDispatcher } from './dispatcher.ts';
import { OptimizedSession } from './session.ts';

/** A session after some operations, run from the start. */
type Complete = Session & Required<Pick<Session, 'fingerprint' | 'fork'>>;

function replayed(dispatcher: Dispatcher, scenario: Scenario, length: number): Complete {
  const session = dispatcher.open(scenario);
  for (const operation of scenario.operations.slice(0, length)) session.apply(operation);
  return complete(session);
}

function forkOf(session: Complete): Complete {
  return complete(session.fork());
}

function complete(session: Session): Complete {
  if (session.fork !== undefined && session.fingerprint !== undefined) return session as Complete;
  throw new Error('the session has no fork or no fingerprint');
}

function validate(session: Session): void {
  if (session instanceof OptimizedSession) session.validate();
}

function run(session: Session, operations: readonly Operation[]): (readonly Effect[])[] {
  return operations.map((operation) => session.apply(operation));
}

/** The operations from `from` on, the later half before the earlier. */
function turned(operations: readonly Operation[], from: number): Operation[] {
  const middle = (from + operations.length) >> 1;
  return [...operations.slice(middle), ...operations.slice(from, middle)];
}

/** So many places of a scenario are forked at: each costs several replays. */
const placesOfForks = 5;

/**
 * Forks at places all over a scenario, its ends among them. Fork and original go on differently, first one or the other, and
 * both must do what a session does that replayed the scenario.
 */
function checkForks(dispatcher: Dispatcher, scenario: Scenario, isValid: boolean): void {
  const { operations } = scenario;
  for (let place = 0; place < placesOfForks; place++) {
    const at = Math.round((place * operations.length) / (placesOfForks - 1));
    const original = replayed(dispatcher, scenario, at);
    const fork = forkOf(original);
    const second = forkOf(fork);
    strictEqual(fork.fingerprint(), original.fingerprint());
    const runs = [
      { session: original, rest: operations.slice(at) },
      { session: fork, rest: turned(operations, at) },
      { session: second, rest: operations.slice(at).reverse() },
    ];
    if (place % 2 === 1) runs.reverse();
    for (const { session, rest } of runs) {
      const expected = replayed(dispatcher, scenario, at);
      // Many comparisons: vitest's own take several times as long.
      deepStrictEqual(run(session, rest), run(expected, rest));
      strictEqual(session.fingerprint(), expected.fingerprint());
      if (isValid) validate(session);
    }
  }
}

describe('a fork', () => {
  it('goes on as a session that replayed the scenario, and so does the original', () => {
    fc.assert(
      fc.property(new ScenarioArbitrary(), (scenario) => checkForks(optimizedDispatcher, scenario, true)),
      { numRuns: 60 },
    );
  });

  it('may be forked at each step', () => {
    fc.assert(
      fc.property(new ScenarioArbitrary({ mostOperations: 60 }), (scenario) => {
        const straight = complete(optimizedDispatcher.open(scenario));
        let session = complete(optimizedDispatcher.open(scenario));
        for (const operation of scenario.operations) {
          const before = session.fingerprint();
          const fork = forkOf(session);
          deepStrictEqual(fork.apply(operation), straight.apply(operation));
          strictEqual(fork.fingerprint(), straight.fingerprint());
          strictEqual(session.fingerprint(), before);
          validate(session);
          validate(fork);
          session = fork;
        }
      }),
      { numRuns: 60 },
    );
  });

  const sample = mutants.filter((_, i) => i % 4 === 0);
  it.each(sample.map((mutant) => [mutant.name, mutant] as const))(
    'of the mutant %s is broken alike',
    (_, mutant) => {
      const scenarios = new ScenarioArbitrary({ profiles: mutant.profiles, mostOperations: 12 });
      fc.assert(
        fc.property(scenarios, (scenario) => checkForks(mutant.dispatcher, scenario, false)),
        { numRuns: 3 },
      );
    },
  );
});
