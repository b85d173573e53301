/** `merge REPORT...`: the shards of one run as one verdict. */
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { joined } from '../merge/join.ts';
import { type ReportText, readReportTexts } from '../merge/report-text.ts';
import { reportLines } from '../reporters/report-lines.ts';
import { type ReporterName, requireReporter } from '../reporters/test-case.ts';

export type MergeOptions = {
  readonly json?: true;
  readonly reporter: ReporterName;
  readonly quiet?: true;
};

/** Reads the reports, one file after the other, and prints them as one. */
export async function runMerge(
  files: readonly string[],
  options: MergeOptions,
  context: Context,
): Promise<void> {
  requireReporter(options);
  const { input, program } = context.surroundings;
  const texts: ReportText[] = [];
  for (const file of files) {
    texts.push(...(await readReportTexts(file, { signal: context.interrupt, input })));
  }
  const { status, json, suite, text } = joined(texts, program);
  context.status = status;
  if (options.quiet && context.status === exitStatus.fine) return;
  await context.output.lines(reportLines(options, { json, suite, text: () => text(context.style) }));
}
