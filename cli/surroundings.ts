/** What the command is given by the process that it runs in. A test gives its own, and runs the command in its own process. */
import type { Readable, Writable } from 'node:stream';

/** A stream that the command writes to: a terminal, a pipe, a file, or what a test collects. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  /** The width of a terminal, in columns. 0 or undefined where it is not known. */
  readonly columns?: number | undefined;
};

/** A display that shows a line of text, until it is told to stop. */
export type ProgressDisplay = { show(text: string): void; stop(): void };

/** What a command leaves behind when it is ended in the middle of something: what it had reached by then. */
export type Parting = {
  /** Lines for standard output. */
  readonly lines?: readonly string[];
  /** A line for standard error. */
  readonly warning?: string;
  /** A file that is written. */
  readonly file?: { readonly path: string; readonly text: string };
  /** The exit status, where the parting says something else than the command until then. */
  readonly status?: number;
};

/** The surroundings of one run of the command. Paths are relative to the working directory of the process. */
export type Surroundings = {
  /** The words after the command's name. */
  readonly words: readonly string[];
  /** The words that call the command again, fit to be copied into a shell. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Opens standard input. It is opened where it is read, and nowhere else. */
  readonly input: () => Readable;
  readonly output: OutputStream;
  readonly errors: OutputStream;
  /** Called once, when a command begins: the signal that Ctrl-C aborts from then on. */
  readonly interrupt: () => AbortSignal;
  /** Begins a display of progress, where it is seen. */
  readonly progress: (text: string) => ProgressDisplay;
  /** Told what the command leaves behind if it is ended in the middle of something, and its status if it ends there. */
  readonly leaves: (parting: Parting | undefined, status: number) => void;
};
