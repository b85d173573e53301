/** The main job: regressions, then random scenarios, on two dispatchers, until a difference or the end. */
import { type Abilities, type AnyDispatcher, isOutside } from '../../model/vocabulary/outside.ts';
import { perProfile, profileNames } from '../../model/vocabulary/profiles.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { type Failing, type Finding, findingOf } from '../compare/finding.ts';
import { variantsOf } from '../compare/variants.ts';
import { busCoverageName, busMinimums } from '../coverage/bus.ts';
import { type InsideShares, insideShares, sumOfInside } from '../coverage/inside.ts';
import { coverageShares } from '../coverage/shares.ts';
import { coverageNames } from '../coverage/table.ts';
import { isPlainBus, isWholeBus, lacksNothing } from '../outside/abilities.ts';
import { closeAll, loadPair } from '../outside/load.ts';
import { type AnyPair, abilitiesOf, lackedAt } from '../outside/lockstep.ts';
import { tellsAll } from '../outside/observed.ts';
import { outside } from '../outside/runner.ts';
import { supportOf } from '../outside/support.ts';
import { properties } from '../properties/index.ts';
import { canWatch } from '../watch/process-pool.ts';
import { guestShares, minimumsOf } from '../world/coverage.ts';
import { inWorld } from '../world/runner.ts';
import { qemuOf } from '../world/world.ts';
import { type BatchFinding, type BatchResult, batchSeed, extraNames } from './batch.ts';
import { type BatchRunner, inProcesses, inThisThread } from './batch-runner.ts';
import { Corpus, type CorpusCounts } from './corpus.ts';
import { areForThreads } from './dispatchers.ts';
import {
  type CheckOptions,
  type CompleteOptions,
  requireOptions,
  requireProfiles,
  withDefaults,
} from './options.ts';
import type { Regression } from './regressions.ts';
import type { CheckReport } from './report.ts';
import { type BatchesDone, batchesDue, noBatches, runBatches, scenariosDue } from './run-batches.ts';

/**
 * Compares two dispatchers. Deterministic in `seed` and `runs`, whatever the number of workers: the finding is that of
 * the first batch that has one, and what later batches did is not counted.
 *
 * @throws InputError where an option is missing or wrong, or a dispatcher cannot be loaded
 * @throws WorkerDiedError when a process ends while it runs a batch, but not when the same runs again, and no other has found anything
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  requireOptions(options);
  const pair = await loadPair([options.a, options.b], {
    seconds: options.limits?.seconds,
    qemu: options.qemu,
    workers: options.workers,
  });
  try {
    return await checkPair(pair, options);
  } finally {
    await closeAll(pair);
  }
}

async function checkPair([a, b]: AnyPair, options: CheckOptions): Promise<CheckReport> {
  const usual = qemuOf([a, b])?.usualProfiles;
  const complete = withDefaults(options, a.profile, usual ?? abilitiesOf([a, b])?.profiles);
  requireProfiles(complete.profiles, [a, b]);
  const corpus = complete.corpus && new Corpus(complete.corpus);
  const started = performance.now();
  const runner = runnerFor(a, b, complete);
  const { workers } = runner;
  const report: Report = (done, finding, first) =>
    reportOf({
      a,
      b,
      options: complete,
      done,
      workers,
      corpus: corpus?.counts,
      finding,
      first,
      milliseconds: performance.now() - started,
    });
  try {
    return await checkWith(runner, [a, b], complete, corpus, report);
  } finally {
    await runner.close();
  }
}

type Report = (done: BatchesDone, finding?: Finding, first?: Finding) => CheckReport;

async function checkWith(
  runner: BatchRunner,
  [a, b]: AnyPair,
  options: CompleteOptions,
  corpus: Corpus | undefined,
  report: Report,
): Promise<CheckReport> {
  const { seed, profiles, abort } = options;
  const found = ({ results }: BatchesDone) => results.at(-1)?.found;
  const qemu = qemuOf([a, b]);
  const findingIn = (batch: BatchFinding, failing: Failing = batch): Finding => {
    const origin = `seed ${seed}, scenario ${batch.number}`;
    const finding = findingOf(failing, batch.pair ?? [a.name, b.name], origin, seed);
    return qemu === undefined ? finding : { ...finding, reproduction: qemu.reproductionOf(finding.scenario) };
  };
  const cutShort = (done: BatchesDone): CheckReport => {
    const batch = found(done);
    return batch === undefined ? { ...report(done), interrupted: true } : report(done, findingIn(batch));
  };
  const nothingYet = { scenarios: 0, operations: 0, milliseconds: 0, soFar: () => cutShort(noBatches) };
  options.onProgress?.(nothingYet);
  const regression = await failingRegression(runner, regressionsFor(a, b, options));
  if (regression !== undefined) return report(noBatches, regression);
  const done = await runBatches(runner, options, corpus, cutShort);
  const batch = found(done);
  if (batch === undefined && done.died !== undefined) throw done.died;
  if (batch === undefined) return report(done);

  const smallest = await runner.shrink(batch, abort);
  const first = findingIn(batch, smallest);
  options.onFirst?.(first, report(done, first));
  const shortest = await runner.search(batch, smallest, {
    seed: batchSeed(seed, batch.number),
    profiles,
    abort,
  });
  const isShorter = shortest.scenario.operations.length < smallest.scenario.operations.length;
  return isShorter ? report(done, findingIn(batch, shortest), first) : report(done, first);
}

/** Dispatchers by name run in processes of their own, which can be ended; one by value can only run in this thread. */
export function runnerFor(a: AnyDispatcher, b: AnyDispatcher, options: CompleteOptions): BatchRunner {
  const { limits, workers, processEntry: entry } = options;
  const qemu = qemuOf([a, b]);
  if (qemu !== undefined) return inWorld([a, b], qemu, options.abort);
  if (isOutside(a) || isOutside(b)) return outside([a, b], limits.seconds, options.abort);
  if (!areForThreads(options.a, options.b) || !canWatch()) return inThisThread(a, b);
  const batches = Math.ceil(batchesDue(options) / batchesForEach);
  return inProcesses(a, b, { workers: Math.min(workers, Math.max(1, batches)), limits, entry });
}

