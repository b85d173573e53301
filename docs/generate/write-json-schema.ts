/** Writes `format/scenario.schema.json` and `format/dispatcher.schema.json` under the current directory, the package's root. */

import { writeFileSync } from 'node:fs';
import { protocolJsonSchema, scenarioJsonSchema } from '../../format/json-schema.ts';

writeFileSync('format/scenario.schema.json', scenarioJsonSchema());
writeFileSync('format/dispatcher.schema.json', protocolJsonSchema());
