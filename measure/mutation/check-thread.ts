/**
 * The thread in which `check` is asked about one mutant. It is the program as it is; the processes that it starts run the
 * instrumented build, where the environment says which mutant is active. Random scenarios only: no regressions, no named ones.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { check } from '../../properties/engine/check.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import type { CheckTask, Outcome } from './outcome.ts';

export type ThreadData = CheckTask & {
  /** URL of the file of the instrumented build that a process of `check` runs. */
  readonly processEntry: string;
};

const { runs, seed, processEntry } = workerData as ThreadData;

/** A run fails by a finding, and at its end by what happened too seldom. */
function outcomeOf({ finding, scenarios, coverage, inside, interrupted }: CheckReport): Outcome {
  if (finding === undefined) {
    const events = inside.flatMap(({ events: counted }) => counted);
    const missed = interrupted ? undefined : [...coverage, ...events].find(({ reached }) => !reached);
    if (missed === undefined) return { kind: 'survived' };
    return { kind: 'found', scenarios, how: `coverage: ${missed.name}` };
  }
  const { property, kind } = finding.failure;
  return { kind: 'found', scenarios, how: property === 'lockstep' ? kind : property };
}

const enough = new AbortController();
let outcome: Outcome | undefined;
const report = await check({
  a: 'model',
  b: 'impl',
  runs,
  seed,
  processEntry: new URL(processEntry),
  abort: enough.signal,
  onProgress({ soFar }) {
    const now = outcomeOf({ ...soFar(), interrupted: true });
    if (now.kind !== 'found') return;
    // When it falls is all that is asked: nothing is shrunk.
    outcome ??= now;
    enough.abort();
  },
});
parentPort?.postMessage(outcome ?? outcomeOf(report));