/** Fewer batches than this are done before one more process has started. */
const batchesForEach = 4;

/** The shortest regression on which the two differ, as it is; of equally short ones, the first. */
async function failingRegression(
  runner: BatchRunner,
  all: readonly Regression[],
): Promise<Finding | undefined> {
  const lengthOf = ({ scenario: { operations } }: Regression) => operations.length;
  const regressions = all.toSorted((one, other) => lengthOf(one) - lengthOf(other));
  const found = await runner.firstFailing(regressions.map(({ scenario }) => scenario));
  const regression = regressions[found?.index ?? -1];
  if (found === undefined || regression === undefined) return undefined;
  const { source, scenario } = regression;
  return { failure: found.failure, scenario, originalLength: scenario.operations.length, origin: source };
}

/** The regressions that run. They are a part of the first shard. */
function regressionsFor(
  a: AnyDispatcher,
  b: AnyDispatcher,
  { shard, regressions, profiles }: CompleteOptions,
): readonly Regression[] {
  if ((shard?.index ?? 1) !== 1) return [];
  return regressions.filter(({ scenario: { profile = 'contract' }, onlyUnderItsProfile }) => {
    if (onlyUnderItsProfile !== true) return true;
    const follows = (one: AnyDispatcher) =>
      (one.profile ?? profile) === profile && one.decisions === undefined;
    return profiles.includes(profile) && follows(a) && follows(b);
  });
}

type RunState = {
  readonly a: AnyDispatcher;
  readonly b: AnyDispatcher;
  readonly options: CompleteOptions;
  readonly done: BatchesDone;
  readonly workers: number;
  readonly corpus: CorpusCounts | undefined;
  readonly finding: Finding | undefined;
  readonly first: Finding | undefined;
  readonly milliseconds: number;
};

