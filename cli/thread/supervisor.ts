/**
 * Starts the thread of a command, prints for it, and hears signals. This thread never does long work, so that Ctrl-C and
 * SIGTERM end every command at once, whatever its own thread is doing: reading a large file, one long operation of the
 * model, or a dispatcher that never returns.
 */
import { Worker } from 'node:worker_threads';
import type { Action } from '../actions.ts';
import { type Complaint, complaintOf, exitComplaintOf, exitStatus } from '../errors.ts';
import { showsProgress } from '../io/progress.ts';
import { writeWhole } from '../io/write-file.ts';
import type { Parting, ProgressDisplay, Surroundings } from '../surroundings.ts';
import type { Order, Request, ThreadMessage } from './messages.ts';

const entry = new URL('./command-thread.js', import.meta.url);

/** The signals that end a command, with the status that says so: 128 and the signal's number. */
const signals = { SIGINT: exitStatus.interrupted, SIGTERM: exitStatus.terminated } as const;

/** So long a command may take to end by itself after a signal, in milliseconds. */
const longestFarewell = 500;

/** So long a reader of standard output is waited for after that, in milliseconds. */
const longestWait = 200;

/** Does a command's work in a thread. Gives the exit status; everything is printed by then. */
export function supervise(action: Action, surroundings: Surroundings): Promise<number> {
  return new Supervisor(action, surroundings).end();
}

class Supervisor {
  readonly #surroundings: Surroundings;
  readonly #thread: Worker;
  #finish: (status: number) => void = () => {};
  #progress: ProgressDisplay | undefined;
  #parting: Parting | undefined;
  /** What the command would end with if it ended now. */
  #status: number = exitStatus.fine;
  /** The status that tells of the signal that came. */
  #interrupted: number | undefined;
  /** Nothing that the thread still says counts. */
  #isOver = false;

  constructor(action: Action, surroundings: Surroundings) {
    const { program, output, errors, words } = surroundings;
    const order: Order = {
      action,
      program,
      isTerminal: output.isTTY === true,
      showsProgress: showsProgress(errors),
    };
    this.#surroundings = surroundings;
    this.#thread = new Worker(entry, {
      workerData: order,
      argv: [...words],
      // Node would warn where it closes a descriptor that it has not opened, such as an eventfd.
      trackUnmanagedFds: false,
    });
  }

  /** Waits until the command has ended, and gives its status. */
  async end(): Promise<number> {
    // A reader that has gone is no reason to fail here: a text that cannot be written is told to the thread.
    this.#surroundings.output.on('error', () => {});
    this.#surroundings.errors.on('error', () => {});
    for (const signal of Object.keys(signals) as (keyof typeof signals)[]) {
      process.on(signal, () => this.#hear(signals[signal]));
    }
    const status = await new Promise<number>((resolve) => {
      this.#finish = resolve;
      this.#thread.on('message', (report: ThreadMessage) => this.#take(report));
      this.#thread.on('error', (error) => this.#lose(complaintOf(error), error));
      this.#thread.on('exit', (code) => this.#lose(exitComplaintOf(code)));
    });
    this.#progress?.stop();
    return status;
  }

  #take(report: ThreadMessage): void {
    if (this.#isOver) return;
    switch (report.kind) {
      case 'output':
        this.#print(report.text, (error) =>
          this.#ask(
            error === undefined ? { kind: 'written' } : { kind: 'failed', code: error.code ?? error.message },
          ),
        );
        return;
      case 'errors':
        this.#surroundings.errors.write(report.text);
        return;
      case 'progress':
        this.#show(report.text);
        return;
      case 'parting':
        this.#parting = report.parting;
        this.#status = report.status;
        return;
      case 'end':
        this.#isOver = true;
        this.#print(report.text, () => this.#finish(this.#signalled(report.status)));
        return;
    }
  }

  #ask(request: Request): void {
    this.#thread.postMessage(request);
  }

  #print(text: string, then: (error?: NodeJS.ErrnoException) => void): void {
    if (text === '') then();
    else this.#surroundings.output.write(text, (error) => then(error ?? undefined));
  }

  /** The thread is gone, and has not said how the command ended. */
  #lose({ line, status }: Complaint, error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { environment, errors } = this.#surroundings;
    if (environment['IOEVENTFD_CHECK_DEBUG'] && error instanceof Error) errors.write(`${error.stack}\n`);
    errors.write(`${line}\n`);
    this.#finish(status);
  }

  #show(text: string | undefined): void {
    if (text === undefined) {
      this.#progress?.stop();
      this.#progress = undefined;
    } else if (this.#progress === undefined) {
      this.#progress = this.#surroundings.progress(text);
    } else {
      this.#progress.show(text);
    }
  }

  /** The first signal asks the command to end, the second one ends it. */
  #hear(status: number): void {
    if (this.#interrupted !== undefined) {
      this.#finish(status);
      return;
    }
    this.#interrupted = status;
    this.#ask({ kind: 'interrupt' });
    setTimeout(() => this.#endNow(), longestFarewell);
  }

  /** The command is in the middle of something: prints what it had reached before. */
  #endNow(): void {
    this.#isOver = true;
    const isFine = this.#status === exitStatus.fine;
    const status = this.#signalled(isFine ? exitStatus.interrupted : this.#status);
    // Nobody may be reading.
    setTimeout(() => this.#finish(status), longestWait);
    this.#progress?.stop();
    const { lines = [], warning, file } = this.#parting ?? {};
    const { errors } = this.#surroundings;
    try {
      if (file !== undefined) writeWhole(file.path, file.text);
    } catch (error) {
      const complaint = complaintOf(error);
      errors.write(`${complaint.line}\n`);
      this.#finish(complaint.status);
      return;
    }
    this.#print(lines.map((line) => `${line}\n`).join(''), () => {
      if (warning !== undefined) errors.write(`${warning}\n`);
      this.#finish(status);
    });
  }

  /** An end that was caused by a signal has the status of that signal. */
  #signalled(status: number): number {
    return status === exitStatus.interrupted ? (this.#interrupted ?? status) : status;
  }
}
