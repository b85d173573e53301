/** `merge REPORT...`: the shards of one check as one verdict. */

import { printable } from '../../format/errors.ts';
import { runsOtherCode } from '../../properties/engine/dispatchers.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { commandsFor } from '../invocation.ts';
import { readReports, type ShardReport } from '../io/report.ts';
import { mergeReports } from '../merge.ts';
import { mergedSuite } from '../reporters/check-cases.ts';
import { reportLines } from '../reporters/report-lines.ts';
import { type ReporterName, requireReporter } from '../reporters/test-case.ts';
import { checkJson } from '../text/check-json.ts';
import { outcomeOf, renderCheck } from '../text/check-report.ts';
import { jsonLine } from '../text/json-line.ts';

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
  const reports: ShardReport[] = [];
  for (const file of files) reports.push(...(await readReports(file, { signal: context.interrupt, input })));
  const { report, findings: found } = mergeReports(reports);
  // A command that a report names is not passed on: it is made anew of the checked file and dispatchers.
  const findings = found.map((finding) => ({
    ...finding,
    // A module that a report names is not put into a command: to run it would run whatever code its author chose.
    replay:
      finding.file === null || report.dispatchers.some(runsOtherCode)
        ? null
        : commandsFor(program, finding.file, report.dispatchers).replay,
  }));
  const outcome = findings.length > 0 ? 'difference' : outcomeOf(report);
  context.status = outcome === 'agree' ? exitStatus.fine : exitStatus.difference;
  if (options.quiet && context.status === exitStatus.fine) return;
  const { style } = context;
  const lines = reportLines(options, {
    json: () => jsonLine({ ...JSON.parse(checkJson(report, undefined)), outcome, findings }),
    suite: () => mergedSuite(report, findings),
    text: () => [
      ...findings.flatMap(({ source, message, origin, file, replay }) => [
        style.bad(`${printable(source)}: ${printable(message)} (${printable(origin)})`),
        ...(file === null ? [] : [`  saved   ${printable(file)}`]),
        ...(replay === null ? [] : [`  replay  ${replay}`]),
        '',
      ]),
      ...renderCheck(report, undefined, style, findings.length),
    ],
  });
  await context.output.lines(lines);
}
