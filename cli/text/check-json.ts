/** The report of `check` for programs: one line of JSON. All that depends on the clock is under `timings`. */

import { effectsToJson, scenarioToJson } from '../../format/index.ts';
import { clauseOf } from '../../model/clauses/catalogue.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import type { InsideShare } from '../../properties/coverage/inside.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import type { Support } from '../../properties/outside/support.ts';
import { outcomeOf } from './check-report.ts';
import type { SavedFinding, SavedFindings } from './finding-report.ts';
import { jsonLine } from './json-line.ts';

/** What a report says of itself, for whoever joins reports. */
export const reportFormat = 'ioeventfd-check-report/4';

/** The report as a line, without the newline. */
export function checkJson(report: CheckReport, saved: SavedFindings | undefined): string {
  const { dispatchers, profiles, seed, regressions, scenarios, operations, coverage, properties } = report;
  const { extra } = report;
  const { milliseconds, workers, finding, first, shard, asked, scenariosPerProfile } = report;
  return jsonLine({
    format: reportFormat,
    outcome: outcomeOf(report),
    dispatchers,
    ...(report.systems !== undefined && report.systems.length > 0 && { systems: report.systems }),
    profiles,
    seed,
    shard: shard ?? null,
    asked,
    regressions,
    ...(report.unsupportedRegressions !== undefined && {
      unsupportedRegressions: report.unsupportedRegressions,
    }),
    scenarios,
    scenariosPerProfile,
    operations,
    ...(report.stores !== undefined && { stores: report.stores }),
    extra,
    ...(report.corpus !== undefined && { corpus: report.corpus }),
    coverage: coverage.map(shareJson),
    inside: report.inside.map(({ dispatcher, scenarios: told, events }) => ({
      dispatcher,
      scenarios: told,
      events: events.map(shareJson),
    })),
    properties,
    ...(report.support !== undefined && { support: supportJson(report.support) }),
    ...(report.restarts !== undefined && { restarts: report.restarts }),
    finding: finding === undefined ? null : findingJson(finding, saved?.finding),
    first: first === undefined ? null : findingJson(first, saved?.first),
    timings: {
      milliseconds: Math.round(milliseconds),
      operationsPerSecond: Math.round((1000 * operations) / Math.max(milliseconds, 1)),
      workers,
    },
  });
}

function shareJson({ name, scenarios, share, minimum, reached }: InsideShare) {
  return { name, scenarios, share: rounded(share), minimum: rounded(minimum), reached };
}

function supportJson({ share, minimum, ...support }: Support) {
  return { ...support, share: rounded(share), minimum: rounded(minimum) };
}

/** A share with six digits; the ones after them are rounding errors of a sum. */
export function rounded(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}

/** A finding for programs. */
export function findingJson(
  { failure, scenario, originalLength, origin }: Finding,
  saved: SavedFinding | undefined,
) {
  const { property, clause, message, operation, effect, sides, stderr } = failure;
  return {
    property,
    clause: clause === undefined ? null : { id: clause, title: clauseOf(clause).title },
    message,
    origin,
    originalLength,
    operation,
    effect,
    sides: sides.map(({ name, effects }) => ({ name, effects: effects.map(effectsToJson) })),
    ...(stderr !== undefined && { stderr }),
    scenario: scenarioToJson(scenario),
    ...(saved !== undefined && 'file' in saved ? saved : { file: null, replay: null, explain: null }),
  };
}
