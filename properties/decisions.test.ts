/** Model and dispatcher follow decisions, in any combination, not the names of profiles. */
import { strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../impl/index.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import { type Decisions, decisionCatalogue } from '../model/vocabulary/decisions.ts';
import { profileNames, profiles } from '../model/vocabulary/profiles.ts';
import type { Dispatcher, Operation, Scenario } from '../model/vocabulary/vocabulary.ts';
import { runScenario } from './compare/compare.ts';
import { lockstep } from './compare/lockstep.ts';
import { typedDecisions } from './engine/decisions.ts';
import { underProfile } from './engine/dispatchers.ts';
import { ScenarioArbitrary } from './generate/scenario-arbitrary.ts';
import { anyDecisions } from './testing/any-decisions.ts';

const seed = 9;

/** The dispatcher under the scenario's profile, with decisions changed. */
function decided(dispatcher: Dispatcher, { profile = 'contract' }: Scenario, decisions: Partial<Decisions>) {
  return underProfile(dispatcher, profile, decisions);
}

it('model and dispatcher agree on random scenarios under random combinations of decisions', () => {
  fc.assert(
    fc.property(new ScenarioArbitrary(), anyDecisions, (scenario, decisions) => {
      const failure = lockstep(
        decided(modelDispatcher, scenario, decisions),
        decided(optimizedDispatcher, scenario, decisions),
        scenario,
      );
      return failure === undefined;
    }),
    { numRuns: 500, seed },
  );
});

it('a host that takes all asks the words of an address in the order in which it took them', () => {
  const word = (size: 0 | 4 | 8) =>
    ({ op: 'add-eventfd', region: 'd', offset: 0n, size, notifier: `n${size}` }) as const;
  const signalled = (...sizes: readonly (0 | 4 | 8)[]) => {
    const operations: readonly Operation[] = [
      { op: 'create', region: 'd', kind: 'io', size: 8n },
      { op: 'map', region: 'd', container: 'memory', offset: 0n },
      ...sizes.map(word),
      { op: 'write', space: 'memory', address: 0n, size: 4, data: 0n },
    ];
    return [modelDispatcher, optimizedDispatcher].map((dispatcher) =>
      runScenario(underProfile(dispatcher, 'kvm', { host: 'takes-all' }), { operations }).at(-1),
    );
  };
  // The bus of the kernel has the shorter one before the longer one, and so before the one that was taken after that.
  expect(signalled(8, 0, 4)).toEqual([[{ signal: 'n0' }], [{ signal: 'n0' }]]);
  expect(signalled(8, 4, 0)).toEqual([[{ signal: 'n4' }], [{ signal: 'n4' }]]);
});

it('a profile is its decisions: each becomes any other where all of them are changed', () => {
  const scenarios = fc.sample(new ScenarioArbitrary(), { numRuns: 80, seed });
  for (const scenario of scenarios) {
    for (const dispatcher of [modelDispatcher, optimizedDispatcher]) {
      const { profile = 'contract' } = scenario;
      const own = underProfile(dispatcher, profile);
      for (const other of profileNames) {
        const same = underProfile(dispatcher, other, profiles[profile]);
        strictEqual(lockstep(own, same, scenario)?.message, undefined);
      }
    }
  }
});

describe('each value of each decision', () => {
  const values = typedDecisions.flatMap(({ key, values: known }) =>
    Object.keys(known).map((value) => [key, value] as const),
  );

  const scenarios = fc.sample(new ScenarioArbitrary(), { numRuns: 800, seed });

  it.each(values)('%s: %s is told from the others of its decision by some scenario', (key, value) => {
    for (const other of Object.keys(decisionCatalogue[key].values)) {
      if (other === value) continue;
      const differs = (scenario: Scenario) =>
        lockstep(
          decided(modelDispatcher, scenario, { [key]: value }),
          decided(modelDispatcher, scenario, { [key]: other }),
          scenario,
        ) !== undefined;
      expect(scenarios.some(differs), `${value} and ${other}`).toBe(true);
    }
  });
});
