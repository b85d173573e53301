/** Arguments, options and help of `ledger`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { exitStatusHelp } from './common/help-texts.ts';
import { htmlOption, quietOption, seedOption, several, wholeNumber } from './common/options.ts';

export function addLedger(program: Command, choose: Choose): void {
  program
    .command('ledger')
    .summary('every way in which QEMU and the kernel differ from the contract')
    .description(
      'Lists every way in which the profiles differ from the contract: for each decision, the shortest scenarios on which it shows alone, one for each kind of difference. The ledger is built from the model, the scopes, random scenarios and the operations of lines that such scenarios once showed, and compared with the one that this package ships.',
    )
    .option('--shipped', 'do not build it: list what this package ships')
    .option(
      '--runs <n>',
      'try random scenarios of each profile, too: does the ledger name every difference?',
      wholeNumber(0, 1_000_000_000),
      0,
    )
    .addOption(seedOption())
    .option(
      '--scope <name>',
      'explore this scope to its end, too, each profile beside the contract; all: every scope of this package (default takes minutes, large an hour or more for each profile, and 4 GB); may be repeated',
      several,
    )
    .option('--save <dir>', 'where scenarios are saved that no line names', 'findings')
    .option('--json', 'print the ledger as JSON, a line each')
    .addOption(htmlOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
docs/divergences.md says what each line means, since when it is so, and what a device author should do. Each line is a
scenario in properties/witnesses/: replay and explain take it.
${exitStatusHelp}

Examples:
  $ ioeventfd-check ledger --shipped
  $ ioeventfd-check ledger --runs 10000
  $ ioeventfd-check ledger --shipped --runs 100000 --seed 7
  $ ioeventfd-check ledger --shipped --scope root --scope access`,
    )
    .action((options) => choose(actionOf('ledger', options)));
}
