/** Writes `docs/divergences.md` under the current directory, the package's root. */
import { writeFileSync } from 'node:fs';
import { shippedLedger } from '../../properties/ledger/witnesses.ts';
import { renderDivergences } from './divergences-document.ts';

writeFileSync('docs/divergences.md', renderDivergences(shippedLedger()));
