/** The list beside this file: what no random scenario comes to, each with the reason. */
import * as z from 'zod/mini';
import { readList } from '../command.ts';
import type { Place } from './branches.ts';

/**
 * An entry. `line` is for people and may be out of date: a place is found by its text. A `file` that ends with a slash stands for
 * all files in the folder that `check` never loads.
 */
export type Reason = {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly code: string;
  /** Which of several that are the same in all of this; the first if left out. */
  readonly nth?: number | undefined;
  /** Why no scenario of `check` comes here. */
  readonly why: string;
};

const reasonShape = z.strictObject({
  file: z.string(),
  line: z.int(),
  kind: z.string(),
  code: z.string(),
  nth: z.optional(z.int()),
  why: z.string().check(z.minLength(10)),
});

/** @throws InputError where the text is no such list, in one line */
export function readReasons(text: string, source: string): readonly Reason[] {
  return readList<Reason>(text, source, reasonShape);
}

export type Judged = {
  /** With their reasons. */
  readonly explained: readonly { readonly place: Place; readonly why: string }[];
  /** Not on the list. */
  readonly unexplained: readonly Place[];
  /** Entries of what is taken now, or is not there any more. */
  readonly outdated: readonly Reason[];
};

/** Holds what was not taken against the list. */
export function judge(untaken: readonly Place[], reasons: readonly Reason[]): Judged {
  const explained = untaken.flatMap((place) => {
    const reason = reasons.find((one) => explains(one, place));
    return reason === undefined ? [] : [{ place, why: reason.why }];
  });
  return {
    explained,
    unexplained: untaken.filter((place) => !explained.some((one) => one.place === place)),
    outdated: reasons.filter((reason) => !untaken.some((place) => explains(reason, place))),
  };
}

function explains(reason: Reason, place: Place): boolean {
  if (reason.file.endsWith('/')) return place.kind === 'file' && place.file.startsWith(reason.file);
  return keyOf(reason) === keyOf(place);
}

function keyOf({ file, kind, code, nth = 1 }: Pick<Reason, 'file' | 'kind' | 'code' | 'nth'>): string {
  return JSON.stringify([file, kind, code, nth]);
}
