/** Writes `docs/contract.md` under the current directory, the package's root. */

import { readdirSync, writeFileSync } from 'node:fs';
import { renderContract } from './contract-document.ts';

const histories = readdirSync('properties/scenarios').filter((name) => name.endsWith('.json'));
writeFileSync('docs/contract.md', renderContract(histories.map((name) => name.slice(0, -'.json'.length))));
