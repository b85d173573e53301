/**
 * The scenario format: reading and writing (docs/scenario-format.md).
 *
 * - {@link readScenario}, {@link readScenarios}: from a text; from a file, JSON Lines or standard input.
 * - {@link writeScenario}, {@link writeScenarioLine}: a file for people; a line for programs.
 * - {@link InputError}, {@link FormatError}: what is wrong, in one line.
 * - `...ToJson`, `...FromJson`: parts of a scenario, for other protocols that carry them.
 */

export { effectFromJson, effectsFromJson, operationFromJson } from './decode.ts';
export { FormatError, InputError } from './errors.ts';
export { maximumScenarioBytes, readScenario, readScenarios, type SourcedScenario } from './read.ts';
export {
  effectsToJson,
  type Json,
  operationToJson,
  scenarioToJson,
  writeScenario,
  writeScenarioLine,
} from './write.ts';
