/** What a process says when it is ended, on a pipe that needs no event loop. */
import type { Place } from './progress.ts';

/** Why the process was ended, and where it was. */
export type LastWord = Place & { readonly kind: 'timeout' | 'memory' | 'exit' };

/** The pipe's number in the process. */
export const lastWordPipe = 4;
