/**
 * The clause catalogue: every rule of the contract as data. Coverage points, findings and explanations name clauses by
 * id, and docs/contract.md is generated from here (contract-document.ts).
 */
import { callers } from './callers.ts';
import type { ClauseSection, ClauseText } from './clause.ts';
import { cpuStore } from './cpu-store.ts';
import { dispatch } from './dispatch.ts';
import { failure, host, preconditions } from './host.ts';
import { kernel } from './kernel.ts';
import { map } from './map.ts';
import { registration } from './registration.ts';
import { splitting } from './splitting.ts';

export type { ClauseSection, ClauseText } from './clause.ts';

const sections = [
  registration,
  dispatch,
  splitting,
  cpuStore,
  map,
  host,
  failure,
  preconditions,
  callers,
  kernel,
] as const;

/** The id of a clause: a letter for its section and a number. */
export type ClauseId = (typeof sections)[number]['clauses'][number]['id'];

/** One rule of the contract: the statement, how each profile differs from it, and where it can be read. */
export type Clause = ClauseText & { readonly id: ClauseId };

/** The sections, in the order of the document. */
export const clauseSections: readonly ClauseSection<Clause>[] = sections;

/** All clauses, in the order of the document. */
export const clauses: readonly Clause[] = clauseSections.flatMap((section) => section.clauses);

const byId: ReadonlyMap<string, Clause> = new Map(clauses.map((clause) => [clause.id, clause]));

/** Whether a string is the id of a clause. */
export function isClauseId(id: string): id is ClauseId {
  return byId.has(id);
}

/** The clause of this id. */
export function clauseOf(id: ClauseId): Clause {
  const clause = byId.get(id);
  if (clause === undefined) throw new Error(`no clause ${id}`);
  return clause;
}
