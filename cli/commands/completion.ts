/** `completion [SHELL]`, and `complete`, which the scripts call. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { InputError, printable } from '../../format/errors.ts';
import { complete } from '../completion/candidates.ts';
import { completionScript, type Shell, shells } from '../completion/scripts.ts';
import type { Context } from '../context.ts';
import type { Surroundings } from '../surroundings.ts';

/** Prints the script of a shell: the one that is named, else the user's own. */
export async function runCompletion(given: Shell | undefined, context: Context): Promise<void> {
  await context.output.lines(completionScript(given ?? ownShell(context.surroundings.environment)));
}

/** Prints what may come next, a line each: the word, a tab, a description. `:files` asks the shell for names of files. */
export async function runComplete(
  program: Command,
  words: readonly string[],
  context: Context,
): Promise<void> {
  const { candidates, paths } = await complete(program, words);
  await context.output.lines([
    ...candidates.map(({ value, description }) => `${value}\t${printable(description)}`),
    ...(paths === undefined ? [] : [`:${paths}`]),
  ]);
}

/** @throws InputError where the user's shell is none of those that have a script */
function ownShell(environment: Surroundings['environment']): Shell {
  const name = basename(environment['SHELL'] ?? '');
  const shell = shells.find((one) => one === name);
  if (shell === undefined) {
    throw new InputError(`which shell? give its name: ${shells.join(', ')}`);
  }
  return shell;
}
