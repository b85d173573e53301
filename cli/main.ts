/** The program: the command, in the surroundings of this process. */
import { runCommand } from './command.ts';
import { programName } from './invocation.ts';
import { interruptSignal } from './io/interrupt.ts';

const status = await runCommand({
  words: process.argv.slice(2),
  program: programName(process.argv[1] ?? '', process.cwd()),
  environment: process.env,
  input: () => process.stdin,
  output: process.stdout,
  errors: process.stderr,
  interrupt: interruptSignal,
});
// Whatever is still open, such as standard input, is not waited for: output is complete.
process.exit(status);
