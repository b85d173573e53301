/** Writes `docs/contract.md` under the current directory, the package's root. */

import { readdirSync, writeFileSync } from 'node:fs';
import { renderContract } from './contract-document.ts';

const scenarios = readdirSync('properties/scenarios').filter((name) => name.endsWith('.json'));
writeFileSync('docs/contract.md', renderContract(scenarios.map((name) => name.slice(0, -'.json'.length))));
