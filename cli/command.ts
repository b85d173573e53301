/**
 * The command `ioeventfd-check`. The arguments and help of each command are in `arguments/`. What a command does is in
 * `commands/`, loaded when it is asked for, so that `--help` stays fast.
 */
import { type Command, CommanderError } from 'commander';
import type { Action } from './actions.ts';
import type { Immediate } from './choose.ts';
import { createParser } from './parser.ts';
import type { Surroundings } from './surroundings.ts';
import { complainOfUsage } from './usage-error.ts';

/** Does what was asked for, and gives the exit status. */
export type RunAsked = (asked: Action | Immediate, surroundings: Surroundings) => Promise<number>;

/**
 * Parses the words, runs the command that was chosen, and gives the exit status. Never throws for what a user did.
 *
 * @param run runs it; in this thread, if left out
 */
export async function runCommand(surroundings: Surroundings, run: RunAsked = runHere): Promise<number> {
  const asked: (Action | Immediate)[] = [];
  const printed: string[] = [];
  const parser = createParser(
    (chosen) => asked.push(chosen),
    (text) => printed.push(text),
    surroundings.output,
  );
  try {
    await parser.parseAsync(surroundings.words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help was asked for, or the version.
    if (error.exitCode === 0) return run(({ output }) => output.text(printed.join('')), surroundings);
    return complainOfUsage(error, visibleCommands(parser), surroundings.errors);
  }
  const [chosen] = asked;
  return chosen === undefined ? 0 : run(chosen, surroundings);
}

async function runHere(asked: Action | Immediate, surroundings: Surroundings): Promise<number> {
  return (await import('./run-action.ts')).runAction(asked, surroundings);
}

/** The names of the commands that the help lists. */
function visibleCommands(parser: Command): string[] {
  const names = parser.createHelp().visibleCommands(parser);
  return names.map((command) => command.name()).filter((name) => name !== 'help');
}
