/** `--html DIR`: writes a report's page, once what does not matter in its scenarios was looked for. */
import { join } from 'node:path';
import {
  type PageData,
  pageFormat,
  type ScenarioData,
  type TableData,
} from '../../page/document/page-data.ts';
import type { Context } from '../context.ts';
import { type LimitOptions, limitsOf, openOptionsOf } from '../io/watch.ts';
import { writeWhole } from '../io/write-file.ts';
import { openedOnce } from '../systems.ts';
import { Asking } from './spare/asking.ts';
import { Budget, limitsOfReport } from './spare/budget.ts';
import { withSpare } from './spare/of-entries.ts';
import { pageText } from './template.ts';

/** A report as a page has it: tables, and the scenarios that their entries open. */
export type Report = {
  readonly title: string;
  readonly tables: readonly TableData[];
  readonly scenarios: readonly ScenarioData[];
};

export type ReportOptions = LimitOptions & {
  readonly qemu?: string;
  readonly json?: true;
  readonly quiet?: true;
};

/** What is written, and where. */
export function reportFile(
  directory: string,
  { title, tables, scenarios }: Report,
): { readonly path: string; readonly text: string } {
  const page: PageData = { format: pageFormat, title, tables, scenarios };
  return { path: join(directory, 'index.html'), text: pageText(page) };
}

/**
 * Writes `index.html` in the directory.
 *
 * @param dispatchers what the command compared, where it names two
 */
export async function writeReport(
  directory: string,
  report: Report,
  options: ReportOptions,
  context: Context,
  dispatchers?: readonly string[],
): Promise<void> {
  // Whatever happens while things are tried, there is a page.
  const whole = reportFile(directory, report);
  writeWhole(whole.path, whole.text);
  const count = report.scenarios.length;
  if (count === 0) return;
  const asking = new Asking(new Budget(limitsOfReport), limitsOf(options), context.interrupt);
  const progress = context.progress('what does not matter', options.quiet || options.json);
  try {
    const scenarios = await withSpare({
      entries: report.scenarios,
      open: openedOnce(context, openOptionsOf(options)),
      asking,
      ...(dispatchers !== undefined && { dispatchers }),
      onProgress: (done) => progress.show(`what does not matter: ${done} of ${count} scenarios`),
    });
    const { path, text } = reportFile(directory, { ...report, scenarios });
    writeWhole(path, text);
  } finally {
    progress.stop();
    await asking.close();
  }
}
