/** `explore [A] [B]`: every scenario of a scope, of any length. */

import { explore } from '../../properties/explore/explore.ts';
import type { ExploreReport } from '../../properties/explore/report.ts';
import { loadScope } from '../../properties/explore/scope/load.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { requireDirectory, saveFinding } from '../io/findings.ts';
import { requirePageDirectory } from '../io/page-directory.ts';
import { type ShardOption, shardOf } from '../io/shard.ts';
import { workersFor } from '../io/workers.ts';
import { exploreSuite } from '../reporters/explore-cases.ts';
import { reportLines } from '../reporters/report-lines.ts';
import { type ReporterName, requireReporter } from '../reporters/test-case.ts';
import { requireSystem } from '../systems.ts';
import { exploreJson, exploreStatuses, renderExplore } from '../text/explore-report.ts';
import type { SavedFinding } from '../text/finding-report.ts';
import { grouped } from '../text/layout.ts';

export type ExploreCommandOptions = {
  readonly scope: string;
  readonly workers?: number;
  /** MiB. */
  readonly memory: number;
  readonly symmetry: boolean;
  readonly walkSteps: number;
  readonly seed: number;
  readonly save: string;
  readonly shard?: ShardOption;
  readonly json?: true;
  readonly reporter: ReporterName;
  readonly quiet?: true;
  /** The directory of a page. */
  readonly html?: string;
};

export async function runExplore(
  a: string,
  b: string,
  options: ExploreCommandOptions,
  context: Context,
): Promise<void> {
  const { errors, input, program, environment } = context.surroundings;
  requireReporter(options);
  requireDirectory(options.save);
  requirePageDirectory(options.html);
  const scope = await loadScope(options.scope, { signal: context.interrupt, input });
  for (const name of [a, b]) await requireSystem(name);
  const page = options.html === undefined ? undefined : await import('../show/index.ts');
  const progress = context.progress(`${scope.name}: ${a} and ${b}`, options.quiet || options.json);
  const report = await explore({
    a,
    b,
    scope,
    symmetry: options.symmetry,
    walkSteps: options.walkSteps,
    seed: options.seed,
    ...(options.shard !== undefined && { shard: shardOf(options.shard, environment) }),
    workers: workersFor(options.workers, errors),
    memoryLimit: options.memory * 2 ** 20,
    abort: context.interrupt,
    onProgress: ({ pairs, expanded, depth, milliseconds, memory, soFar }) => {
      context.leaves(() => {
        const now = soFar();
        const lines = linesOf(now, undefined, options, context);
        if (options.html === undefined || page === undefined) return { lines };
        return {
          lines,
          file: page.reportFile(options.html, page.explorePage(now, undefined, program)),
        };
      });
      const rate = `${grouped((1000 * expanded) / Math.max(milliseconds, 1))} pairs/s`;
      const held = `${grouped(memory / 2 ** 20)} MiB`;
      progress.show(
        `${scope.name}: depth ${depth}, ${grouped(expanded)} of ${grouped(pairs)} pairs, ${rate}, ${held}`,
      );
    },
  }).finally(() => progress.stop());
  const saved =
    report.finding === undefined ? undefined : saveFinding(report.finding, options.save, [a, b], program);
  if (options.html !== undefined && page !== undefined) {
    await page.writeReport(options.html, page.explorePage(report, saved, program), options, context, [a, b]);
  }
  context.status = exploreStatuses[report.end];
  if (options.quiet && context.status === exitStatus.fine) return;
  await context.output.lines(linesOf(report, saved, options, context));
}

function linesOf(
  report: ExploreReport,
  saved: SavedFinding | undefined,
  options: ExploreCommandOptions,
  { style }: Context,
): string[] {
  return reportLines(options, {
    json: () => exploreJson(report, saved),
    suite: () => exploreSuite(report, saved),
    text: () => renderExplore(report, saved, style),
  });
}