function reportOf({
  a,
  b,
  options,
  done,
  workers,
  corpus,
  finding,
  first,
  milliseconds,
}: RunState): CheckReport {
  const { profiles, seed, shard, abort, seconds, runs } = options;
  const { scenarios, scenariosPerProfile, operations, extra, counts, uses } = sumOf(done.results);
  const abilities = abilitiesOf([a, b]);
  // Of a dispatcher that lacks something, nobody knows how often what is left should happen.
  const isDemanded = abilities === undefined || (lacksNothing(abilities) && tellsAll(abilities));
  const minimums = minimumsOf({ dispatchers: [a.name, b.name], systems: systemsOf([a, b]), profiles });
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
    ...(abilities !== undefined && isPlainBus(abilities) && { stores: storesIn(done.results) }),
    extra,
    milliseconds,
    workers,
    ...(corpus !== undefined && { corpus }),
    coverage: coverageShares(
      counts,
      scenariosPerProfile,
      a.decisions === undefined && (isDemanded || minimums !== undefined),
      minimums,
    ),
    systems: systemsOf([a, b]),
    properties: properties.map(({ name }, index) => ({
      name,
      ...(uses[index] ?? { tried: 0, applied: 0 }),
    })),
    inside: insideOf([a, b], options, done.results),
    ...(abilities !== undefined && {
      unsupportedRegressions: unsupportedIn([a, b], regressionsFor(a, b, options)),
      support: supportOf(
        scenarios,
        done.results.flatMap(({ unsupported = [] }) => unsupported),
        options.minimumSupported,
        isDemanded,
      ),
    }),
    ...restartsIn(done.results),
    finding,
    first,
    interrupted: finding === undefined && abort?.aborted === true && isUnfinished,
    died: done.died,
  };
}

function restartsIn(results: readonly BatchResult[]): Pick<CheckReport, 'restarts'> {
  const restarts = results.flatMap((result) => result.restarts ?? []);
  return restarts.length === 0 ? {} : { restarts };
}

/** What the dispatchers outside call themselves, with their versions. */
function systemsOf(pair: AnyPair): readonly string[] {
  return pair.filter(isOutside).map(({ name, title }) => `${name}: ${title}`);
}

/** Regressions that one of the dispatchers outside cannot be asked, by what it says of itself. */
function unsupportedIn(pair: AnyPair, regressions: readonly Regression[]): number {
  const systems = pair.filter(isOutside);
  const lacks = ({ scenario }: Regression) => systems.some((one) => lackedAt(one, scenario) !== undefined);
  return regressions.filter(lacks).length;
}

function storesIn(results: readonly BatchResult[]): number {
  return results.reduce((sum, { stores = 0 }) => sum + stores, 0);
}

/** Minimums hold for scenarios of all profiles together. */
function insideOf(
  [a, b]: AnyPair,
  { profiles }: CompleteOptions,
  results: readonly BatchResult[],
): InsideShares[] {
  const [guestCounts] = sumOfInside(results.map(({ inside }) => inside));
  const guest = guestShares(
    { dispatchers: [a.name, b.name], systems: systemsOf([a, b]), profiles },
    guestCounts,
  );
  if (guest !== undefined) return [guest];
  if (isOutside(a) || isOutside(b)) return busShares(abilitiesOf([a, b]), profiles, results);
  const isDemanded =
    profiles.length === profileNames.length && a.profile === undefined && b.profile === undefined;
  const counts = sumOfInside(results.map(({ inside }) => inside));
  return [a, b, ...variantsOf(a, b)].flatMap(({ name, inside }) => {
    if (inside === undefined) return [];
    const none = { dispatcher: name, scenarios: 0, events: {} };
    const minimums = Object.entries(inside.events).map(([event, percent]) => [
      event,
      isDemanded ? percent / 100 : 0,
    ]);
    const found = counts.find(({ dispatcher }) => dispatcher === name) ?? none;
    return [insideShares(found, Object.fromEntries(minimums))];
  });
}

/** What lives outside tells effects only. What happened on a bus shows in them. */
function busShares(
  abilities: Abilities | undefined,
  profiles: readonly Profile[],
  results: readonly BatchResult[],
): InsideShares[] {
  if (abilities === undefined || !isPlainBus(abilities)) return [];
  // Under other profiles, or without a part of them, nobody knows how often what is left should happen.
  const isDemanded = isWholeBus(abilities) && profiles.every((profile) => profile === 'kvm');
  const minimums = Object.entries(busMinimums).map(([point, percent]) => [
    point,
    isDemanded ? percent / 100 : 0,
  ]);
  const [counts] = sumOfInside(results.map(({ inside }) => inside));
  const none = { dispatcher: busCoverageName, scenarios: 0, events: {} };
  return [insideShares(counts ?? none, Object.fromEntries(minimums))];
}

function sumOf(results: readonly BatchResult[]) {
  const scenariosPerProfile = perProfile(() => 0);
  const counts = coverageNames.map(() => 0);
  const uses = properties.map(() => ({ tried: 0, applied: 0 }));
  const extra = { large: 0, varied: 0, onVariants: 0, validated: 0, redecided: 0 };
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
