/** Arguments, options and help of `init`. */
import type { Command } from 'commander';
import { actionOf } from '../../actions.ts';
import type { Choose } from '../../choose.ts';
import { exitStatusHelp } from '../common/help-texts.ts';

export function addInit(program: Command, choose: Choose): void {
  program
    .command('init')
    .summary('write a scenario to start from')
    .description(
      'Writes a small scenario to edit: a doorbell register as ivshmem has it, one ioeventfd, a write that matches it, a write that does not, and what is expected of both. A file that exists is never overwritten.',
    )
    .argument('[file]', 'the file to write; - for standard output (default: scenario.json)')
    .option('--caller', 'write a caller, for ioeventfd-check caller, instead (default file: my-device.js)')
    .addHelpText(
      'after',
      `
The format is described in docs/scenario-format.md.
${exitStatusHelp}

Examples:
  $ ioeventfd-check init
  $ ioeventfd-check init doorbell.json
  $ ioeventfd-check init --caller my-device.js
  $ ioeventfd-check init - | ioeventfd-check explain -`,
    )
    .action((file: string | undefined, options: { caller?: true }) =>
      choose(actionOf('init', file, options)),
    );
}
