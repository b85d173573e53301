/** Arguments, options and help of `explain`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, packagePathsHelp } from './common/help-texts.ts';
import { qemuOption } from './common/options.ts';

export function addExplain(program: Command, choose: Choose): void {
  program
    .command('explain')
    .summary("draw a scenario's memory map and the path of each write through it")
    .description(
      'Explains a scenario in plain text, fit for a mail: what each call does and what the host is told; the memory map, drawn where a write sees it changed and at the end; the path of each write, access by access, with the ioeventfds it was compared with and the clauses that decide.',
    )
    .argument('<file...>', 'scenarios, JSON or JSON Lines; - for standard input')
    .option(
      '--on <name>',
      'also show where this dispatcher differs; model@PROFILE picks the profile',
      'model',
    )
    .option('--every-step', 'draw the map after each operation that changes it')
    .option(
      '--json',
      'print a line of JSON for each scenario: its header, operations, effects and traces (docs/explain.md)',
    )
    .addOption(qemuOption())
    .addHelpText(
      'after',
      `${dispatcherNamesHelp}
${packagePathsHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check explain scenario.json
  $ ioeventfd-check explain scenario.json --on model@kvm --every-step
  $ ioeventfd-check explain findings/*.json --on impl | less -R
  $ ioeventfd-check explain scenario.json --json | jq '.traces[-1]'`,
    )
    .action((files: string[], options) => choose(actionOf('explain', files, options)));
}
