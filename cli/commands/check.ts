/** `check [A] [B]`: regressions and random scenarios on two dispatchers. */
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { requireBounds } from '../../format/bounds.ts';
import { InputError, readScenarios } from '../../format/index.ts';
import type { Dispatcher, Profile } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import { type CheckOptions, check, type Shard } from '../../properties/engine/check.ts';
import type { Context } from '../context.ts';
import { complaintOf, exitStatus } from '../errors.ts';
import { packageRoot } from '../invocation.ts';
import { requireDirectory, saveFinding } from '../io/findings.ts';
import { startProgress } from '../io/progress.ts';
import { systemNamed } from '../systems.ts';
import { checkJson } from '../text/check-json.ts';
import { outcomeOf, renderCheck } from '../text/check-report.ts';
import { grouped } from '../text/layout.ts';

export type CheckCommandOptions = {
  readonly runs?: number;
  readonly time?: number;
  readonly seed?: number;
  readonly profile?: Profile;
  readonly save: string;
  readonly regressions?: readonly string[];
  readonly workers?: number;
  readonly shard?: Shard;
  readonly json?: true;
};

const allProfiles: readonly Profile[] = ['contract', 'tcg', 'kvm'];

/** Random scenarios of a run that does not say how many: some 10 seconds of work on one core. */
const defaultRuns = 30_000;

/** Runs the comparison, saves what it finds, prints the report. */
export async function runCheck(
  a: string,
  b: string,
  options: CheckCommandOptions,
  context: Context,
): Promise<void> {
  if (options.runs !== undefined && options.time !== undefined) {
    throw new InputError('--runs and --time exclude each other: give one of them');
  }
  requireDirectory(options.save);
  if (options.shard !== undefined && options.seed === undefined) {
    throw new InputError('--shard: the parts of a run need one seed; give --seed too');
  }
  const expected = await systemNamed(a);
  await systemNamed(b);
  const profiles = profilesOf(expected, options.profile);
  const regressions = await regressionsOf(options.regressions ?? []);
  const progress = await startProgress(`${a} and ${b}`);
  const save = (finding: Finding | undefined) => finding && saveFinding(finding, options.save, a, b);
  const report = await check({
    a,
    b,
    profiles,
    runs: options.runs ?? defaultRuns,
    ...(options.time !== undefined && { seconds: options.time }),
    seed: options.seed ?? Math.floor(Math.random() * 2 ** 32),
    regressions,
    workers: options.workers ?? availableParallelism(),
    ...(options.shard !== undefined && { shard: options.shard }),
    abort: context.interrupt,
    onProgress: ({ scenarios, operations, milliseconds }) => {
      const rate = `${grouped((1000 * operations) / Math.max(milliseconds, 1))} operations/s`;
      progress.show(`${a} and ${b}: ${grouped(scenarios)} scenarios, ${rate}`);
    },
    onFirst: (first) => {
      save(first);
      progress.show(`${a} and ${b} differ; looking for a shorter scenario`);
    },
  }).finally(() => progress.stop());
  const saved = { finding: save(report.finding), first: save(report.first) };
  const outcome = outcomeOf(report);
  context.status =
    outcome === 'agree'
      ? exitStatus.fine
      : outcome === 'interrupted'
        ? exitStatus.interrupted
        : exitStatus.difference;
  if (report.died !== undefined) process.stderr.write(`${complaintOf(report.died).line}\n`);
  await context.output.lines(
    options.json ? [checkJson(report, saved)] : renderCheck(report, saved, context.style),
  );
}

/** A dispatcher under one profile gets scenarios of that profile: those of another would be counted wrongly. */
function profilesOf({ name, profile }: Dispatcher, wanted: Profile | undefined): readonly Profile[] {
  if (profile !== undefined && wanted !== undefined && profile !== wanted) {
    throw new InputError(`--profile ${wanted} and ${name} contradict each other: leave one of them out`);
  }
  const only = wanted ?? profile;
  return only === undefined ? allProfiles : [only];
}

/** The package's own regressions, then those of each path: files as they are, directories by their files. */
async function regressionsOf(paths: readonly string[]): Promise<CheckOptions['regressions']> {
  const own = join(packageRoot(), 'properties', 'regressions');
  const files = [...filesIn(own), ...paths.flatMap(filesAt)];
  const found: CheckOptions['regressions'][number][] = [];
  for (const file of files) {
    for await (const scenario of readScenarios(file)) {
      requireBounds(scenario.scenario, scenario.source);
      found.push(scenario);
    }
  }
  return found;
}

function filesAt(path: string): string[] {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isDirectory ? filesIn(path) : [path];
}

/** The scenarios of a directory, in the order of their names; none if it is not there. */
function filesIn(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => /\.jsonl?$/.test(name));
    return names.sort().map((name) => join(directory, name));
  } catch {
    return [];
  }
}
