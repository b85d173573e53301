/** An assertion for other people's tests: two dispatchers agree on a scenario. */
import { effectsToJson, operationToJson, writeScenario } from '../../format/index.ts';
import { clauseOf } from '../../model/clauses/catalogue.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from './lockstep.ts';
import type { Failure } from './property.ts';

/**
 * Throws where two dispatchers differ on a scenario. The message has the operation, the effects of both sides, the clause at
 * stake, and the scenario as the text of a file that `ioeventfd-check explain` takes.
 *
 * @throws Error where they differ
 * @throws InputError for a scenario of an unknown profile
 */
export function assertAgree(a: Dispatcher, b: Dispatcher, scenario: Scenario): void {
  const failure = lockstep(a, b, scenario);
  if (failure !== undefined) throw new Error(messageOf(failure, scenario));
}

function messageOf({ message, clause, operation, sides }: Failure, scenario: Scenario): string {
  const at = scenario.operations[operation];
  return [
    message,
    ...(clause === undefined ? [] : [`clause ${clause}: ${clauseOf(clause).title}`]),
    ...(at === undefined ? [] : [`operation ${operation}: ${JSON.stringify(operationToJson(at))}`]),
    ...sides.map(
      ({ name, effects }) => `${name}: ${JSON.stringify(effectsToJson(effects[operation] ?? []))}`,
    ),
    'the scenario, for ioeventfd-check explain:',
    writeScenario(scenario),
  ].join('\n');
}
