/** Mistakes in the command line: one line that names the help to read. */
import { type Command, CommanderError } from 'commander';
import { printable } from '../format/errors.ts';
import { exitStatus } from './errors.ts';
import type { OutputStream } from './surroundings.ts';

/** A mistake in the arguments of a command. */
class UsageError extends CommanderError {
  /** The words that call the command, such as `ioeventfd-check check`. */
  readonly command: string;

  constructor({ exitCode, code, message }: CommanderError, command: string) {
    super(exitCode, code, message);
    this.command = command;
  }
}

/** Makes a command throw its mistakes, and the mistakes name that command. */
export function throwUsageErrors(command: Command, name: string): void {
  command.exitOverride((error) => {
    throw new UsageError(error, name);
  });
}

/** Prints a usage error; gives the exit status. */
export function complainOfUsage(
  error: CommanderError,
  commands: readonly string[],
  errors: OutputStream,
): number {
  const said =
    error.code === 'commander.help'
      ? `which command? ${commands.slice(0, -1).join(', ')} or ${commands.at(-1)}`
      : error.message.replace(/^error: /, '').replace(/\.$/, '');
  const worded = said.replace(
    /^command-argument value ('.*') is invalid for argument '(\w+)'/s,
    "argument '$2': $1 is invalid",
  );
  const line = printable(worded.trim().replace(/\s*\n\s*/g, ' '));
  const command = error instanceof UsageError ? error.command : 'ioeventfd-check';
  errors.write(`ioeventfd-check: ${line}; see ${command} --help\n`);
  return exitStatus.badInput;
}
