/** What every command is given, and what it leaves behind. */
import { exitStatus } from './errors.ts';
import { interruptSignal } from './io/interrupt.ts';
import { Output } from './io/output.ts';
import { type Style, styleOf, wantsColours } from './text/style.ts';

export type Context = {
  readonly output: Output;
  /** How reports on standard output are emphasised. */
  readonly style: Style;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** What the command would end with if it ended now: a closed pipe ends it at any time. */
  status: number;
};

/** The context of this process. */
export function processContext(): Context {
  return {
    output: new Output(process.stdout),
    style: styleOf(wantsColours(process.env, process.stdout.isTTY)),
    interrupt: interruptSignal(),
    status: exitStatus.fine,
  };
}
