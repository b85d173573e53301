/**
 * One default `check` under V8's own coverage, in this process: `node take.js RUNS SEED` prints, as JSON, the counts of the
 * scripts that model and dispatcher consist of. Their modules are loaded after the counting has begun.
 */
import { Session } from 'node:inspector/promises';

const [, , runs, seed] = process.argv;
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
const { check } = await import('../../properties/engine/check.ts');
const { modelDispatcher } = await import('../../model/reference/reference.ts');
const { optimizedDispatcher } = await import('../../impl/optimized/dispatcher.ts');
const { finding, scenarios } = await check({
  // By value, so that they run in this process.
  a: modelDispatcher,
  b: optimizedDispatcher,
  runs: Number(runs),
  seed: Number(seed),
});
const { result } = await session.post('Profiler.takePreciseCoverage');
const scripts = result.filter(({ url }) => /\/dist\/(model|impl\/optimized)\//.test(url));
const difference = finding && `${finding.failure.message} (${finding.origin})`;
process.stdout.write(JSON.stringify({ scenarios, scripts, difference }));
