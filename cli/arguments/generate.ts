/** Arguments, options and help of `generate`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { exitStatusHelp } from './common/help-texts.ts';
import { profileOption, seedOption, wholeNumber } from './common/options.ts';

export function addGenerate(program: Command, choose: Choose): void {
  program
    .command('generate')
    .summary('print random scenarios')
    .description(
      'Prints random scenarios as JSON Lines, one a line. They are the random scenarios that check runs with the same seed, profile and number of runs, in the same order. The title of each names the seed and its number in the run.',
    )
    .option('--runs <n>', 'how many scenarios', wholeNumber(1, 1_000_000_000), 30_000)
    .addOption(seedOption())
    .addOption(profileOption())
    .addHelpText(
      'after',
      `
check runs its regressions first. They are not printed here: they are files already. check under a dispatcher with a
profile, such as model@tcg, runs what --profile tcg prints.
${exitStatusHelp}

Examples:
  $ ioeventfd-check generate --runs 1000 --seed 1 > scenarios.jsonl
  $ ioeventfd-check generate --runs 1000 --seed 1 | ioeventfd-check run - --on impl --json
  $ ioeventfd-check generate --seed 42 | sed -n 17p | ioeventfd-check explain -`,
    )
    .action((options) => choose(actionOf('generate', options)));
}
