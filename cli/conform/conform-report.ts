/** The report of `conform`: by clause, for people and for programs. */
import { printable } from '../../format/errors.ts';
import { clauseOf } from '../../model/clauses/catalogue.ts';
import { type ConformCase, type ConformReport, verdictOf } from '../../properties/conform/conform.ts';
import { exitStatus } from '../errors.ts';
import { findingJson } from '../text/check-json.ts';
import { renderFinding, type SavedFinding } from '../text/finding-report.ts';
import { jsonLine } from '../text/json-line.ts';
import { ascii, grouped, plural, shortened, table } from '../text/layout.ts';
import { plain, type Style } from '../text/style.ts';

/** What a report says of itself, for whoever joins reports. */
export const conformFormat = 'ioeventfd-conform-report/1';

export const conformStatuses: Readonly<Record<ReturnType<typeof verdictOf>, number>> = {
  conforms: exitStatus.fine,
  differs: exitStatus.difference,
  nothing: exitStatus.difference,
  interrupted: exitStatus.interrupted,
};

const titleWidth = 60;

/** The report, a line each. */
export function renderConform(
  report: ConformReport,
  saved: SavedFinding | undefined,
  style: Style = plain,
  findingsOfShards = 0,
): string[] {
  const { dispatchers, finding, cases } = report;
  return [
    findingsOfShards > 0
      ? style.bad(
          `${printable(dispatchers[1])} does not conform: ${plural(findingsOfShards, 'difference')} found at random.`,
        )
      : headline(report, style),
    '',
    ...totals(report, style),
    '',
    ...clauseLines(report, style),
    ...cases.filter(({ outcome }) => outcome === 'failed').flatMap((one) => caseLines(one, style)),
    ...cases.filter(({ outcome }) => outcome === 'known').map(knownLine),
    ...staleLines(report, style),
    ...(finding === undefined ? [] : ['', ...renderFinding(dispatchers, finding, saved, style)]),
  ];
}

function headline(report: ConformReport, style: Style): string {
  const name = printable(report.dispatchers[1]);
  const failed = report.cases.filter(({ outcome }) => outcome === 'failed').length;
  switch (verdictOf(report)) {
    case 'conforms':
      return style.good(`${name} conforms, as far as it could be asked.`);
    case 'differs':
      return style.bad(
        failed > 0
          ? `${name} does not conform: ${plural(failed, 'named scenario')} failed.`
          : `${name} does not conform.`,
      );
    case 'nothing':
      return style.bad(`${name} supports nothing of what was asked.`);
    case 'interrupted':
      return style.bad(`Interrupted: not complete. ${name} conforms so far.`);
  }
}

function totals(report: ConformReport, style: Style): string[] {
  const { dispatchers, title, profiles, seed, random, cases, milliseconds } = report;
  const count = (outcome: ConformCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const known = count('known') > 0 ? `, ${grouped(count('known'))} known` : '';
  const others = [
    ...(random.unsupported > 0 ? [`${grouped(random.unsupported)} not supported`] : []),
    ...(random.known > 0 ? [`${grouped(random.known)} known`] : []),
  ];
  return [
    `  dispatcher    ${printable(dispatchers[1])}`,
    ...(title === undefined ? [] : [`  it is         ${printable(title)}`]),
    `  against       ${printable(dispatchers[0])}`,
    `  profiles      ${profiles.join(', ')}`,
    `  named         ${grouped(count('passed'))} passed, ${grouped(count('failed'))} failed${known}, ${grouped(count('not supported'))} not supported`,
    `  random        ${[plural(random.scenarios, 'scenario'), ...others].join(', ')}`,
    ...(report.shard === undefined ? [] : [`  shard         ${report.shard.index} of ${report.shard.count}`]),
    `  seed          ${seed}`,
    style.dim(`  time          ${(milliseconds / 1000).toFixed(1)} s`),
  ];
}

function clauseLines({ clauses }: ConformReport, style: Style): string[] {
  const rows = clauses.map(({ clause, passed, failed, known, unsupported }) => [
    failed > 0 ? '!' : '',
    clause ?? '-',
    grouped(passed),
    grouped(failed),
    grouped(known),
    grouped(unsupported),
    clause === undefined
      ? 'recorded on running systems'
      : shortened(ascii(clauseOf(clause).title), titleWidth),
  ]);
  const heading = ['', 'clause', 'passed', 'failed', 'known', 'not supported', 'title'];
  const [top = '', ...lines] = table([heading, ...rows], '', [2, 3, 4, 5]);
  return [
    style.bold(top),
    ...lines.map((line, index) => ((clauses[index]?.failed ?? 0) > 0 ? style.bad(line) : line)),
  ];
}

/** The file of a case, as a person looks for it. */
export function fileOf({ source, isNamed }: ConformCase): string {
  return isNamed ? `properties/scenarios/${source}` : source;
}

function caseLines(one: ConformCase, style: Style): string[] {
  const { title, failure } = one;
  return [
    '',
    style.bad(`failed  ${printable(fileOf(one))}`),
    `  ${printable(title)}`,
    `  ${printable(one.message ?? failure?.message ?? '')}`,
  ];
}

function knownLine(one: ConformCase): string {
  return `known   ${printable(fileOf(one))}: ${printable(one.why ?? '')}`;
}

function staleLines({ stale }: ConformReport, style: Style): string[] {
  return stale.map(({ source, clause, why }) =>
    style.bad(`known, but no longer a difference: ${printable(source)} (${clause}: ${printable(why)})`),
  );
}

/** The report as a line of JSON, without the newline. All that depends on the clock is under `timings`. */
export function conformJson(report: ConformReport, saved: SavedFinding | undefined): string {
  const { dispatchers, title, profiles, seed, shard, runs, cases, clauses } = report;
  const { random, finding, stale, milliseconds } = report;
  return jsonLine({
    format: conformFormat,
    outcome: verdictOf(report),
    dispatchers,
    title: title ?? null,
    profiles,
    seed,
    shard: shard ?? null,
    asked: { runs },
    clauses: clauses.map(({ clause, ...counts }) => ({ clause: clause ?? null, ...counts })),
    cases: cases.map(({ source, isNamed, clause, title: what, outcome, why, message, failure }) => ({
      source,
      isNamed,
      clause: clause ?? null,
      title: what,
      outcome,
      why: why ?? message ?? failure?.message ?? null,
    })),
    random,
    stale: stale.map(({ source, clause, why }) => ({ source, clause, why })),
    finding: finding === undefined ? null : findingJson(finding, saved),
    timings: { milliseconds: Math.round(milliseconds) },
  });
}
