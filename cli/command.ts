/**
 * The command `ioeventfd-check`. The arguments and help of each command are in `arguments/`. What a command does is in
 * `commands/`, loaded when it is asked for, so that `--help` stays fast.
 */
import { type Command, CommanderError } from 'commander';
import type { Action } from './arguments/choose.ts';
import { createParser } from './parser.ts';
import type { Surroundings } from './surroundings.ts';
import { complainOfUsage } from './usage-error.ts';

/** Parses the words, runs the command that was chosen, and gives the exit status. Never throws for what a user did. */
export async function runCommand(surroundings: Surroundings): Promise<number> {
  const chosen: Action[] = [];
  const parser = createParser((action) => chosen.push(action), surroundings.output);
  try {
    await parser.parseAsync(surroundings.words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help was asked for and printed, or the version.
    if (error.exitCode === 0) return 0;
    return complainOfUsage(error, visibleCommands(parser), surroundings.errors);
  }
  const [action] = chosen;
  return action === undefined ? 0 : (await import('./run-action.ts')).runAction(action, surroundings);
}

/** The names of the commands that the help lists. */
function visibleCommands(parser: Command): string[] {
  const names = parser.createHelp().visibleCommands(parser);
  return names.map((command) => command.name()).filter((name) => name !== 'help');
}
