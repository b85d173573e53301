/** Arguments, options and help of `merge`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { exitStatusHelp, reporterHelp } from './common/help-texts.ts';
import { quietOption, reporterOption } from './common/options.ts';

export function addMerge(program: Command, choose: Choose): void {
  program
    .command('merge')
    .summary('join the reports of the shards of one run')
    .description(
      'Joins the JSON reports of check, conform, mutants or explore --shard 1/N to N/N into one verdict: of check with the coverage of all shards together, of explore with the shortest of what they found. A missing shard is bad input, and so is one that was run with other options. At most 16 MiB of a file are read.',
    )
    .argument('<report...>', 'what a shard printed with --json; - for standard input')
    .option('--json', 'print the joint report as one line of JSON')
    .addOption(reporterOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `${reporterHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check merge report-*.json
  $ cat report-*.json | ioeventfd-check merge -
  $ ioeventfd-check merge report-*.json --reporter junit > junit.xml
  $ ioeventfd-check merge report-1.json report-2.json report-3.json --json`,
    )
    .action((files: string[], options) => choose(actionOf('merge', files, options)));
}
