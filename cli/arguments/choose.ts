/** How a command's arguments hand over to what the command does. */
import type { Context } from '../context.ts';

/** What a command does: it prints, and sets the status in the context. */
export type Action = (context: Context) => Promise<void>;

/** Called by the parser with the action of the command that was given. It runs when parsing is done. */
export type Choose = (action: Action) => void;
