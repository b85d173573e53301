import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, writeScenarioLine } from '../../format/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { CoverageCounter } from '../coverage/observe.ts';
import { coverageShares } from '../coverage/shares.ts';
import { ScenarioArbitrary } from './scenario-arbitrary.ts';

describe('the generator of scenarios', () => {
  it('never leaves the format: what it makes is read back as it was written', () => {
    fc.assert(
      fc.property(new ScenarioArbitrary(), (scenario) => {
        const line = writeScenarioLine(scenario);
        return writeScenarioLine(readScenario(line, 'generated')) === line;
      }),
      { numRuns: 600, seed: 1 },
    );
  });

  it('makes the same scenarios from the same seed', () => {
    const draw = () => fc.sample(new ScenarioArbitrary(), { numRuns: 50, seed: 7 }).map(writeScenarioLine);
    expect(draw()).toEqual(draw());
  });

  it.each(['contract', 'tcg', 'tcg-7.2', 'kvm'] as const)(
    'reaches the minimum of every coverage point under %s',
    (profile: Profile) => {
      const counter = new CoverageCounter();
      const scenarios = 2500;
      for (const scenario of fc.sample(new ScenarioArbitrary({ profiles: [profile] }), {
        numRuns: scenarios,
        seed: 3,
      })) {
        const session = modelDispatcher.open(scenario);
        counter.begin(scenario);
        for (const operation of scenario.operations) counter.observe(operation, session.apply(operation));
        counter.end();
      }
      const perProfile = { contract: 0, tcg: 0, 'tcg-7.2': 0, kvm: 0, [profile]: scenarios };
      const short = coverageShares(counter.counts(), perProfile).filter(
        ({ share, minimum }) => share < minimum,
      );
      expect(short).toEqual([]);
    },
  );

  it('a run whose scenarios show nothing does not reach the minimums', () => {
    const perProfile = { contract: 1000, tcg: 0, 'tcg-7.2': 0, kvm: 0 };
    const nothing = coverageShares(new CoverageCounter().counts(), perProfile);
    expect(nothing.filter(({ reached }) => !reached).map(({ name }) => name)).toContain('hit');
  });
});

it('generates for no unknown profile', () => {
  const profiles = ['xen'] as unknown as readonly Profile[];
  expect(() => new ScenarioArbitrary({ profiles })).toThrow('expected contract, tcg, tcg-7.2, kvm');
});
