/** Writes `model/format/scenario.schema.json` under the current directory, the package's root. */

import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from './json-schema.ts';

writeFileSync('model/format/scenario.schema.json', scenarioJsonSchema());
