/** Builds the ledger, and writes its scenarios into `properties/witnesses/`. Takes some minutes. */
import { buildLedger } from '../../properties/ledger/ledger.ts';
import { writeLedger } from '../../properties/ledger/witnesses.ts';

const witnesses = await buildLedger({
  onProgress: ({ done, of, witnesses: found }) => {
    if (done % 10 === 0) process.stderr.write(`${done} of ${of} searches, ${found} lines\n`);
  },
});
writeLedger(witnesses);
