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
  return `${JSON.stringify(identified, null, 2)}\n`;
}
