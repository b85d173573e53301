/** `merge REPORT...`: the shards of one check as one verdict. */
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { mergeReports } from '../merge.ts';
import { checkJson } from '../text/check-json.ts';
import { outcomeOf, renderCheck } from '../text/check-report.ts';

export type MergeOptions = { readonly json?: true };

export async function runMerge(
  files: readonly string[],
  options: MergeOptions,
  context: Context,
): Promise<void> {
  const { report, findings } = mergeReports(files);
  const outcome = findings.length > 0 ? 'difference' : outcomeOf(report);
  context.status = outcome === 'agree' ? exitStatus.fine : exitStatus.difference;
  if (options.json) {
    const joint = JSON.parse(checkJson(report, undefined));
    await context.output.lines([JSON.stringify({ ...joint, outcome, findings })]);
    return;
  }
  const found = findings.flatMap(({ source, message, origin, file, replay }) => [
    context.style.bad(`${source}: ${message} (${origin})`),
    ...(file === null ? [] : [`  saved   ${file}`, `  replay  ${replay}`]),
    '',
  ]);
  await context.output.lines([...found, ...renderCheck(report, undefined, context.style, findings.length)]);
}
