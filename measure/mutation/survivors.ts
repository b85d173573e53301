/** The list of survivors beside this file: each with the reason why it cannot be found, or what would find it. */
import * as z from 'zod/mini';
import { readList } from '../command.ts';
import { keyOf, type Mutant } from './mutants.ts';
import type { Tried } from './run.ts';

/** An entry. `line` is for people and may be out of date: the mutant is found by the text of its line. */
export type Listed = {
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  readonly code: string;
  readonly original: string;
  readonly replacement: string;
  /** Which of several that are the same in all of this; the first if left out. */
  readonly nth?: number | undefined;
  /** Why no scenario can tell it from the original. */
  readonly equivalent?: string | undefined;
  /** Which kind of scenario would tell it, and does not come up. */
  readonly missed?: string | undefined;
};

const reason = z.optional(z.string().check(z.minLength(10)));

const listedShape = z
  .strictObject({
    file: z.string(),
    line: z.int(),
    mutator: z.string(),
    code: z.string(),
    original: z.string(),
    replacement: z.string(),
    nth: z.optional(z.int()),
    equivalent: reason,
    missed: reason,
  })
  .check(
    z.refine(({ equivalent, missed }) => (equivalent === undefined) !== (missed === undefined), {
      error: 'expected one of equivalent and missed',
    }),
  );

/** @throws InputError where the text is no such list, in one line */
export function readSurvivors(text: string, source: string): readonly Listed[] {
  return readList<Listed>(text, source, listedShape);
}

/** The list, as the mutants find themselves in it. */
export class Survivors {
  readonly #entries: ReadonlyMap<string, Listed>;

  constructor(listed: readonly Listed[]) {
    this.#entries = new Map(listed.map((entry) => [keyOf({ ...entry, nth: entry.nth ?? 1 }), entry]));
  }

  entryOf(mutant: Mutant): Listed | undefined {
    return this.#entries.get(mutant.key);
  }

  isEquivalent(mutant: Mutant): boolean {
    return this.entryOf(mutant)?.equivalent !== undefined;
  }

  /** What is wrong with the list, a line each: entries that name no mutant, or one that was found. */
  complaints(mutants: readonly Mutant[], tried: readonly Tried[], isWhole: boolean): string[] {
    const complaints: string[] = [];
    const keys = new Set(mutants.map(({ key }) => key));
    for (const [key, { file, line, original, replacement }] of this.#entries) {
      if (isWhole && !keys.has(key)) {
        complaints.push(
          `${file}:${line}: ${original} => ${replacement}: the sources have no such mutant any more`,
        );
      }
    }
    for (const { mutant, outcome } of tried) {
      if (outcome.kind !== 'found' || this.entryOf(mutant) === undefined) continue;
      const { file, line, original, replacement } = mutant;
      complaints.push(
        `${file}:${line}: ${original} => ${replacement}: listed, and found: take it off the list`,
      );
    }
    return complaints;
  }
}
