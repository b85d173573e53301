/** The reports that `check --json` prints, as `merge` reads them. Like scenarios, they may come from anywhere. */

import * as z from 'zod/mini';
import { FormatError, InputError, type Path, printable, show } from '../../format/errors.ts';
import type { ReadOptions } from '../../format/read-bounded.ts';
import { perProfile, profileNames } from '../../model/vocabulary/profiles.ts';
import { type InsideCounts, insideShares } from '../../properties/coverage/inside.ts';
import { coverageShares } from '../../properties/coverage/shares.ts';
import { coverageNames } from '../../properties/coverage/table.ts';
import { changesDecisions } from '../../properties/engine/decisions.ts';
import { properties } from '../../properties/properties/index.ts';
import { minimumsOf } from '../../properties/world/coverage.ts';
import { reportFormat, rounded } from '../text/check-json.ts';
import {
  boolean,
  decodeBy,
  finding,
  findingOf,
  line,
  list,
  object,
  operationCount,
  pair,
  profile,
  type ReportText,
  readReportTexts,
  type ShardFinding,
  scenarioCount,
  shard,
  share,
  whole,
} from './report-text.ts';

const shareRow = object({
  name: line,
  scenarios: scenarioCount,
  share: share(),
  minimum: share(),
  reached: boolean,
});

const reportSchema = object({
  format: z.literal(reportFormat, `expected "${reportFormat}"`),
  outcome: z.enum(['agree', 'difference', 'interrupted', 'coverage'], 'expected an outcome of check'),
  dispatchers: pair,
  profiles: list(profile),
  systems: z.exactOptional(list(line)),
  seed: whole(0, 0xffff_ffff),
  shard,
  asked: z.union(
    [object({ runs: whole(1, 1_000_000_000) }), object({ seconds: z.number().check(z.gt(0), z.lte(1e9)) })],
    'expected {"runs": N} or {"seconds": N}',
  ),
  regressions: scenarioCount,
  unsupportedRegressions: z.exactOptional(scenarioCount),
  scenarios: scenarioCount,
  scenariosPerProfile: object(perProfile(() => scenarioCount)),
  operations: operationCount,
  stores: z.exactOptional(operationCount),
  extra: object({
    large: scenarioCount,
    varied: scenarioCount,
    onVariants: scenarioCount,
    validated: scenarioCount,
    redecided: scenarioCount,
  }),
  corpus: z.exactOptional(object({ read: scenarioCount, kept: scenarioCount })),
  coverage: list(shareRow),
  inside: list(object({ dispatcher: line, scenarios: scenarioCount, events: list(shareRow) })),
  properties: list(object({ name: line, tried: scenarioCount, applied: scenarioCount })),
  support: z.exactOptional(
    object({
      unsupported: scenarioCount,
      share: share(),
      minimum: share(),
      reached: boolean,
      isWhole: boolean,
      reasons: list(object({ why: line, scenarios: scenarioCount })),
    }),
  ),
  restarts: z.exactOptional(list(line)),
  finding: z.nullable(finding),
  first: z.nullable(finding),
  timings: object({
    milliseconds: operationCount,
    operationsPerSecond: operationCount,
    workers: whole(1, 1024),
  }),
});

type Report = z.infer<typeof reportSchema>;

/** One shard's report, checked. `source` is where it stands: `FILE`, or `FILE:LINE` where a file holds several. */
export type ShardReport = Omit<Report, 'finding' | 'first'> & {
  readonly source: string;
  readonly finding: ShardFinding | undefined;
};

/**
 * The reports of a file.
 *
 * @throws InputError in one line where it cannot be read, is too large, or is not what `check --json` prints
 */
export async function readReports(file: string, options: ReadOptions): Promise<ShardReport[]> {
  return (await readReportTexts(file, options)).map(decodeReport);
}

/** @throws InputError in one line where a text is not what `check --json` prints */
export function decodeReport(read: ReportText): ShardReport {
  const { source } = read;
  const report = decodeBy(reportSchema, read);
  requirePlausible(report, source);
  const { finding: found, first, ...rest } = report;
  if (first !== null) findingOf(first, 'first', read);
  return { ...rest, source, finding: found === null ? undefined : findingOf(found, 'finding', read) };
}

