/** The thread in which `check` runs on one mutant. It has nothing but random scenarios: no regressions, no named ones. */
import { parentPort, workerData } from 'node:worker_threads';
import { check } from '../../properties/engine/check.ts';
import type { CheckTask, Outcome } from './outcome.ts';

const { runs, seed } = workerData as CheckTask;
const stop = new AbortController();
const report = await check({
  a: 'model',
  b: 'impl',
  runs,
  seed,
  onProgress: () => parentPort?.postMessage('progress'),
  // When it falls is all that is asked: no search for the shortest scenario.
  onFirst: () => stop.abort(),
  abort: stop.signal,
});
const outcome: Outcome =
  report.finding === undefined
    ? { kind: 'survived' }
    : { kind: 'found', scenarios: report.scenarios, property: report.finding.failure.property };
parentPort?.postMessage(outcome);
