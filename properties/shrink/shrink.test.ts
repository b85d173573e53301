import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, writeScenarioLine } from '../../model/format/index.ts';
import { modelDispatcher } from '../../model/reference.ts';
import type { Scenario } from '../../model/vocabulary.ts';
import { underProfile } from '../dispatchers.ts';
import { lockstep } from '../lockstep.ts';
import { ScenarioArbitrary } from '../scenario-arbitrary.ts';
import { simplerScenarios } from './candidates.ts';
import { costOf } from './cost.ts';

const [author, emulator] = [underProfile(modelDispatcher, 'contract'), underProfile(modelDispatcher, 'tcg')];

/** How the contract and QEMU's emulation part on a history. */
function kindOfDifference(scenario: Scenario): string | undefined {
  return lockstep(author, emulator, scenario)?.kind;
}

/** Takes the first simpler history that differs in the same way, again and again. */
function shrunk(scenario: Scenario, kind: string): Scenario {
  for (const simpler of simplerScenarios(scenario)) {
    if (kindOfDifference(simpler) === kind) return shrunk(simpler, kind);
  }
  return scenario;
}

function samples(count: number, seed: number): Scenario[] {
  return fc.sample(new ScenarioArbitrary(), { numRuns: count, seed });
}

describe('shrinking', () => {
  it('proposes only histories that are in the format and smaller', () => {
    const bad: string[] = [];
    for (const scenario of samples(40, 11)) {
      const cost = costOf(scenario);
      for (const simpler of simplerScenarios(scenario)) {
        const line = writeScenarioLine(simpler);
        if (costOf(simpler) >= cost || writeScenarioLine(readScenario(line, 'shrunk')) !== line)
          bad.push(line);
      }
    }
    expect(bad).toEqual([]);
  });

  it('keeps the way in which a history fails, and comes to rest', () => {
    let differing = 0;
    for (const scenario of samples(60, 12)) {
      const kind = kindOfDifference(scenario);
      if (kind === undefined) continue;
      differing++;
      const smallest = shrunk(scenario, kind);
      expect(kindOfDifference(smallest)).toBe(kind);
      expect(costOf(smallest)).toBeLessThanOrEqual(costOf(scenario));
      expect(shrunk(smallest, kind)).toBe(smallest);
    }
    expect(differing).toBeGreaterThan(20);
  });

  it('is what fast-check does with a counterexample, its own or a saved one', () => {
    const saved = samples(60, 12).find((scenario) => kindOfDifference(scenario) === 'callback / signal');
    expect(saved).toBeDefined();
    if (saved === undefined) return;
    const details = fc.check(
      fc.property(new ScenarioArbitrary(), (scenario) => kindOfDifference(scenario) !== 'callback / signal'),
      { examples: [[saved]], numRuns: 1, seed: 1 },
    );
    expect(details.counterexample?.[0]).toEqual(shrunk(saved, 'callback / signal'));
  });
});
