/** What can go wrong, and the status that the command ends with. */
import { InputError, printable } from '../format/errors.ts';

/** Exit statuses of every command, as `--help` lists them. */
export const exitStatus = {
  fine: 0,
  /** A difference, a failed expectation, or a coverage point below its minimum. */
  difference: 1,
  /** Bad usage, or bad input. */
  badInput: 2,
  /** The named system cannot be reached. */
  systemMissing: 3,
  /** A bug of this program (EX_SOFTWARE of sysexits.h). */
  bug: 70,
  /** Ended by Ctrl-C before anything was found (128 + SIGINT). */
  interrupted: 130,
} as const;

/** A system that a name stands for (`qemu`, `kvm`) is not there: exit status 3. */
export class SystemMissingError extends InputError {
  override readonly name = 'SystemMissingError';
}

/** An error as the command reports it: one line for standard error, and the status. */
export type Complaint = { readonly line: string; readonly status: number };

/** The line and the status for anything that was thrown. Never a stack trace. */
export function complaintOf(error: unknown): Complaint {
  const message = error instanceof Error ? error.message : String(error);
  const line = `ioeventfd-check: ${printable(message.trim().replace(/\s*\n\s*/g, '; '))}`;
  if (error instanceof SystemMissingError) return { line, status: exitStatus.systemMissing };
  if (error instanceof InputError) return { line, status: exitStatus.badInput };
  // By name: the class is in a module that only `check` needs.
  if (error instanceof Error && error.name === 'WorkerDiedError') {
    return { line, status: exitStatus.bug };
  }
  if (error instanceof RangeError && /call stack/.test(message)) {
    const reason = 'regions are nested too deeply to be followed; make the scenario shallower';
    return { line: `ioeventfd-check: ${reason}`, status: exitStatus.badInput };
  }
  // A peer dependency that was left out, as `npm install --legacy-peer-deps` does.
  const [, missing] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
  if (missing !== undefined) {
    const reason = `the package ${printable(missing)} is not installed: run \`npm install ${printable(missing)}\``;
    return { line: `ioeventfd-check: ${reason}`, status: exitStatus.badInput };
  }
  const advice = 'this is a bug of ioeventfd-check; set IOEVENTFD_CHECK_DEBUG=1 to see where';
  return { line: `${line} (${advice})`, status: exitStatus.bug };
}
