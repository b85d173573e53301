/** What a run took of the branches: as numbers, and as text. */
import { grouped, percent, plural, table } from '../../cli/text/layout.ts';
import type { FileBranches, Place } from './branches.ts';
import { type Judged, judge, type Reason } from './reasons.ts';

/** The list may not be longer. */
export const mostReasons = 20;

export type BranchReport = Judged & {
  readonly seed: number;
  /** Random scenarios that ran. */
  readonly scenarios: number;
  readonly branches: number;
  readonly taken: number;
  /** Of each file with untaken branches. */
  readonly files: readonly Omit<FileBranches, 'untaken'>[];
  readonly reasons: number;
};

export type ReportInput = {
  readonly seed: number;
  readonly scenarios: number;
  readonly files: readonly FileBranches[];
  readonly reasons: readonly Reason[];
};

export function reportOf({ seed, scenarios, files, reasons }: ReportInput): BranchReport {
  return {
    seed,
    scenarios,
    branches: files.reduce((sum, { branches }) => sum + branches, 0),
    taken: files.reduce((sum, { taken }) => sum + taken, 0),
    files: files
      .filter(({ untaken }) => untaken.length > 0)
      .map(({ file, branches, taken }) => ({ file, branches, taken })),
    ...judge(
      files.flatMap(({ untaken }) => untaken),
      reasons,
    ),
    reasons: reasons.length,
  };
}

/** Everything is taken or explained, and nothing else is explained. */
export function isComplete({ unexplained, outdated, reasons }: BranchReport): boolean {
  return unexplained.length === 0 && outdated.length === 0 && reasons <= mostReasons;
}

/** The report for people. */
export function textOf(report: BranchReport): string[] {
  const { seed, scenarios, branches, taken, files, explained, unexplained, outdated, reasons } = report;
  const lines = [
    `${plural(scenarios, 'random scenario')}, seed ${seed}: ${grouped(taken)} of ${plural(branches, 'branch', 'branches')} of model and dispatcher taken (${percent(taken / branches)}).`,
    '',
  ];
  const rows = files.map((one) => [one.file, `${one.taken} of ${one.branches}`]);
  if (rows.length > 0) lines.push('files with a branch that is not taken:', ...table(rows, '  ', [1]), '');
  if (explained.length > 0) {
    const texts = explained.flatMap(({ place, why }) => [...placeText(place), `      ${why}`]);
    lines.push(`not taken, for a reason (${explained.length}):`, ...texts, '');
  }
  if (unexplained.length > 0) {
    lines.push(`not taken, and not listed (${unexplained.length}):`, ...unexplained.flatMap(placeText), '');
  }
  if (outdated.length > 0) {
    const texts = outdated.flatMap((reason) => placeText({ ...reason, nth: reason.nth ?? 1 }));
    lines.push('listed, but taken or no longer there: take these off the list:', ...texts, '');
  }
  if (reasons > mostReasons)
    lines.push(`the list has ${reasons} entries; at most ${mostReasons} are allowed`, '');
  return lines.slice(0, -1);
}

function placeText({
  file,
  line,
  kind,
  code,
  nth,
}: Pick<Place, 'file' | 'line' | 'code' | 'nth'> & { kind: string }) {
  const which = nth > 1 ? ` (${nth} of the same)` : '';
  return [`  ${file}:${line}  ${kind}${which}${code === '' ? '' : `: ${code}`}`];
}
