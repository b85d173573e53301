/** For the tests: a program outside that is none. Messages are texts, as over a pipe. */
import { effectsFromJson, writeScenarioLine } from '../../../format/index.ts';
import { allAbilities } from '../../../format/protocol.ts';
import { answerTo } from '../../../impl/outside/serve.ts';
import type { Abilities, OutsideAnswer, OutsideDispatcher } from '../../../model/vocabulary/outside.ts';
import type { Dispatcher, Scenario } from '../../../model/vocabulary/vocabulary.ts';

/** @param onScenario told of each scenario that is sent */
export function fakeProgram(
  dispatcher: Dispatcher,
  abilities: Partial<Abilities> = {},
  onScenario: (scenario: Scenario) => void = () => {},
): OutsideDispatcher {
  const answer = async (scenario: Scenario): Promise<OutsideAnswer> => {
    onScenario(scenario);
    const line = answerTo(dispatcher, `{"id":1,"scenario":${writeScenarioLine(scenario)}}`);
    const message = JSON.parse(line) as { effects?: unknown[]; error?: string; before?: unknown[] };
    const { effects, error, before } = message;
    if (effects !== undefined)
      return { kind: 'effects', effects: effects.map((list) => effectsFromJson(list)) };
    return {
      kind: 'error',
      message: error ?? '',
      ...(before !== undefined && { before: before.map((list) => effectsFromJson(list)) }),
    };
  };
  return {
    name: `exec:${dispatcher.name}`,
    title: dispatcher.name,
    abilities: { ...allAbilities, ...abilities },
    width: 16,
    run: async (scenario) => ({ answer: await answer(scenario) }),
    runSingly: answer,
    runAlone: answer,
    forget: async () => {},
    close: async () => {},
  };
}
