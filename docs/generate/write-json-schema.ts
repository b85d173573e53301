/** Writes `format/scenario.schema.json` under the current directory, the package's root. */

import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../../format/json-schema.ts';

writeFileSync('format/scenario.schema.json', scenarioJsonSchema());
