/** Arguments, options and help of `conform`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, reporterHelp } from './common/help-texts.ts';
import {
  htmlOption,
  limitMemoryOption,
  limitTimeOption,
  profileOption,
  quietOption,
  reporterOption,
  seedOption,
  shardOption,
  wholeNumber,
} from './common/options.ts';

export function addConform(program: Command, choose: Choose): void {
  program
    .command('conform')
    .summary('does a dispatcher keep the contract? a report by clause')
    .description(
      'Asks a dispatcher all named scenarios that it supports, and then random ones, and compares each answer with the model. The report says for each clause how many scenarios passed, failed, or are not supported. What a program cannot do, by its hello, it is not asked.',
    )
    .argument('<dispatcher>', 'the dispatcher')
    .option('--against <name>', 'what is expected', 'model')
    .option('--runs <n>', 'random scenarios to run (default: 1000)', wholeNumber(1, 1_000_000_000))
    .addOption(seedOption())
    .addOption(profileOption())
    .option('--known <file>', 'a list of known differences, which do not fail it')
    .option('--save <dir>', 'where a difference is saved', 'findings')
    .addOption(shardOption())
    .option('--workers <n>', 'processes to use (default: one a core)', wholeNumber(1, 1024))
    .addOption(limitTimeOption())
    .addOption(limitMemoryOption())
    .option('--json', 'print the report as one line of JSON')
    .addOption(reporterOption())
    .addOption(htmlOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
Known differences (--known) are a file such as
  {"format": "ioeventfd-known/1", "known": [{"scenario": "k7-....json", "clause": "K7", "why": "a sorted list"}]}
A scenario is a file of properties/scenarios/, or a saved finding. What the file lists is reported, and fails nothing; nor does a
random scenario with a difference of the same kind: the same two effects in the same order, such as a callback in place of a signal.
An entry that no longer differs fails the run.
${dispatcherNamesHelp}
${reporterHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check conform "exec:python3 dispatcher.py"
  $ ioeventfd-check conform ./mine.js --profile kvm --known known.json
  $ ioeventfd-check conform "exec:./dispatcher" --reporter junit > conform.xml`,
    )
    .action((dispatcher: string, options) => choose(actionOf('conform', dispatcher, options)));
}
