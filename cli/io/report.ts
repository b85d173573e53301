/** The reports that `check --json` prints, as `merge` reads them. Like scenarios, they may come from anywhere. */

import * as z from 'zod/mini';
import { decodeScenario } from '../../format/decode.ts';
import { FormatError, InputError, type Path, printable, show } from '../../format/errors.ts';
import { JsonError, lineAndColumn, parseJson, showAt } from '../../format/json.ts';
import { inputName, type ReadOptions, readBounded } from '../../format/read-bounded.ts';
import { perProfile, profileNames } from '../../model/vocabulary/profiles.ts';
import { type InsideCounts, insideShares } from '../../properties/coverage/inside.ts';
import { coverageShares } from '../../properties/coverage/shares.ts';
import { coverageNames } from '../../properties/coverage/table.ts';
import { changesDecisions } from '../../properties/engine/decisions.ts';
import { properties } from '../../properties/properties/index.ts';
import { minimumsOf } from '../../properties/world/coverage.ts';
import { reportFormat, rounded } from '../text/check-json.ts';

/** The most that is read of one file of reports, in bytes: 16 MiB, as for a scenario. */
export const maximumReportBytes = 16 * 2 ** 20;

// Any text: it is escaped where it is printed.
const line = z.string('expected a string');

function whole(minimum: number, maximum: number) {
  const expectation = `expected a whole number from ${minimum} to ${maximum}`;
  return z.int(expectation).check(z.gte(minimum, expectation), z.lte(maximum, expectation));
}

function share(expectation = 'expected a number from 0 to 1') {
  return z.number(expectation).check(z.gte(0, expectation), z.lte(1, expectation));
}

function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `unknown field; known are ${known}` : 'expected an object',
  });
}

/** The most scenarios of a run: what `--runs` takes. */
const scenarioCount = whole(0, 1_000_000_000);
const operationCount = whole(0, 1_000_000_000_000);
const boolean = z.boolean('expected true or false');
const nullableLine = z.nullable(line);

function list<Item extends z.ZodMiniType>(item: Item) {
  return z.array(item, 'expected a list').check(z.maxLength(1000, 'expected a list of at most 1000'));
}

const profile = z.enum(profileNames, `expected ${profileNames.map((name) => `"${name}"`).join(' or ')}`);

const finding = object({
  property: line,
  clause: z.nullable(object({ id: line, title: line })),
  message: line,
  origin: line,
  originalLength: operationCount,
  operation: operationCount,
  effect: operationCount,
  // Not printed by merge.
  sides: z.unknown(),
  stderr: z.exactOptional(line),
  scenario: z.unknown(),
  file: nullableLine,
  replay: nullableLine,
  explain: nullableLine,
});

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
  dispatchers: z.tuple([line, line], 'expected two dispatchers'),
  profiles: list(profile),
  systems: z.exactOptional(list(line)),
  seed: whole(0, 0xffff_ffff),
  shard: z.nullable(object({ index: whole(1, 999_999), count: whole(1, 999_999) })),
  asked: z.union(
    [object({ runs: whole(1, 1_000_000_000) }), object({ seconds: z.number().check(z.gt(0), z.lte(1e9)) })],
    'expected {"runs": N} or {"seconds": N}',
  ),
  regressions: scenarioCount,
  scenarios: scenarioCount,
  scenariosPerProfile: object(perProfile(() => scenarioCount)),
  operations: operationCount,
  stores: z.optional(operationCount),
  extra: object({
    large: scenarioCount,
    varied: scenarioCount,
    onVariants: scenarioCount,
    validated: scenarioCount,
    redecided: scenarioCount,
  }),
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
  finding: z.nullable(finding),
  first: z.nullable(finding),
  timings: object({
    milliseconds: operationCount,
    operationsPerSecond: operationCount,
    workers: whole(1, 1024),
  }),
});

type Report = z.infer<typeof reportSchema>;

/** What a shard found. The scenario is one that the format takes. */
export type ShardFinding = Pick<z.infer<typeof finding>, 'property' | 'message' | 'origin' | 'file'> & {
  readonly source: string;
};

/** One shard's report, checked. `source` is where it stands: `FILE`, or `FILE:LINE` where a file holds several. */
export type ShardReport = Omit<Report, 'finding' | 'first'> & {
  readonly source: string;
  readonly finding: ShardFinding | undefined;
};

/**
 * The reports of a file, a line each, or of one file over several lines; `-` is standard input.
 *
 * @throws InputError in one line where it cannot be read, is too large, or is not what `check --json` prints
 */
export async function readReports(file: string, options: ReadOptions): Promise<ShardReport[]> {
  const text = await readBounded(file, { limit: maximumReportBytes, ...options });
  const name = inputName(file);
  const lines = text
    .split('\n')
    .flatMap((content, index) => (content.trim() === '' ? [] : [{ content, index }]));
  const isOneEach = lines.length > 1 && lines.every(({ content }) => /^\{.*\}\s*$/.test(content));
  if (!isOneEach) return [decodeReport(text, name)];
  return lines.map(({ content, index }) => decodeReport(content, `${name}:${index + 1}`));
}

function decodeReport(text: string, source: string): ShardReport {
  const document = parseReport(text, source);
  const decoded = reportSchema.safeParse(document);
  if (!decoded.success) throw schemaError(decoded.error, document, text, source);
  const report = decoded.data;
  requirePlausible(report, source);
  const found = report.finding ?? undefined;
  for (const name of ['finding', 'first'] as const) {
    const one = report[name];
    const whole = { text, path: [name, 'scenario'] };
    if (one !== null) decodeScenario(one.scenario, `${source}: ${name}.scenario`, whole);
  }
  const { finding: _, first: __, ...rest } = report;
  return {
    ...rest,
    source,
    finding: found && {
      property: found.property,
      message: found.message,
      origin: found.origin,
      file: found.file,
      source,
    },
  };
}

function parseReport(text: string, source: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { line: row, column } = lineAndColumn(text, error.offset);
    const place = `line ${row}, column ${column}`;
    throw new FormatError(
      source,
      error.path,
      `${error.message} (${place}); expected what check --json prints`,
    );
  }
}

function schemaError(error: z.core.$ZodError, document: unknown, text: string, source: string): FormatError {
  // First of all: for a text that is no report, messages about its fields would not help.
  const issue =
    error.issues.find(({ path: [field] }) => field === 'format') ??
    error.issues.find(({ code }) => code === 'unrecognized_keys') ??
    error.issues[0];
  const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)));
  const message = issue?.message ?? 'not a report';
  if (issue?.code === 'unrecognized_keys') {
    return new FormatError(source, [...path, issue.keys[0] ?? ''], message);
  }
  const value = valueAt(document, path);
  if (value === undefined) return new FormatError(source, path, `missing: ${message}`);
  return new FormatError(source, path, `${message}, got ${showAt(text, path, value)}`);
}

function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
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
    minimumsOf(report.dispatchers),
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
export function demandsCoverage({ dispatchers, support }: Pick<Report, 'dispatchers' | 'support'>): boolean {
  return (
    !changesDecisions(dispatchers[0]) && (support?.isWhole !== false || minimumsOf(dispatchers) !== undefined)
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
