import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { optimizedDispatcher } from './dispatcher.ts';
import { insideOf, structureEvents } from './structure.ts';
import { smallestThresholds } from './thresholds.ts';

it('everything that can happen inside the dispatcher happens in random scenarios, where thresholds are small, and is told', () => {
  const told = new Set<string>();
  const inside = insideOf(smallestThresholds);
  fc.assert(
    fc.property(new ScenarioArbitrary(), (scenario) => {
      const session = inside.open(scenario, (event) => told.add(event));
      const other = optimizedDispatcher.open(scenario);
      for (const operation of scenario.operations) {
        deepStrictEqual(session.apply(operation), other.apply(operation));
      }
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(structureEvents.filter((event) => !told.has(event))).toEqual([]);
});
