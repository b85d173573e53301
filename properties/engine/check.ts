/** The main job: regressions, then random scenarios, on two dispatchers, until a difference or the end. */
import { perProfile, profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type Failing, type Finding, findingOf } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import { variantsOf } from '../compare/variants.ts';
import { type CoverageShare, coverageShares } from '../coverage/shares.ts';
import { coverageNames } from '../coverage/table.ts';
import { properties } from '../properties/index.ts';
import { type Fails, shrunk } from '../shrink/shrunk.ts';
import {
  type BatchFinding,
  type BatchResult,
  batchSeed,
  type ExtraCounts,
  extraNames,
  type UseCounts,
} from './batch.ts';
import { areForThreads, loadDispatcher } from './dispatchers.ts';
import {
  type CheckOptions,
  type CompleteOptions,
  requireOptions,
  type Shard,
  withDefaults,
} from './options.ts';
import type { Regression } from './regressions.ts';
import { type BatchesDone, noBatches, runBatches, scenariosDue } from './run-batches.ts';
import { searchShortest } from './search.ts';
import { failureOf } from './try-property.ts';
import type { WorkerDiedError } from './worker-pool.ts';

/** How often a property was tried, and to how many of these scenarios it applied. */
export type PropertyUse = UseCounts & { readonly name: string };

export type CheckReport = {
  readonly dispatchers: readonly [string, string];
  readonly profiles: readonly Profile[];
  readonly seed: number;
  readonly shard: Shard | undefined;
  /** How long the run was to be, in all shards together: random scenarios, or seconds. */
  readonly asked: { readonly runs: number } | { readonly seconds: number };
  readonly regressions: number;
  readonly scenarios: number;
  readonly scenariosPerProfile: Readonly<Record<Profile, number>>;
  /** Operations that both dispatchers interpreted and whose effects were compared. */
  readonly operations: number;
  /** What is among these scenarios or was done with them beside lockstep of the two. */
  readonly extra: ExtraCounts;
  readonly milliseconds: number;
  /** Worker threads that ran; 1 where the calling thread did all, as for a dispatcher that is given by value. */
  readonly workers: number;
  readonly coverage: readonly CoverageShare[];
  readonly properties: readonly PropertyUse[];
  /** The shortest scenario that was found. */
  readonly finding: Finding | undefined;
  /** What was found first, shrunk in the way in which it failed, where `finding` is shorter. */
  readonly first: Finding | undefined;
  /** Ended by `abort` before its time. */
  readonly interrupted: boolean;
  /** How a worker died, and at what, where others had found something; else the run throws this. */
  readonly died: WorkerDiedError | undefined;
};

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

  const regression = failingRegression(a, b, complete);
  if (regression !== undefined) return report(noBatches, regression);
  const workers = areForThreads(options.a, options.b) ? complete.workers : 1;
  const done = await runBatches(a, b, complete, workers, elapsed);
  const found = done.results.at(-1)?.found;
  if (found === undefined && done.died !== undefined) throw done.died;
  if (found === undefined) return report(done);

  const { seed } = complete;
  const pair = pairOf(found, a, b);
  const finding = (failing: Failing) =>
    findingOf(failing, [pair[0].name, pair[1].name], `seed ${seed}, scenario ${found.number}`, seed);
  const fails = (scenario: Scenario) => failureOf(found.failure.property, pair, scenario);
  const smallest = shrunk(found, fails);
  const first = finding(smallest);
  options.onFirst?.(first);
  const shorter = await shorterThan(smallest, fails, batchSeed(seed, found.number), complete);
  return shorter === undefined ? report(done, first) : report(done, finding(shorter), first);
}

/** The shortest regression on which the two differ, as it is; of equally short ones, the first. */
function failingRegression(a: Dispatcher, b: Dispatcher, options: CompleteOptions): Finding | undefined {
  let shortest: Finding | undefined;
  for (const { source, scenario } of regressionsFor(a, b, options)) {
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
