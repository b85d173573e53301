/** Arguments, options and help of `mutants`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { exitStatusHelp } from './common/help-texts.ts';
import { htmlOption, quietOption, shardOption, wholeNumber } from './common/options.ts';

export function addMutants(program: Command, choose: Choose): void {
  program
    .command('mutants')
    .summary('how soon each seeded bug is found, and by what')
    .description(
      'The matrix of the seeded bugs: dispatchers with one mistake each, against the named scenarios, random testing and exploration. For each: how many scenarios until it is found, how long the shrunk scenario is, and the shortest that there is, proven by exploration. One that survives random testing is a failure. A canary and the dispatcher that is not broken are in it too: the one must be found, the other must not.',
    )
    .argument(
      '[mutant...]',
      'the mutants to try, or programs (exec:COMMAND) with a mistake (default: all mutants)',
    )
    .option('--seeds <n>', 'random testing with so many seeds, from 1', wholeNumber(1, 1000), 20)
    .option(
      '--runs <n>',
      'most random scenarios a seed; times 10 for rare bugs',
      wholeNumber(1, 1_000_000),
      10000,
    )
    .option('--no-explore', 'leave exploration out')
    .addOption(shardOption())
    .option('--workers <n>', 'threads to use (default: one a core)', wholeNumber(1, 1024))
    .option('--list', 'print the mutants and their stories, and try none')
    .option('--json', 'print the matrix as one line of JSON')
    .addOption(htmlOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `${exitStatusHelp}

Examples:
  $ ioeventfd-check mutants --list
  $ ioeventfd-check mutants
  $ ioeventfd-check mutants deletion-ignores-data --seeds 50
  $ ioeventfd-check mutants "exec:./dispatcher --with-a-mistake" --seeds 5
  $ ioeventfd-check check model mutant:deletion-ignores-data`,
    )
    .action((names: string[], options) => choose(actionOf('mutants', names, options)));
}
