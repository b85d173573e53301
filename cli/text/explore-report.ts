/** The report of `explore`, for people and for programs. All but the timings and the memory is the same each time. */
import { printable } from '../../format/errors.ts';
import type { ExploreReport } from '../../properties/explore/report.ts';
import { findingJson } from './check-json.ts';
import { renderFinding, type SavedFinding } from './finding-report.ts';
import { jsonLine } from './json-line.ts';
import { grouped, wrapped } from './layout.ts';
import { plain, type Style } from './style.ts';

/** The report, a line each. */
export function renderExplore(
  report: ExploreReport,
  saved: SavedFinding | undefined,
  style: Style = plain,
): string[] {
  const { finding } = report;
  const found =
    finding === undefined
      ? [headline(report, style)]
      : renderFinding(report.dispatchers, finding, saved, style);
  return [...found, '', ...renderTotals(report, style)];
}

function headline({ dispatchers, end, scope, depth }: ExploreReport, style: Style): string {
  const [a, b] = dispatchers.map(printable);
  switch (end) {
    case 'exhausted':
      return style.good(`${a} and ${b} agree on every scenario of scope ${printable(scope)}, of any length.`);
    case 'bounded':
      return style.good(
        `${a} and ${b} agree on all scenarios of scope ${printable(scope)} up to ${depth + 1} operations.`,
      );
    case 'interrupted':
      return style.bad(
        `Interrupted: not complete. ${a} and ${b} agree on the scenarios below depth ${depth}.`,
      );
    case 'memory':
      return style.bad(
        `Out of memory: not complete. ${a} and ${b} agree on the scenarios below depth ${depth}; give --memory.`,
      );
    case 'difference':
      return style.bad(`${a} and ${b} differ.`);
  }
}

function renderTotals(report: ExploreReport, style: Style): string[] {
  const { dispatchers, scope, title, end, isShortest, operations, statesOfA, statesOfB } = report;
  const { pairs, transitions, depth, milliseconds, peakMemory } = report;
  const [a, b] = dispatchers.map(printable);
  const rate = (1000 * transitions) / Math.max(milliseconds, 1);
  const shortest = isShortest
    ? 'no shorter scenario of this scope shows a difference'
    : 'not known to be the shortest';
  return [
    ...wrapped(printable(`scope ${scope}: ${title}`), 96).map((line) => `  ${line}`),
    '',
    ...(end === 'difference' ? [`  proven        ${shortest}`] : []),
    `  dispatchers   ${printable(dispatchers.join(', '))}`,
    `  operations    ${grouped(operations)} in the scope`,
    `  states        ${grouped(statesOfA)} of ${a}, ${grouped(statesOfB)} of ${b}`,
    `  pairs         ${grouped(pairs)}`,
    `  transitions   ${grouped(transitions)} compared`,
    `  depth         ${grouped(depth)}`,
    style.dim(`  time          ${(milliseconds / 1000).toFixed(1)} s`),
    style.dim(`  speed         ${grouped(rate)} transitions per second`),
    style.dim(`  memory        ${grouped(peakMemory / 2 ** 20)} MiB at most`),
  ];
}

/** The report as a line of JSON, without the newline. */
export function exploreJson(report: ExploreReport, saved: SavedFinding | undefined): string {
  const { finding, milliseconds, peakMemory, workers, ...counts } = report;
  return jsonLine({
    format: 'ioeventfd-explore-report/1',
    ...counts,
    finding: finding === undefined ? null : findingJson(finding, saved),
    timings: {
      milliseconds: Math.round(milliseconds),
      transitionsPerSecond: Math.round((1000 * report.transitions) / Math.max(milliseconds, 1)),
      peakMemory,
      workers,
    },
  });
}
