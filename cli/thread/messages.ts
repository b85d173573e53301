/** What the thread of a command and the one that started it tell each other. */
import type { Action } from '../actions.ts';
import type { Parting } from '../surroundings.ts';

/** What the thread is given when it starts. */
export type Order = {
  readonly action: Action;
  /** The words that call this program. */
  readonly program: string;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Whether a display of progress is seen. */
  readonly showsProgress: boolean;
};

/** From the thread. */
export type ThreadMessage =
  /** A text for standard output. It is answered by `written`. */
  | { readonly kind: 'output'; readonly text: string }
  /** A text for standard error. */
  | { readonly kind: 'errors'; readonly text: string }
  /** What the display of progress shows; nothing, where there is to be none. */
  | { readonly kind: 'progress'; readonly text: string | undefined }
  /** What the command leaves behind if it is ended now, and its exit status then. */
  | { readonly kind: 'parting'; readonly parting: Parting | undefined; readonly status: number }
  /** The command has ended. `text` is the last of its output. */
  | { readonly kind: 'end'; readonly status: number; readonly text: string };

/** To the thread. */
export type Request =
  /** The text was written: there is room for more. */
  | { readonly kind: 'written' }
  /** The text could not be written; `code` is the system's, such as `EPIPE`. */
  | { readonly kind: 'failed'; readonly code: string }
  /** The command is to end as soon as it can. */
  | { readonly kind: 'interrupt' };
