/**
 * Which mutants do the random scenarios of one `check` come to? `node reach.js RUNS SEED`, in a build that notes it, prints their
 * numbers as JSON.
 */
import { optimizedDispatcher } from '../../impl/optimized/dispatcher.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { check } from '../../properties/engine/check.ts';
import { reachedMutants } from './outcome.ts';

const [, , runs, seed] = process.argv;
const { finding } = await check({
  // By value, so that they run in this process.
  a: modelDispatcher,
  b: optimizedDispatcher,
  runs: Number(runs),
  seed: Number(seed),
});
if (finding !== undefined) {
  throw new Error(`without a mutant, ${finding.failure.message} (${finding.origin}): mend that first`);
}
const reached = (globalThis as unknown as Record<string, Uint8Array>)[reachedMutants] ?? [];
process.stdout.write(JSON.stringify([...reached.keys()].filter((id) => reached[id] === 1)));
