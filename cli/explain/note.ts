import type { ClauseId } from '../../model/clauses/catalogue.ts';

/** A line of an explanation: text, the clauses it rests on, and how deep it is indented. */
export type Note = { readonly text: string; readonly clauses: readonly ClauseId[]; readonly depth: number };

/** A note that is not indented. */
export function note(text: string, ...clauses: readonly ClauseId[]): Note {
  return { text, clauses, depth: 0 };
}
