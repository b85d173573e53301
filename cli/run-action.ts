/** Runs a command to its end, whichever that is: done, interrupted, nobody reads, or an error of one line. */
import { type Action, perform } from './actions.ts';
import type { Immediate } from './choose.ts';
import { Context } from './context.ts';
import { complaintOf, exitStatus } from './errors.ts';
import { ClosedPipe } from './io/output.ts';
import type { Surroundings } from './surroundings.ts';

/** The exit status of a command. Output is complete, and standard error has at most one line, when it returns. */
export async function runAction(action: Action | Immediate, surroundings: Surroundings): Promise<number> {
  // A reader of standard error that has gone is no reason to fail.
  surroundings.errors.on('error', () => {});
  const context = new Context(surroundings);
  try {
    await (typeof action === 'function' ? action(context) : perform(action, context));
    await context.output.flush();
  } catch (error) {
    return statusOf(error, context);
  } finally {
    await context.end();
  }
  return statusAtEnd(context);
}

function statusAtEnd({ interrupt, status }: Context): number {
  return interrupt.aborted && status === exitStatus.fine ? exitStatus.interrupted : status;
}

async function statusOf(error: unknown, context: Context): Promise<number> {
  if (error instanceof ClosedPipe) return context.status;
  // What was printed before the error still stands.
  await context.output.flush().catch(() => {});
  const { interrupt } = context;
  // What was waited for was given up, such as a FIFO that nobody writes to.
  if (interrupt.aborted && error === interrupt.reason) return statusAtEnd(context);
  const { line, status } = complaintOf(error);
  const { environment, errors } = context.surroundings;
  if (environment['IOEVENTFD_CHECK_DEBUG'] && error instanceof Error) errors.write(`${error.stack}\n`);
  errors.write(`${line}\n`);
  return status;
}
