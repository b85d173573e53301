/** Arguments, options and help of `show`. */
import type { Command } from 'commander';
import { actionOf } from '../../actions.ts';
import type { Choose } from '../../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, packagePathsHelp } from '../common/help-texts.ts';
import { limitMemoryOption, limitTimeOption, qemuOption } from '../common/options.ts';

export function addShow(program: Command, choose: Choose): void {
  program
    .command('show')
    .summary('make a page of a scenario, to step through and to change in a browser')
    .description(
      'Writes one HTML file that needs nothing else: no server and no network. It shows the operations, the address space with what is visible and what is hidden, the registered words, what the host holds, the path of each write, and what each side did. The model runs in the page: an operation, a profile or a single decision can be changed there, and the result saved as a scenario. Several scenarios make one page with a list.',
    )
    .argument('<file...>', 'scenarios, JSON or JSON Lines; - for standard input')
    .option(
      '--on <A,B>',
      'one dispatcher, or two to compare (default: the pair that the file was found on, else model)',
    )
    .option(
      '-o, --output <file>',
      "where to write the page; - for standard output (default: the file's name with .html, in the working directory)",
    )
    .option('-q, --quiet', 'do not say where the page is')
    .addOption(qemuOption())
    .addOption(limitTimeOption())
    .addOption(limitMemoryOption())
    .addHelpText(
      'after',
      `
What can be left out of a scenario without changing how two dispatchers differ is dimmed: it is found by trying, with shrink's moves.
A difference is shown, and is no failure: a page that was written is status 0.
${dispatcherNamesHelp}
${packagePathsHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check show scenario.json
  $ ioeventfd-check show scenario.json --on model@contract,model@kvm -o overlap.html
  $ ioeventfd-check show "findings/*.json" -o findings.html`,
    )
    .action((files: string[], options) => choose(actionOf('show', files, options)));
}