/** What a schema cannot say: counts that belong together, and names that this version has. */
function requirePlausible(report: Report, source: string): void {
  const require = (isTrue: boolean, path: Path, reason: string) => {
    if (!isTrue) throw new FormatError(source, path, reason);
  };
  const { shard, scenarios, scenariosPerProfile, profiles, coverage } = report;
  require(shard === null || shard.index <= shard.count, ['shard', 'index'], 'above the number of shards');
  require(new Set(profiles).size === profiles.length && profiles.length > 0, [
    'profiles',
  ], 'expected each once');
  const sum = profileNames.reduce((all, name) => all + scenariosPerProfile[name], 0);
  require(sum === scenarios, ['scenariosPerProfile'], `expected a sum of ${scenarios}`);
  for (const name of profileNames) {
    const isAsked = profiles.includes(name) || scenariosPerProfile[name] === 0;
    require(isAsked, ['scenariosPerProfile', name], 'expected 0: this profile was not run');
  }
  for (const [name, count] of Object.entries(report.extra)) {
    require(count <= scenarios, ['extra', name], `more than the ${scenarios} scenarios`);
  }
  requireNames(coverage, coverageNames, 'coverage', source);
  requireNames(
    report.properties,
    properties.map(({ name }) => name),
    'properties',
    source,
  );
  for (const [index, use] of report.properties.entries()) {
    require(use.applied <= use.tried, ['properties', index, 'applied'], 'more than tried');
    require(use.tried <= scenarios, ['properties', index, 'tried'], `more than the ${scenarios} scenarios`);
  }
  const shares = coverageShares(
    coverage.map((row) => row.scenarios),
    scenariosPerProfile,
    demandsCoverage(report),
    minimumsOf(report),
  );
  for (const [index, row] of coverage.entries()) {
    require(row.scenarios <= scenarios, [
      'coverage',
      index,
      'scenarios',
    ], `more than the ${scenarios} scenarios`);
    const counted = shares[index];
    const isSame =
      rounded(counted?.share ?? 0) === row.share &&
      rounded(counted?.minimum ?? 0) === row.minimum &&
      counted?.reached === row.reached;
    require(isSame, ['coverage', index], 'share, minimum or reached is not what these counts give');
  }
  for (const [index, one] of report.inside.entries()) {
    const isPlausible =
      one.scenarios <= scenarios && one.events.every((event) => event.scenarios <= one.scenarios);
    require(isPlausible, ['inside', index], 'more than the scenarios that ran');
    const counted = insideShares(insideCounts(one), insideMinimums(one));
    const isSame = counted.events.every(
      ({ share, reached }, at) =>
        rounded(share) === one.events[at]?.share && reached === one.events[at]?.reached,
    );
    require(isSame, ['inside', index], 'a share, or what is reached, is not what these counts give');
  }
  requireOutcome(report, source);
}

type InsideRow = Report['inside'][number];

/** What a report counted inside of a dispatcher. */
export function insideCounts({ dispatcher, scenarios, events }: InsideRow): InsideCounts {
  return {
    dispatcher,
    scenarios,
    events: Object.fromEntries(events.map(({ name, scenarios: count }) => [name, count])),
  };
}

/** The minimums that it names. */
export function insideMinimums({ events }: InsideRow): Readonly<Record<string, number>> {
  return Object.fromEntries(events.map(({ name, minimum }) => [name, minimum]));
}

/** Whether the minimums of coverage count: both dispatchers do all that a profile says. */
export function demandsCoverage(
  report: Pick<Report, 'dispatchers' | 'systems' | 'profiles' | 'support'>,
): boolean {
  const { dispatchers, support } = report;
  return (
    !changesDecisions(dispatchers[0]) && (support?.isWhole !== false || minimumsOf(report) !== undefined)
  );
}

/** Each name that there is, once, in order. */
function requireNames(
  rows: readonly { readonly name: string }[],
  names: readonly string[],
  field: string,
  source: string,
): void {
  for (const [index, { name }] of rows.entries()) {
    if (name === names[index]) continue;
    const reason = names.includes(name) ? `expected "${names[index]}"` : 'not known to this version';
    throw new FormatError(source, [field, index, 'name'], `${reason}, got ${show(name)}`);
  }
  const missing = names[rows.length];
  if (missing !== undefined) throw new FormatError(source, [field], `"${missing}" is missing`);
}

function requireOutcome(
  { outcome, finding: found, coverage, inside, support }: Report,
  source: string,
): void {
  const isReached =
    [...coverage, ...inside.flatMap(({ events }) => events)].every(({ reached }) => reached) &&
    support?.reached !== false;
  const isRight = {
    difference: found !== null,
    interrupted: found === null,
    agree: found === null && isReached,
    coverage: found === null && !isReached,
  }[outcome];
  if (!isRight)
    throw new InputError(`${printable(source)}: outcome: "${outcome}" contradicts the rest of the report`);
}
