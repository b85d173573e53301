/** What every command is given, and what it leaves behind. */
import { exitStatus } from './errors.ts';
import { Output } from './io/output.ts';
import type { Surroundings } from './surroundings.ts';
import { type Style, styleOf, wantsColours } from './text/style.ts';

export type Context = {
  readonly surroundings: Surroundings;
  readonly output: Output;
  /** How reports on standard output are emphasised. */
  readonly style: Style;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** What the command would end with if it ended now: a closed pipe ends it at any time. */
  status: number;
};

/** The context of a command that begins in these surroundings. */
export function contextIn(surroundings: Surroundings): Context {
  const { output, environment, interrupt } = surroundings;
  return {
    surroundings,
    output: new Output(output),
    style: styleOf(wantsColours(environment, output.isTTY === true)),
    interrupt: interrupt(),
    status: exitStatus.fine,
  };
}
