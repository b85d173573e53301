/** `check [A] [B]`: regressions and random scenarios on two dispatchers. */

import { InputError } from '../../format/index.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import { check } from '../../properties/engine/check.ts';
import { partsOfReference, systemOf } from '../../properties/engine/dispatchers.ts';
import { loadRegressions } from '../../properties/engine/regressions.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import type { Context } from '../context.ts';
import { complaintOf, exitStatus } from '../errors.ts';
import { keepInCorpus, readCorpus } from '../io/corpus.ts';
import { requireDirectory, saveFinding } from '../io/findings.ts';
import { filesOf } from '../io/package-paths.ts';
import { requirePageDirectory } from '../io/page-directory.ts';
import { type ShardOption, shardOf } from '../io/shard.ts';
import { type LimitOptions, limitsOf } from '../io/watch.ts';
import { workersFor } from '../io/workers.ts';
import { checkSuite } from '../reporters/check-cases.ts';
import { reportLines } from '../reporters/report-lines.ts';
import { type ReporterName, requireReporter } from '../reporters/test-case.ts';
import type { Parting } from '../surroundings.ts';
import { requireSystem } from '../systems.ts';
import { checkJson } from '../text/check-json.ts';
import { type Outcome, outcomeOf, renderCheck } from '../text/check-report.ts';
import type { SavedFindings } from '../text/finding-report.ts';
import { grouped } from '../text/layout.ts';

export type CheckCommandOptions = LimitOptions & {
  readonly runs?: number;
  readonly time?: number;
  readonly seed?: number;
  readonly profile?: Profile;
  readonly save: string;
  readonly regressions?: readonly string[] | false;
  readonly workers?: number;
  readonly qemu?: string;
  /** Percent. */
  readonly minimumSupported?: number;
  readonly shard?: ShardOption;
  readonly corpus?: string;
  readonly json?: true;
  readonly reporter: ReporterName;
  readonly quiet?: true;
  /** The directory of a page. */
  readonly html?: string;
};

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
  const { environment, errors, input, program } = context.surroundings;
  requireReporter(options);
  requireDirectory(options.save);
  requirePageDirectory(options.html);
  if (options.shard !== undefined && options.seed === undefined) {
    throw new InputError('--shard: the parts of a run need one seed; give --seed too');
  }
  const shard = options.shard && shardOf(options.shard, environment);
  const expected = await requireSystem(a);
  await requireSystem(b);
  const { profile } = options;
  requireSameProfile(expected, profile);
  const paths = options.regressions === false ? undefined : (options.regressions ?? []).flatMap(filesOf);
  const regressions =
    paths === undefined ? [] : await loadRegressions(paths, { signal: context.interrupt, input });
  const { corpus: directory } = options;
  const corpus =
    directory === undefined
      ? undefined
      : {
          scenarios: await readCorpus(directory, { signal: context.interrupt, input }),
          onKept: (scenario: Scenario) => keepInCorpus(directory, scenario),
        };
  const page = options.html === undefined ? undefined : await import('../show/index.ts');
  const progress = context.progress(`${a} and ${b}`, options.quiet || options.json);
  const save = (finding: Finding | undefined) =>
    finding && saveFinding(finding, options.save, [a, b], program);
  const report = await check({
    a,
    b,
    ...(profile !== undefined && { profiles: [profile] }),
    ...(options.runs !== undefined && { runs: options.runs }),
    ...(options.time !== undefined && { seconds: options.time }),
    ...(options.seed !== undefined && { seed: options.seed }),
    regressions,
    workers: workersFor(options.workers, errors, [a, b].some(waitsForKernel) ? 2 : 1),
    limits: limitsOf(options),
    ...(options.qemu !== undefined && { qemu: options.qemu }),
    ...(options.minimumSupported !== undefined && { minimumSupported: options.minimumSupported / 100 }),
    ...(shard !== undefined && { shard }),
    ...(corpus !== undefined && { corpus }),
    abort: context.interrupt,
    onProgress: ({ scenarios, operations, milliseconds, soFar }) => {
      const rate = `${grouped((1000 * operations) / Math.max(milliseconds, 1))} operations/s`;
      progress.show(`${a} and ${b}: ${grouped(scenarios)} scenarios, ${rate}`);
      context.leaves(() => partingOf(soFar(), noneSaved, options, context, page));
    },
    onFirst: (first, soFar) => {
      const saved = { finding: save(first), first: undefined };
      context.status = exitStatus.difference;
      context.leaves(() => {
        const { status: _, ...parting } = partingOf(soFar, saved, options, context, page);
        return parting;
      });
      progress.show(`${a} and ${b} differ; looking for a shorter scenario`);
    },
  }).finally(() => progress.stop());
  const saved = { finding: save(report.finding), first: save(report.first) };
  if (options.html !== undefined && page !== undefined) {
    await page.writeReport(options.html, page.checkPage(report, saved, program), options, context, [a, b]);
  }
  context.status = statuses[outcomeOf(report)];
  if (report.died !== undefined) errors.write(`${complaintOf(report.died).line}\n`);
  if (options.quiet && context.status === exitStatus.fine) return;
  await context.output.lines(linesOf(report, saved, options, context));
}

const noneSaved: SavedFindings = { finding: undefined, first: undefined };

/** What a run leaves behind that is ended in the middle of something: its report, and its page. */
function partingOf(
  report: CheckReport,
  saved: SavedFindings,
  options: CheckCommandOptions,
  context: Context,
  page: typeof import('../show/index.ts') | undefined,
): Parting {
  const lines = linesOf(report, saved, options, context);
  const status = statuses[outcomeOf(report)];
  if (options.html === undefined || page === undefined) return { lines, status };
  const { program } = context.surroundings;
  return { lines, status, file: page.reportFile(options.html, page.checkPage(report, saved, program)) };
}

const statuses: Readonly<Record<Outcome, number>> = {
  agree: exitStatus.fine,
  interrupted: exitStatus.interrupted,
  difference: exitStatus.difference,
  coverage: exitStatus.difference,
};

function linesOf(
  report: CheckReport,
  saved: SavedFindings,
  options: CheckCommandOptions,
  { style }: Context,
): string[] {
  return reportLines(options, {
    json: () => checkJson(report, saved),
    suite: () => checkSuite(report, saved.finding),
    text: () => renderCheck(report, saved, style),
  });
}

/** A dispatcher under one profile gets scenarios of that profile: those of another would be counted wrongly. */
function requireSameProfile(
  { name, profile }: { readonly name: string; readonly profile?: Profile | undefined },
  wanted: Profile | undefined,
): void {
  if (profile === undefined || wanted === undefined || profile === wanted) return;
  throw new InputError(`--profile ${wanted} and ${name} contradict each other: leave one of them out`);
}

/**
 * A QEMU with KVM waits for the kernel at each change of an ioeventfd, up to some milliseconds (`synchronize_srcu_expedited`): on two cores, four
 * played 97 histories a second, two 59.
 */
function waitsForKernel(reference: string): boolean {
  const { plain, profile } = partsOfReference(reference);
  return systemOf(plain) === 'qemu' && profile === 'kvm';
}
