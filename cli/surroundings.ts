/** What the command is given by the process that it runs in. A test gives its own, and runs the command in its own process. */
import type { Readable, Writable } from 'node:stream';

/** A stream that the command writes to: a terminal, a pipe, a file, or what a test collects. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  /** The width of a terminal, in columns. 0 or undefined where it is not known. */
  readonly columns?: number | undefined;
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
};
