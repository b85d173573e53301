/** Arguments, options and help of `run`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, packagePathsHelp } from './common/help-texts.ts';
import { limitMemoryOption, limitTimeOption, qemuOption } from './common/options.ts';

export function addRun(program: Command, choose: Choose): void {
  program
    .command('run')
    .summary('print the effects of scenarios on one dispatcher')
    .description(
      "Prints the effects of every operation on one dispatcher, host changes included, under the scenario's own profile unless the name says another. Files of any length are read and answered line by line.",
    )
    .argument('<file...>', 'scenarios, JSON or JSON Lines; - for standard input')
    .requiredOption('--on <name>', 'the dispatcher', 'model')
    .option(
      '--json',
      'print a line for each scenario, {"source": ..., "title": ..., "effects": [[...], ...]}',
    )
    .addOption(qemuOption())
    .addOption(limitTimeOption())
    .addOption(limitMemoryOption())
    .addHelpText(
      'after',
      `${dispatcherNamesHelp}
${packagePathsHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check run scenario.json --on impl
  $ ioeventfd-check run scenarios.jsonl --on model@tcg --json > effects.jsonl`,
    )
    .action((files: string[], options) => choose(actionOf('run', files, options)));
}
