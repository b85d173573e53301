/** The published JSON Schemas, made from the definitions that the readers use. */

import * as z from 'zod/mini';
import { messageSchema, protocolName } from './protocol.ts';
import { documentation, scenarioSchema } from './schema.ts';

/**
 * The text of `scenario.schema.json` (JSON Schema, draft 2020-12; of what may be given, not of what is written).
 *
 * One rule cannot be said in it: that `expect[].operation` is the index of an operation that is there.
 */
export function scenarioJsonSchema(): string {
  return jsonSchema(scenarioSchema, 'A scenario of ioeventfd-check (ioeventfd-scenario/1)');
}

/** The text of `dispatcher.schema.json`: every message of the protocol, in both directions. */
export function protocolJsonSchema(): string {
  return jsonSchema(messageSchema, `A message between ioeventfd-check and a dispatcher (${protocolName})`);
}

function jsonSchema(definition: z.ZodMiniType, title: string): string {
  const schema = z.toJSONSchema(definition, {
    target: 'draft-2020-12',
    io: 'input',
    metadata: documentation,
  });
  const { $schema, ...rest } = schema;
  return `${joinShortLists(JSON.stringify({ $schema, title, ...rest }, null, 2))}\n`;
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
