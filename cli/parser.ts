/** The parser of the command line: every command with its arguments. */
import { Command } from 'commander';
import { addCaller } from './arguments/caller.ts';
import { addCheck } from './arguments/check.ts';
import { dispatcherNamesHelp, exitStatusHelp } from './arguments/common/help-texts.ts';
import { addCompletion } from './arguments/completion.ts';
import { addConform } from './arguments/conform.ts';
import { addExplain } from './arguments/explain.ts';
import { addExplore } from './arguments/explore.ts';
import { addInit } from './arguments/files/init.ts';
import { addSelftest } from './arguments/files/selftest.ts';
import { addGenerate } from './arguments/generate.ts';
import { addLedger } from './arguments/ledger.ts';
import { addMerge } from './arguments/merge.ts';
import { addMutants } from './arguments/mutants.ts';
import { addShow } from './arguments/pages/show.ts';
import { addReplay } from './arguments/replay.ts';
import { addRun } from './arguments/run.ts';
import { addServe } from './arguments/serve.ts';
import { addShrink } from './arguments/shrink.ts';
import type { Choose } from './choose.ts';
import { packageVersion } from './invocation.ts';
import type { OutputStream } from './surroundings.ts';
import { throwUsageErrors } from './usage-error.ts';

/** Each command, in the order of the help. */
const additions = [
  addCheck,
  addConform,
  addExplore,
  addCaller,
  addLedger,
  addMutants,
  addMerge,
  addReplay,
  addRun,
  addExplain,
  addShow,
  addShrink,
  addSelftest,
  addServe,
  addGenerate,
  addInit,
  addCompletion,
];

/**
 * The parser. The action of the command that is given is passed to `choose`, not run; help and version are given to `print`.
 *
 * @param output as wide as its lines may be
 */
export function createParser(
  choose: Choose,
  print: (text: string) => void = () => {},
  output: Pick<OutputStream, 'isTTY' | 'columns'> = process.stdout,
): Command {
  const program = new Command('ioeventfd-check');
  program
    .description(
      "QEMU's memory_region_add_eventfd contract, executable: compares dispatchers with it, and explains what they do.",
    )
    .version(packageVersion())
    .configureOutput({
      writeOut: print,
      writeErr: () => {},
      // As commander's own, but of this output; its type leaves out that no width is 80 columns.
      getOutHelpWidth: () => (output.isTTY ? output.columns : undefined) as number,
    })
    .helpCommand('help [command]', 'help for a command')
    .addHelpText(
      'after',
      `${dispatcherNamesHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check check                                is impl what the model says?
  $ ioeventfd-check check model@contract model@tcg       where does QEMU differ from its contract?
  $ ioeventfd-check explain scenario.json --on model@kvm  what happens, and why?
  $ ioeventfd-check help check                           more about a command`,
    );
  for (const add of additions) add(program, choose);
  throwUsageErrors(program, program.name());
  for (const command of program.commands) throwUsageErrors(command, `${program.name()} ${command.name()}`);
  return program;
}
