/**
 * `npm run scopes`: explores every scope of this package twice.
 *
 * - The model by tables of its steps, which proofs rest on, against the plain model, state for state.
 * - The model against the dispatcher, with random walks after it.
 *
 * The exit status is 1 where anything differs, and where a fork or a fingerprint is wrong.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { explore } from '../../properties/explore/explore.ts';
import type { ExploreReport } from '../../properties/explore/report.ts';
import { loadScope, scopeNames } from '../../properties/explore/scope/load.ts';
import { runCommand, wholeNumber } from '../command.ts';

const usage = `npm run scopes -- [options]
  --pairs N       larger scopes up to the depth at which they have more pairs of states; 0: all of them (default: 20000)
  --walk-steps N  random steps on sessions that are never forked, in each scope that is whole (default: 200000)
  --workers N     threads (default: one a core)
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      pairs: { type: 'string', default: '20000' },
      'walk-steps': { type: 'string', default: '200000' },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const pairs = wholeNumber('--pairs', values.pairs, 0);
  const options = {
    mostPairs: pairs === 0 ? Number.POSITIVE_INFINITY : pairs,
    walkSteps: wholeNumber('--walk-steps', values['walk-steps'], 0),
    workers: wholeNumber('--workers', values.workers, 1),
  };
  let isGood = true;
  for (const name of scopeNames()) {
    const scope = await loadScope(name);
    for (const [what, b, plainModel] of [
      ['tables and plain model', 'model', 'b'],
      ['model and dispatcher', 'impl', 'none'],
    ] as const) {
      const report = await explore({ a: 'model', b, scope, plainModel, ...options });
      process.stdout.write(`${lineOf(what, report)}\n`);
      isGood &&= report.end === 'exhausted' || report.end === 'bounded';
    }
  }
  return isGood ? 0 : 1;
}

function lineOf(what: string, { scope, end, pairs, walkSteps, depth, finding, flaw }: ExploreReport): string {
  const extent = `${pairs} pairs, depth ${depth}, ${walkSteps} random steps`;
  const complaint = flaw === undefined ? finding?.failure.message : `${flaw.dispatcher}: wrong ${flaw.what}`;
  return `${scope.padEnd(14)}${what.padEnd(24)}${end.padEnd(12)}${complaint ?? extent}`;
}

await runCommand('scopes', main);
