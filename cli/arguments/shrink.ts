/** Arguments, options and help of `shrink`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, packagePathsHelp } from './common/help-texts.ts';
import { qemuOption } from './common/options.ts';

export function addShrink(program: Command, choose: Choose): void {
  program
    .command('shrink')
    .summary('make a scenario that shows a difference shorter')
    .description(
      'Shrinks a saved scenario on which a pair of dispatchers differs. First it is made simpler step by step, as long as the pair still differs in the same way. Then a shorter scenario is looked for, as check does: one that may differ in another way. The result is a scenario by itself.',
    )
    .argument('<file>', 'a scenario, JSON; - for standard input')
    .option('--on <A,B>', 'the pair (default: the one that the file names, else model,impl)')
    .option('--no-search', 'keep the way in which the pair differs: do not look for other scenarios')
    .option('-o, --output <file>', 'where to write the result (default: standard output)')
    .option('-q, --quiet', 'do not say how much shorter the result is')
    .addOption(qemuOption())
    .addHelpText(
      'after',
      `
A scenario on which the pair agrees cannot be shrunk: that is bad input, status 2. A result, shorter or not, is status 0.
Without -o, standard output has the scenario and nothing else; how much shorter it is stands on standard error.
Ctrl-C ends the work. What was reached by then is written, and the status is 130.
${dispatcherNamesHelp}
${packagePathsHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check shrink long.json --on model,impl > short.json
  $ ioeventfd-check shrink trace.json --on model@tcg,./mine.js -o short.json
  $ ioeventfd-check shrink findings/lockstep-D2-0123abcd.json --no-search`,
    )
    .action((file: string, options) => choose(actionOf('shrink', file, options)));
}
