/** The published JSON Schema, made from the definitions that the reader uses. */

import * as z from 'zod/mini';
import { documentation, scenarioSchema } from './schema.ts';

/**
 * The text of `scenario.schema.json` (JSON Schema, draft 2020-12; of what may be given, not of what is written).
 *
 * One rule cannot be said in it: that `expect[].operation` is the index of an operation that is there.
 */
export function scenarioJsonSchema(): string {
  const schema = z.toJSONSchema(scenarioSchema, {
    target: 'draft-2020-12',
    io: 'input',
    metadata: documentation,
  });
  const { $schema, ...rest } = schema;
  const identified = { $schema, title: 'A scenario of ioeventfd-check (ioeventfd-scenario/1)', ...rest };
  return `${joinShortLists(JSON.stringify(identified, null, 2))}\n`;
}

/** Puts lists of plain values on one line where they fit, as the formatter of this repository does. */
function joinShortLists(text: string): string {
  return text.replace(
    /^(.*\[)\n([^[\]{}]+)\n +(\],?)$/gm,
    (list: string, head: string, items: string, tail: string) => {
      const line = `${head}${items.trim().replace(/\n\s+/g, ' ')}${tail}`;
      return line.length <= formatterWidth ? line : list;
    },
  );
}

const formatterWidth = 110;
