/**
 * `npm run witnesses`: builds the ledger, and writes its scenarios into `properties/witnesses/`. Takes some minutes. Scenarios such
 * as `ledger --runs` saves become lines with `node dist/docs/generate/write-witnesses.js FILE...`.
 */
import { readFileSync } from 'node:fs';
import { readScenario } from '../../format/index.ts';
import { unnamedIn } from '../../properties/ledger/check-ledger.ts';
import { buildLedger } from '../../properties/ledger/ledger.ts';
import { runningProfiles } from '../../properties/ledger/pair.ts';
import { shippedBesideScopes, writeLedger } from '../../properties/ledger/witnesses.ts';

const given = process.argv.slice(2).flatMap((file) => {
  const scenario = readScenario(readFileSync(file, 'utf8'), file);
  return runningProfiles.flatMap((profile) => unnamedIn(scenario, profile, new Set()));
});
const witnesses = await buildLedger({
  shown: [...shippedBesideScopes(), ...given],
  onProgress: ({ done, of, witnesses: found }) => {
    if (done % 10 === 0) process.stderr.write(`${done} of ${of} searches, ${found} lines\n`);
  },
});
writeLedger(witnesses);
