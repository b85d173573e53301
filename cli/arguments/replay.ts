/** Arguments, options and help of `replay`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, packagePathsHelp, reporterHelp } from './common/help-texts.ts';
import {
  htmlOption,
  limitMemoryOption,
  limitTimeOption,
  qemuOption,
  quietOption,
  reporterOption,
} from './common/options.ts';

export function addReplay(program: Command, choose: Choose): void {
  program
    .command('replay')
    .summary('run saved scenarios again, on both sides')
    .description(
      'Runs saved scenarios on a pair of dispatchers and says of each whether they agree, how they differ, or which expectation of the file is not met. The pair is the one that the file names (found.dispatchers), else model and impl. A finding of a property is tried on that property again.',
    )
    .argument('<file...>', 'scenarios, JSON or JSON Lines; - for standard input')
    .option('--on <A,B>', 'the pair to run them on')
    .option('--json', 'print a line of JSON for each scenario')
    .addOption(reporterOption())
    .addOption(htmlOption())
    .addOption(quietOption())
    .addOption(qemuOption())
    .addOption(limitTimeOption())
    .addOption(limitMemoryOption())
    .addHelpText(
      'after',
      `${dispatcherNamesHelp}
${packagePathsHelp}
${reporterHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check replay findings/*.json
  $ ioeventfd-check replay scenario.json --on model@contract,model@kvm
  $ ioeventfd-check replay scenarios/*.json --quiet && echo all agree
  $ ioeventfd-check replay scenarios/*.json --reporter github
  $ ioeventfd-check replay - --json < scenarios.jsonl`,
    )
    .action((files: string[], options) => choose(actionOf('replay', files, options)));
}
