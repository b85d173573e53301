/** Arguments, options and help of `selftest`. */
import type { Command } from 'commander';
import { actionOf } from '../../actions.ts';
import type { Choose } from '../../choose.ts';
import { exitStatusHelp, packagePathsHelp } from '../common/help-texts.ts';

export function addSelftest(program: Command, choose: Choose): void {
  program
    .command('selftest')
    .summary("write tests of the kernel's bus as C programs")
    .description(
      'Writes C programs that test KVM_IOEVENTFD on the running kernel, in the shape of KVM selftests: a program for each rule of the bus, or one for each scenario that is given, and a Makefile. They need the headers of the kernel and of the C library, and nothing of this package. They print TAP and exit with 0 (as expected), 1 (not) or 4 (skipped: no /dev/kvm).',
    )
    .argument('<dir>', 'where to write them; it is made where it is missing')
    .argument('[files...]', 'scenarios, instead of the rules of the bus; - for standard input')
    .option('--on <name>', 'the dispatcher inside whose answers are expected', 'model@kvm')
    .addHelpText(
      'after',
      `
model@kvm expects what the kernel does today, registrations that it loses included. model@contract expects what is promised.
Of a scenario, what is not the kernel's is left out: how the map changes, QEMU's own writes, stores that no guest makes.
A file that this command did not write is not overwritten.
${packagePathsHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check selftest kvm-ioeventfd && make -C kvm-ioeventfd check
  $ ioeventfd-check selftest promised --on model@contract
  $ ioeventfd-check selftest found findings/lockstep-D2-0123abcd.json`,
    )
    .action((directory: string, files: string[], options: { on: string }) =>
      choose(actionOf('selftest', directory, files, options)),
    );
}
