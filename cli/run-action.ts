/** Runs a command to its end, whichever that is: done, interrupted, nobody reads, or an error of one line. */
import type { Action } from './arguments/choose.ts';
import { type Context, contextIn } from './context.ts';
import { complaintOf, exitStatus } from './errors.ts';
import { ClosedPipe } from './io/output.ts';
import type { Surroundings } from './surroundings.ts';

/** The exit status of a command. Output is complete, and standard error has at most one line, when it returns. */
export async function runAction(action: Action, surroundings: Surroundings): Promise<number> {
  // A reader of standard error that has gone is no reason to fail.
  surroundings.errors.on('error', () => {});
  const context = contextIn(surroundings);
  try {
    await action(context);
    await context.output.flush();
  } catch (error) {
    return statusOf(error, context);
  }
  const isCutShort = context.interrupt.aborted && context.status === exitStatus.fine;
  return isCutShort ? exitStatus.interrupted : context.status;
}

async function statusOf(error: unknown, context: Context): Promise<number> {
  if (error instanceof ClosedPipe) return context.status;
  // What was waited for was given up, such as a FIFO that nobody writes to.
  if (context.interrupt.aborted && error === context.interrupt.reason) return exitStatus.interrupted;
  const { interrupt } = context;
  const isInterrupted = interrupt.aborted && error === interrupt.reason;
  // What was printed before the error still stands.
  await context.output.flush().catch(() => {});
  if (isInterrupted) return context.status === exitStatus.fine ? exitStatus.interrupted : context.status;
  const { line, status } = complaintOf(error);
  const { environment, errors } = context.surroundings;
  if (environment['IOEVENTFD_CHECK_DEBUG'] && error instanceof Error) errors.write(`${error.stack}\n`);
  errors.write(`${line}\n`);
  return status;
}
