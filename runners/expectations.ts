/** What a saved scenario expects, as a test. */
import type { Dispatcher, Scenario } from '../model/vocabulary/vocabulary.ts';
import { differenceOf, kindOf, runScenario } from '../properties/compare/compare.ts';
import type { Failure } from '../properties/compare/property.ts';

/** The first expectation that a dispatcher does not meet. */
export function unmetExpectation(dispatcher: Dispatcher, scenario: Scenario): Failure | undefined {
  const { expect: expectations = [] } = scenario;
  // An expectation is of the scenario's own profile.
  if (expectations.length === 0 || (dispatcher.profile ?? scenario.profile) !== scenario.profile)
    return undefined;
  const effects = runScenario(dispatcher, scenario);
  for (const { operation, effects: expected } of expectations) {
    const given = effects[operation] ?? [];
    const effect = differenceOf(expected, given);
    if (effect < 0) continue;
    const [one, other] = [expected[effect], given[effect]];
    const asExpected = effects.map((list, index) => (index === operation ? expected : list));
    return {
      property: 'expectation',
      clause: undefined,
      operation,
      effect,
      kind: `${one === undefined ? 'nothing' : kindOf(one)} / ${other === undefined ? 'nothing' : kindOf(other)}`,
      message: `${dispatcher.name} does not do what the scenario expects of operation ${operation}`,
      sides: [
        { name: 'expected', effects: asExpected },
        { name: dispatcher.name, effects },
      ],
    };
  }
  return undefined;
}
