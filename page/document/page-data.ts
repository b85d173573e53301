/** What a page holds: plain JSON, which the command writes into the built page and the page reads when it is opened. */
import type { Json } from '../../format/write.ts';
import type { DecisionName } from '../../model/vocabulary/decisions.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';

/** The format of the data; a page reads only what was written for it. */
export const pageFormat = 'ioeventfd-page/1';

/** One of the dispatchers that a scenario is shown on. */
export type SideData = {
  /** A reference such as `model@kvm` or `impl`. */
  readonly name: string;
  /** Whether it is the model, which the page can run itself. */
  readonly isModel: boolean;
  /** The profile that it runs under, where its name says one. */
  readonly profile?: Profile;
  readonly decisions?: { readonly [Name in DecisionName]?: string };
  /** Its effects, a list for each operation; for the model, only where the page would take too long to compute them. */
  readonly effects?: Json;
  /** Why there are fewer effects than operations: it threw, or did not answer. */
  readonly failure?: string;
};

/** What can be left out or changed without changing the verdict, found by trying. */
/** A part of a scenario's header. */
export type Surrounding = 'byte order' | 'limit' | 'refuse';

export type SpareData = {
  /** The verdict that stays, in words: `model does what the file expects`. */
  readonly verdict: string;
  /** Indexes of operations that can all be left out together. */
  readonly operations: readonly number[];
  /** Of operations that stay: fields whose values can be changed, each by itself. */
  readonly fields: { readonly [operation: string]: readonly string[] };
  /** Likewise: fields that can be left out. */
  readonly optional: { readonly [operation: string]: readonly string[] };
  /** Parts of the header that can be otherwise, each by itself. */
  readonly surroundings: readonly Surrounding[];
  /** Where not everything was tried: why. */
  readonly bound?: string;
};

/** A scenario and what it is shown on. */
export type ScenarioData = {
  /** What links name it by; unique in the page. */
  readonly id: string;
  /** The file it was read from. */
  readonly source: string;
  /** What it is listed under, such as a clause; nothing for no group. */
  readonly group?: string;
  /** The scenario as a file of the scenario format has it. */
  readonly scenario: Json;
  /** One or two; none for the model under the scenario's profile. */
  readonly sides?: readonly SideData[];
  /** The first difference of two sides. */
  readonly difference?: { readonly operation: number; readonly effect: number };
  /** What was found in it, in a line. */
  readonly note?: string;
  /** The command that replays it. */
  readonly replay?: string;
  readonly spare?: SpareData;
  /** Where what does not matter was not looked for: why. */
  readonly notTried?: string;
};

/** A cell: a text, a number to sort by, or a text with the scenario that it opens. */
export type Cell = string | number | { readonly text: string; readonly open: string };

export type TableData = {
  readonly title: string;
  /** A sentence or two on what the table says. */
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
};

export type PageData = {
  readonly format: typeof pageFormat;
  readonly title: string;
  readonly scenarios: readonly ScenarioData[];
  readonly tables?: readonly TableData[];
};

/** Where the built page has a place for its data; once in the template. */
const place = '<!--data-->';

/**
 * The page with its data in a script element that is not run.
 *
 * @throws Error for a template without a place for data
 */
export function pageWith(template: string, data: PageData): string {
  const at = template.indexOf(place);
  if (at < 0) throw new Error('the template of the page has no place for data');
  const json = escapedForScript(JSON.stringify(data));
  const element = `<script type="application/json" id="data">${json}</script>`;
  return template.slice(0, at) + element + template.slice(at + place.length);
}

/** JSON that neither ends a script element nor opens a comment in it: `<` and what some parsers take for the end of a line. */
function escapedForScript(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
