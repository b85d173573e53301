/** Arguments, options and help of `caller`. */
import { type Command, Option } from 'commander';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { exitStatusHelp } from './common/help-texts.ts';
import { htmlOption, quietOption, seedOption, wholeNumber } from './common/options.ts';

export function addCaller(program: Command, choose: Choose): void {
  program
    .command('caller')
    .summary('is a device prepared to handle failure?')
    .description(
      'Checks that a caller of memory_region_add_eventfd is prepared: what gets notified is the same whichever of its registrations the host refuses, under every profile, whether the CPU writes or QEMU itself. At random, and by exploration of every life of the device in a scope.',
    )
    .argument('[callers...]', "names, or paths of modules (default: all of QEMU's callers)")
    .option('--list', 'list the callers of this package, and end')
    .addOption(new Option('--profile <name>', 'one profile only (default: all)').choices(profileNames))
    .addOption(
      new Option('--target <order>', "byte order of the guest's CPU (default: both)").choices([
        'little',
        'big',
      ]),
    )
    .option(
      '--states <n>',
      'states to visit at most, a profile and byte order',
      wholeNumber(1, 10_000_000),
      2_000,
    )
    .option('--runs <n>', 'random lives, a profile and byte order', wholeNumber(0, 10_000_000), 100)
    .addOption(seedOption())
    .option('--save <dir>', 'where violations are saved', 'findings')
    .option('--json', 'print the reports as JSON, a line each')
    .addOption(htmlOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
A module exports a caller by default: docs/check-your-device.md shows how, and ioeventfd-check init --caller writes one to
start from. Node 22 loads TypeScript as it is; for Node 20, compile it to JavaScript first.
${exitStatusHelp}

Examples:
  $ ioeventfd-check caller ivshmem-doorbell
  $ ioeventfd-check caller firecracker-drops        a callback that drops: the shortest history that loses a notification
  $ ioeventfd-check caller ./my-device.js --profile kvm
  $ ioeventfd-check caller --list`,
    )
    .action((callers: string[], options) => choose(actionOf('caller', callers, options)));
}
