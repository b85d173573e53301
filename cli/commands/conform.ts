/** `conform DISPATCHER`: every named scenario that it supports, then random ones, by clause. */

import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { type ConformReport, conform, verdictOf } from '../../properties/conform/conform.ts';
import { conformSuite } from '../conform/conform-cases.ts';
import { conformJson, conformStatuses, renderConform } from '../conform/conform-report.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { requireDirectory, saveFinding } from '../io/findings.ts';
import { requirePageDirectory } from '../io/page-directory.ts';
import { type ShardOption, shardOf } from '../io/shard.ts';
import { type LimitOptions, limitsOf } from '../io/watch.ts';
import { workersFor } from '../io/workers.ts';
import { reportLines } from '../reporters/report-lines.ts';
import { type ReporterName, requireReporter } from '../reporters/test-case.ts';
import { requireSystem } from '../systems.ts';
import type { SavedFinding } from '../text/finding-report.ts';

export type ConformCommandOptions = LimitOptions & {
  readonly against: string;
  readonly runs?: number;
  readonly seed?: number;
  readonly profile?: Profile;
  readonly known?: string;
  readonly save: string;
  readonly shard?: ShardOption;
  readonly workers?: number;
  readonly json?: true;
  readonly reporter: ReporterName;
  readonly quiet?: true;
  /** The directory of a page. */
  readonly html?: string;
};

export async function runConform(
  dispatcher: string,
  options: ConformCommandOptions,
  context: Context,
): Promise<void> {
  const { environment, errors, program } = context.surroundings;
  const { against, runs, seed, profile, known, save } = options;
  requireReporter(options);
  requireDirectory(save);
  requirePageDirectory(options.html);
  for (const name of [against, dispatcher]) await requireSystem(name);
  const progress = context.progress(dispatcher, options.quiet || options.json);
  const report = await conform({
    dispatcher,
    against,
    ...(runs !== undefined && { runs }),
    ...(seed !== undefined && { seed }),
    ...(profile !== undefined && { profiles: [profile] }),
    ...(known !== undefined && { known }),
    ...(options.shard !== undefined && { shard: shardOf(options.shard, environment) }),
    workers: workersFor(options.workers, errors),
    limits: limitsOf(options),
    abort: context.interrupt,
    onProgress: (done) => progress.show(`${dispatcher}: ${done}`),
  }).finally(() => progress.stop());
  const saved = report.finding && saveFinding(report.finding, save, [against, dispatcher], program);
  if (options.html !== undefined) {
    const { conformPage, writeReport } = await import('../show/index.ts');
    const page = conformPage(report, saved, program);
    await writeReport(options.html, page, options, context, [against, dispatcher]);
  }
  context.status = conformStatuses[verdictOf(report)];
  if (options.quiet && context.status === exitStatus.fine) return;
  await context.output.lines(linesOf(report, saved, options, context));
}

function linesOf(
  report: ConformReport,
  saved: SavedFinding | undefined,
  options: ConformCommandOptions,
  { style }: Context,
): string[] {
  return reportLines(options, {
    json: () => conformJson(report, saved),
    suite: () => conformSuite(report, saved),
    text: () => renderConform(report, saved, style),
  });
}
