/** How a command's arguments hand over to what the command does. */
import type { Action } from './actions.ts';
import type { Context } from './context.ts';

/** What is done at once, so that it needs no thread. */
export type Immediate = (context: Context) => Promise<void>;

/** Called by the parser with what the command line asks for. It is done when parsing is over. */
export type Choose = (chosen: Action | Immediate) => void;
