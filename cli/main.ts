/** The program: the command, in the surroundings of this process. Its work is done in a thread. */
import { runCommand } from './command.ts';
import { programName } from './invocation.ts';
import { startProgress } from './io/progress.ts';

const status = await runCommand(
  {
    words: process.argv.slice(2),
    program: programName(process.argv[1] ?? '', process.cwd()),
    environment: process.env,
    input: () => process.stdin,
    output: process.stdout,
    errors: process.stderr,
    interrupt: () => new AbortController().signal,
    progress: (text) => startProgress(text, process.stderr),
    leaves: () => {},
  },
  async (asked, surroundings) => {
    // What takes no time needs no thread.
    if (typeof asked === 'function') return (await import('./run-action.ts')).runAction(asked, surroundings);
    return (await import('./thread/supervisor.ts')).supervise(asked, surroundings);
  },
);
// Whatever is still open, such as standard input, is not waited for: output is complete.
process.exit(status);
