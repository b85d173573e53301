/** Arguments and help of `serve`. */
import type { Command } from 'commander';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp } from './common/help-texts.ts';

export function addServe(program: Command, choose: Choose): void {
  program
    .command('serve')
    .summary('answer as a dispatcher over standard input and output')
    .description(
      'Makes a dispatcher of this package, or of a module, a program that speaks ioeventfd-dispatcher/1 (docs/dispatcher-protocol.md): a scenario a line on standard input, its effects on standard output. It ends when its input ends.',
    )
    .argument('[name]', 'the dispatcher', 'model')
    .addHelpText(
      'after',
      `${dispatcherNamesHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check check model "exec:ioeventfd-check serve impl"
  $ ioeventfd-check check model "exec:ioeventfd-check serve mutant:deletion-ignores-data"
  $ ioeventfd-check serve model@kvm < requests.jsonl > answers.jsonl`,
    )
    .action((name: string) =>
      // In the first thread: whoever waits for an answer waits for nothing else.
      choose(async (context) => (await import('../commands/serve.ts')).runServe(name, context)),
    );
}
