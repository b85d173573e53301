/** Arguments, options and help of `completion`. */
import { Argument, type Command } from 'commander';
import type { Choose } from '../choose.ts';
import { exitStatusHelp } from './common/help-texts.ts';

export function addCompletion(program: Command, choose: Choose): void {
  program
    .command('completion')
    .summary('print a script that completes commands in a shell')
    .description(
      'Prints a script for the shell. With it, the Tab key completes commands, options and their values: names of dispatchers, profiles, scopes, mutants and files. The command must be found by its name, as after npm install --global.',
    )
    .addArgument(
      new Argument('[shell]', 'the shell (default: that of $SHELL)').choices(['bash', 'zsh', 'fish']),
    )
    .addHelpText(
      'after',
      `
Put the line for your shell into its start-up file (in zsh after compinit):
  bash   source <(ioeventfd-check completion bash)
  zsh    source <(ioeventfd-check completion zsh)
  fish   ioeventfd-check completion fish | source
${exitStatusHelp}

Examples:
  $ source <(ioeventfd-check completion bash)
  $ ioeventfd-check completion fish > ~/.config/fish/completions/ioeventfd-check.fish`,
    )
    .action((shell) =>
      choose(async (context) => (await import('../commands/completion.ts')).runCompletion(shell, context)),
    );
  // Called by the scripts.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) =>
      choose(async (context) =>
        (await import('../commands/completion.ts')).runComplete(program, words, context),
      ),
    );
}
