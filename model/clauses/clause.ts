import type { Profile } from '../vocabulary/vocabulary.ts';

/** One clause of the contract, before its id is known as a literal. */
export type ClauseText = {
  /** A letter for the section and a number: `D3`. Never reused, never renumbered. */
  readonly id: string;
  /** A few words, for tables and for the answer of `explain`. */
  readonly title: string;
  /** The rule, complete: what holds under every profile that `remarks` does not name. */
  readonly statement: string;
  /** How a profile differs from the statement, or what it adds. */
  readonly remarks?: { readonly [P in Profile]?: string };
  /** Since which QEMU, or up to which, it holds, where versions from 7.2 on differ. */
  readonly versions?: string;
  /** Where the rule can be read: functions and files of QEMU 7.2 or Linux 6.1. */
  readonly source: string;
};

/** A group of clauses under one letter. */
export type ClauseSection<C extends ClauseText = ClauseText> = {
  readonly letter: string;
  readonly title: string;
  /** What the section is about, a sentence or two. */
  readonly introduction: string;
  readonly clauses: readonly C[];
};
