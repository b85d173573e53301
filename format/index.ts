/**
 * The scenario format: reading and writing (docs/scenario-format.md).
 *
 * - {@link readScenario}, {@link readScenarios}: from a text; from a file, JSON Lines or standard input.
 * - {@link writeScenario}, {@link writeScenarioLine}: a file for people; a line for programs.
 * - {@link InputError}, {@link FormatError}: what is wrong, in one line.
 * - {@link printable}: for whoever prints a name or a title from a file to a terminal.
 * - `...ToJson`, `...FromJson`: parts of a scenario, for other protocols that carry them.
 */

export { effectFromJson, effectsFromJson, operationFromJson } from './decode.ts';
export { FormatError, InputError, printable } from './errors.ts';
export { readScenario, readScenarios, type SourcedScenario } from './read.ts';
export { maximumScenarioBytes } from './split.ts';
export {
  effectsToJson,
  type Json,
  operationToJson,
  scenarioToJson,
  writeScenario,
  writeScenarioLine,
} from './write.ts';
