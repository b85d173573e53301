import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { optimizedDispatcher } from './session.ts';
import { observedDispatcher, type StructureEvent, structureEvents } from './structure.ts';
import { smallestThresholds } from './thresholds.ts';

it('everything that can happen inside the dispatcher happens in random scenarios, where thresholds are small, and is told', () => {
  const counts = new Map<StructureEvent, number>();
  const observed = observedDispatcher(
    (event) => counts.set(event, (counts.get(event) ?? 0) + 1),
    smallestThresholds,
  );
  fc.assert(
    fc.property(new ScenarioArbitrary(), (scenario) => {
      const session = observed.open(scenario);
      const other = optimizedDispatcher.open(scenario);
      for (const operation of scenario.operations) {
        deepStrictEqual(session.apply(operation), other.apply(operation));
      }
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(structureEvents.filter((event) => !counts.has(event))).toEqual([]);
});
