import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { type Decisions, decisionCatalogue } from '../../model/vocabulary/decisions.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { OptimizedSession } from './session.ts';

/** Any value of each decision. */
const decisions = fc.record(
  Object.fromEntries(
    Object.entries(decisionCatalogue).map(([name, { values }]) => [
      name,
      fc.constantFrom(...Object.keys(values)),
    ]),
  ),
) as fc.Arbitrary<Decisions>;

it('the dispatcher follows the decisions, in whatever combination, and so do its forks', () => {
  const combinations = new Set<string>();
  fc.assert(
    fc.property(
      decisions,
      new ScenarioArbitrary({ mostOperations: 40 }),
      fc.nat(),
      (decisions, scenario, at) => {
        combinations.add(JSON.stringify(decisions));
        const header = { ...scenario, decisions };
        const model = modelDispatcher.open(header);
        let session = new OptimizedSession(header);
        scenario.operations.forEach((operation, i) => {
          if (i === at % scenario.operations.length) session = session.fork();
          deepStrictEqual(session.apply(operation), model.apply(operation));
          session.validate();
        });
        strictEqual(session.fork().fingerprint(), session.fingerprint());
      },
    ),
    { numRuns: 300 },
  );
  expect(combinations.size).toBeGreaterThan(100);
});
