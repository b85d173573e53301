/** A violation as a finding: a scenario by value, which expects what it shows. */
import type { AnyCaller } from '../../model/callers/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../compare/finding.ts';
import { type ShownViolation, scenarioOf } from './explore.ts';

/** The finding of a violation: replayed, its scenario says whether the last operation still does what it did. */
export function violationFinding(violation: ShownViolation, caller: AnyCaller): Finding {
  const scenario = scenarioOf(violation, caller);
  const effects = effectsOf(scenario);
  const operation = scenario.operations.length - 1;
  const last = effects[operation] ?? [];
  const side = { name: caller.name, effects };
  const originalLength = scenario.operations.length;
  return {
    failure: {
      property: 'prepared',
      clause: 'F2',
      operation,
      effect: 0,
      kind: violation.kind,
      message: violation.message,
      sides: [side, side],
    },
    originalLength,
    origin: `the life of ${caller.name}`,
    scenario: {
      ...scenario,
      expect: [{ operation, effects: last }],
      found: { property: 'prepared', clause: 'F2', operation, effects: [last], originalLength },
    },
  };
}

/** What each operation of a scenario does, by the model. */
export function effectsOf(scenario: Scenario): EffectLists {
  const session = modelDispatcher.open(scenario);
  return scenario.operations.map((operation) => session.apply(operation));
}
