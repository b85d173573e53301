/** What can go wrong, and the status that the command ends with. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InputError, messageOf, printable } from '../format/errors.ts';
import { packageRoot } from './invocation.ts';

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
  /** Ended by SIGTERM before anything was found (128 + SIGTERM). */
  terminated: 143,
} as const;

/** An error as the command reports it: one line for standard error, and the status. */
export type Complaint = { readonly line: string; readonly status: number };

/** The line and the status for anything that was thrown. Never a stack trace. */
export function complaintOf(error: unknown): Complaint {
  const message = messageOf(error);
  const text = printable(message.trim().replace(/\s*\n\s*/g, '; '));
  // By name: the class is in a module that only what lives outside needs.
  if (error instanceof InputError) {
    return complaint(
      text,
      error.name === 'UnreachableError' ? exitStatus.systemMissing : exitStatus.badInput,
    );
  }
  // By name: the class is in a module that only `check` needs.
  if (error instanceof Error && error.name === 'WorkerDiedError') {
    return complaint(text, isEndOfThread(error.cause) ? exitStatus.badInput : exitStatus.bug);
  }
  if (isOutOfMemory(error)) return complaint(outOfMemory);
  if (error instanceof RangeError && /call stack/.test(message)) {
    return complaint('regions are nested too deeply to be followed; make the scenario shallower');
  }
  // A peer dependency that was left out, as `npm install --legacy-peer-deps` does.
  const [, missing] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
  if (missing !== undefined) {
    return complaint(
      `the package ${printable(missing)} is not installed: run \`npm install ${printable(missing)}\``,
    );
  }
  const module = moduleThatThrew(error);
  if (module !== undefined) return complaint(`${printable(module)}: throws: ${text}`);
  const advice = 'this is a bug of ioeventfd-check; set IOEVENTFD_CHECK_DEBUG=1 to see where';
  return complaint(`${text} (${advice})`, exitStatus.bug);
}

/** The line and the status where a thread ended although the command in it was not done. */
export function exitComplaintOf(code: number): Complaint {
  return complaint(
    code === 0
      ? 'ended before it was done: a dispatcher calls process.exit, or waits for something that never comes'
      : `ended before it was done: a dispatcher calls process.exit(${code})`,
  );
}

function complaint(text: string, status: number = exitStatus.badInput): Complaint {
  return { line: `ioeventfd-check: ${text}`, status };
}

/** Whether a thread was ended by what it ran: by `process.exit`, or because it needed too much memory. */
function isEndOfThread(cause: unknown): boolean {
  return isOutOfMemory(cause) || /^worker exited with code/i.test(messageOf(cause));
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

const outOfMemory =
  'out of memory: give less input, or more memory with NODE_OPTIONS=--max-old-space-size=8192 (MiB)';

/** The path of the file in which an error was thrown, where that is a module of a user. */
function moduleThatThrew(error: unknown): string | undefined {
  const stack = error instanceof Error ? String(error.stack) : '';
  const [frame = ''] = /^ {4}at .*$/m.exec(stack) ?? [];
  const [url] = /\bfile:\/\/\/.*?\.[cm]?[jt]s(?=[:)?#]|$)/.exec(frame) ?? [];
  if (url === undefined || url.includes('/node_modules/')) return undefined;
  const isOurs = url.startsWith(pathToFileURL(join(packageRoot(), 'dist')).href);
  return isOurs ? undefined : fileURLToPath(url);
}
