/** The main job: regressions, then random scenarios, on two dispatchers, until a difference or the end. */
import { perProfile, profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type Failing, type Finding, findingOf } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import { variantsOf } from '../compare/variants.ts';
import { coverageShares } from '../coverage/shares.ts';
import { coverageNames } from '../coverage/table.ts';
import { properties } from '../properties/index.ts';
import { type Fails, shrunk } from '../shrink/shrunk.ts';
import { type BatchFinding, type BatchResult, batchSeed, extraNames } from './batch.ts';
import { areForThreads, loadDispatcher } from './dispatchers.ts';
import { type CheckOptions, type CompleteOptions, requireOptions, withDefaults } from './options.ts';
import type { Regression } from './regressions.ts';
import type { CheckReport } from './report.ts';
import { type BatchesDone, noBatches, runBatches, scenariosDue } from './run-batches.ts';
import { searchShortest } from './search.ts';
import { failureOf } from './try-property.ts';

/**
 * Compares two dispatchers. Deterministic in `seed` and `runs`, whatever the number of workers: the finding is that of
 * the first batch that has one, and what later batches did is not counted.
 *
 * @throws InputError where an option is missing or wrong, or a dispatcher cannot be loaded
 * @throws WorkerDiedError when a worker thread ends while it runs a batch, and no other has found anything
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  requireOptions(options);
  const a = await loadDispatcher(options.a, 'a');
  const b = await loadDispatcher(options.b, 'b');
  const complete = withDefaults(options, a.profile);
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const report = (done: BatchesDone, finding?: Finding, first?: Finding): CheckReport =>
    reportOf({ a, b, options: complete, done, finding, first, milliseconds: elapsed() });

  const { seed } = complete;
  const found = ({ results }: BatchesDone) => results.at(-1)?.found;
  const findingIn = (batch: BatchFinding, failing: Failing = batch): Finding => {
    const [one, other] = pairOf(batch, a, b);
    return findingOf(failing, [one.name, other.name], `seed ${seed}, scenario ${batch.number}`, seed);
  };
  const cutShort = (done: BatchesDone): CheckReport => {
    const batch = found(done);
    return batch === undefined ? { ...report(done), interrupted: true } : report(done, findingIn(batch));
  };
  const nothingYet = { scenarios: 0, operations: 0, milliseconds: 0, soFar: () => cutShort(noBatches) };
  options.onProgress?.(nothingYet);
  const regression = await failingRegression(a, b, complete);
  if (regression !== undefined) return report(noBatches, regression);
  const workers = areForThreads(options.a, options.b) ? complete.workers : 1;
  const done = await runBatches({ a, b, options: complete, workers, elapsed, cutShort });
  const batch = found(done);
  if (batch === undefined && done.died !== undefined) throw done.died;
  if (batch === undefined) return report(done);

  const fails = (scenario: Scenario) => failureOf(batch.failure.property, pairOf(batch, a, b), scenario);
  const smallest = shrunk(batch, fails);
  const first = findingIn(batch, smallest);
  options.onFirst?.(first, report(done, first));
  const shorter = await shorterThan(smallest, fails, batchSeed(seed, batch.number), complete);
  return shorter === undefined ? report(done, first) : report(done, findingIn(batch, shorter), first);
}

/** The shortest regression on which the two differ, as it is; of equally short ones, the first. */
async function failingRegression(
  a: Dispatcher,
  b: Dispatcher,
  options: CompleteOptions,
): Promise<Finding | undefined> {
  let shortest: Finding | undefined;
  for (const { source, scenario } of regressionsFor(a, b, options)) {
    // Lets signals and the progress display have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (options.abort?.aborted) return shortest;
    const originalLength = scenario.operations.length;
    if (shortest !== undefined && originalLength >= shortest.originalLength) continue;
    const failure = lockstep(a, b, scenario);
    if (failure !== undefined) shortest = { failure, scenario, originalLength, origin: source };
  }
  return shortest;
}

/** The regressions that run. They are a part of the first shard. */
function regressionsFor(
  a: Dispatcher,
  b: Dispatcher,
  { shard, regressions, profiles }: CompleteOptions,
): readonly Regression[] {
  if ((shard?.index ?? 1) !== 1) return [];
  return regressions.filter(({ scenario: { profile = 'contract' }, onlyUnderItsProfile }) => {
    if (onlyUnderItsProfile !== true) return true;
    const follows = (one: Dispatcher) => (one.profile ?? profile) === profile && one.decisions === undefined;
    return profiles.includes(profile) && follows(a) && follows(b);
  });
}

/** The two that differ: those of the run, or one of them and a variant. */
function pairOf({ pair }: BatchFinding, a: Dispatcher, b: Dispatcher): readonly [Dispatcher, Dispatcher] {
  const variant = variantsOf(a, b).find(({ name }) => name === pair?.[1]);
  return variant === undefined ? [a, b] : [a, variant];
}

/** The shortest scenario that a search finds; undefined where none is shorter than `found`. */
async function shorterThan(
  found: Failing,
  fails: Fails,
  seed: number,
  { profiles, abort }: CompleteOptions,
): Promise<Failing | undefined> {
  const shortest = await searchShortest(found, fails, { seed, profiles, abort });
  return shortest.scenario.operations.length < found.scenario.operations.length ? shortest : undefined;
}

type RunState = {
  readonly a: Dispatcher;
  readonly b: Dispatcher;
  readonly options: CompleteOptions;
  readonly done: BatchesDone;
  readonly finding: Finding | undefined;
  readonly first: Finding | undefined;
  readonly milliseconds: number;
};

function reportOf({ a, b, options, done, finding, first, milliseconds }: RunState): CheckReport {
  const { profiles, seed, shard, abort, seconds, runs } = options;
  const { scenarios, scenariosPerProfile, operations, extra, counts, uses } = sumOf(done.results);
  const isUnfinished =
    seconds === undefined ? scenarios < scenariosDue(options) : milliseconds < 1000 * seconds;
  return {
    dispatchers: [a.name, b.name],
    profiles,
    seed,
    shard,
    asked: seconds === undefined ? { runs } : { seconds },
    regressions: regressionsFor(a, b, options).length,
    scenarios,
    scenariosPerProfile,
    operations,
    extra,
    milliseconds,
    workers: done.workers,
    coverage: coverageShares(counts, scenariosPerProfile, a.decisions === undefined),
    properties: properties.map(({ name }, index) => ({
      name,
      ...(uses[index] ?? { tried: 0, applied: 0 }),
    })),
    finding,
    first,
    interrupted: finding === undefined && abort?.aborted === true && isUnfinished,
    died: done.died,
  };
}

function sumOf(results: readonly BatchResult[]) {
  const scenariosPerProfile = perProfile(() => 0);
  const counts = coverageNames.map(() => 0);
  const uses = properties.map(() => ({ tried: 0, applied: 0 }));
  const extra = { large: 0, varied: 0, onVariants: 0, validated: 0 };
  let operations = 0;
  for (const result of results) {
    for (const name of extraNames) extra[name] += result.extra[name];
    for (const profile of profileNames) scenariosPerProfile[profile] += result.scenariosPerProfile[profile];
    operations += result.operations;
    for (const [index, count] of result.counts.entries()) counts[index] = (counts[index] ?? 0) + count;
    for (const [index, use] of uses.entries()) {
      use.tried += result.uses[index]?.tried ?? 0;
      use.applied += result.uses[index]?.applied ?? 0;
    }
  }
  const scenarios = results.reduce((sum, result) => sum + result.scenarios, 0);
  return { scenarios, scenariosPerProfile, operations, extra, counts, uses };
}
