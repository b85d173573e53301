/** Joining the reports of the shards of one check. */
import { InputError, printable } from '../../format/errors.ts';
import { perProfile } from '../../model/vocabulary/profiles.ts';
import { type InsideShares, insideShares, sumOfInside } from '../../properties/coverage/inside.ts';
import { coverageShares } from '../../properties/coverage/shares.ts';
import { coverageNames } from '../../properties/coverage/table.ts';
import type { CheckReport, PropertyUse } from '../../properties/engine/report.ts';
import type { Support } from '../../properties/outside/support.ts';
import { properties } from '../../properties/properties/index.ts';
import { minimumsOf } from '../../properties/world/coverage.ts';
import { exitStatus } from '../errors.ts';
import { mergedSuite } from '../reporters/check-cases.ts';
import { checkJson } from '../text/check-json.ts';
import { outcomeOf, renderCheck } from '../text/check-report.ts';
import { jsonLine } from '../text/json-line.ts';
import { findingLines, type Joined, listed } from './joined.ts';
import { demandsCoverage, insideCounts, insideMinimums, type ShardReport } from './report.ts';
import type { ShardFinding } from './report-text.ts';
import { requireOneRun } from './shards.ts';

export type Merged = {
  /** The shards as one run; its `finding` is left out, `findings` has them all. */
  readonly report: CheckReport;
  readonly findings: readonly ShardFinding[];
};

/** @throws InputError where one does not belong to the others, or is missing */
export function joinChecks(reports: readonly ShardReport[], program: string): Joined {
  const { report, findings: found } = mergeReports(reports);
  const findings = listed(found, report.dispatchers, program);
  const outcome = findings.length > 0 ? 'difference' : outcomeOf(report);
  return {
    status: outcome === 'agree' ? exitStatus.fine : exitStatus.difference,
    json: () => jsonLine({ ...JSON.parse(checkJson(report, undefined)), outcome, findings }),
    suite: () => mergedSuite(report, findings),
    text: (style) => [
      ...findingLines(findings, style),
      ...renderCheck(report, undefined, style, findings.length),
    ],
  };
}

/**
 * Joins reports.
 *
 * @throws InputError where one does not belong to the others, or is missing
 */
export function mergeReports(reports: readonly ShardReport[]): Merged {
  const first = requireOneRun(reports, ['dispatchers', 'profiles', 'seed', 'asked']);
  const scenariosPerProfile = perProfile((profile) =>
    sum(reports, (report) => report.scenariosPerProfile[profile]),
  );
  const scenarios = sum(reports, (report) => report.scenarios);
  return {
    report: {
      dispatchers: first.dispatchers,
      profiles: first.profiles,
      seed: first.seed,
      shard: undefined,
      asked: first.asked,
      regressions: sum(reports, (report) => report.regressions),
      scenarios,
      scenariosPerProfile,
      operations: sum(reports, (report) => report.operations),
      ...(first.stores !== undefined && { stores: sum(reports, ({ stores }) => stores ?? 0) }),
      extra: {
        large: sum(reports, ({ extra }) => extra.large),
        varied: sum(reports, ({ extra }) => extra.varied),
        onVariants: sum(reports, ({ extra }) => extra.onVariants),
        validated: sum(reports, ({ extra }) => extra.validated),
        redecided: sum(reports, ({ extra }) => extra.redecided),
      },
      ...(first.unsupportedRegressions !== undefined && {
        unsupportedRegressions: sum(reports, (report) => report.unsupportedRegressions ?? 0),
      }),
      ...corpusOf(reports),
      milliseconds: sum(reports, (report) => report.timings.milliseconds),
      workers: Math.max(...reports.map((report) => report.timings.workers)),
      coverage: coverageShares(
        countsOf(reports),
        scenariosPerProfile,
        demandsCoverage(first),
        minimumsOf(first),
      ),
      inside: insideOf(reports),
      properties: usesOf(reports),
      ...supportAll(reports, scenarios),
      ...restartsOf(reports),
      finding: undefined,
      first: undefined,
      interrupted: reports.some(({ outcome }) => outcome === 'interrupted'),
      died: undefined,
    },
    findings: reports.flatMap(({ finding }) => (finding === undefined ? [] : [finding])),
  };
}

function restartsOf(reports: readonly ShardReport[]): Pick<CheckReport, 'restarts'> {
  const restarts = reports.flatMap((report) => report.restarts ?? []);
  return restarts.length === 0 ? {} : { restarts };
}

/** What all shards began with, at most, and what they kept together. */
function corpusOf(reports: readonly ShardReport[]): Pick<CheckReport, 'corpus'> {
  const corpora = reports.flatMap(({ corpus }) => corpus ?? []);
  if (corpora.length === 0) return {};
  const kept = corpora.reduce((all, one) => all + one.kept, 0);
  return { corpus: { read: Math.max(...corpora.map(({ read }) => read)), kept } };
}

/** @throws InputError where the sum is beyond what is counted exactly */
function sum(reports: readonly ShardReport[], part: (report: ShardReport) => number): number {
  const total = reports.reduce((before, report) => before + part(report), 0);
  if (Number.isSafeInteger(total)) return total;
  throw new InputError('the reports together count more than 2^53: is one of them there many times?');
}

/** Scenarios per coverage point. Every report has each point, in the order of `coverageNames`. */
function countsOf(reports: readonly ShardReport[]): number[] {
  return coverageNames.map((_, index) => sum(reports, ({ coverage }) => coverage[index]?.scenarios ?? 0));
}

/** What happened inside of the dispatchers. @throws InputError where reports count other events, or demand another share of one */
function insideOf(reports: readonly ShardReport[]): InsideShares[] {
  const [first] = reports;
  const shapeOf = ({ inside }: ShardReport) =>
    JSON.stringify(inside.map((one) => [one.dispatcher, insideMinimums(one)]));
  for (const report of reports) {
    if (first === undefined || shapeOf(report) === shapeOf(first)) continue;
    throw new InputError(
      `${printable(report.source)}: inside: other events than ${printable(first.source)} has: not the same run`,
    );
  }
  const sums = sumOfInside(reports.map(({ inside }) => inside.map(insideCounts)));
  return sums.map((one, index) => {
    const row = first?.inside[index];
    return insideShares(one, row === undefined ? {} : insideMinimums(row));
  });
}

/** What a dispatcher outside supported, in all shards together. Reasons are those of each shard, most often first. */
function supportAll(reports: readonly ShardReport[], scenarios: number): { readonly support?: Support } {
  const [first] = reports.flatMap(({ support = [] }) => support);
  if (first === undefined) return {};
  const unsupported = sum(reports, ({ support }) => support?.unsupported ?? 0);
  const counts = new Map<string, number>();
  for (const { why, scenarios: count } of reports.flatMap(({ support }) => support?.reasons ?? [])) {
    counts.set(why, (counts.get(why) ?? 0) + count);
  }
  const reasons = [...counts]
    .map(([why, count]) => ({ why, scenarios: count }))
    .sort((one, other) => other.scenarios - one.scenarios);
  const share = scenarios === 0 ? 1 : 1 - unsupported / scenarios;
  return { support: { ...first, unsupported, share, reached: share >= first.minimum, reasons } };
}

/** How often each property was tried. Every report has each property, in the order of `properties`. */
function usesOf(reports: readonly ShardReport[]): PropertyUse[] {
  return properties.map(({ name }, index) => ({
    name,
    tried: sum(reports, (report) => report.properties[index]?.tried ?? 0),
    applied: sum(reports, (report) => report.properties[index]?.applied ?? 0),
  }));
}
