/** Reports as texts that may come from anywhere: reading them, and what all of them have in common. */
import * as z from 'zod/mini';
import { decodeScenario } from '../../format/decode.ts';
import { FormatError, type Path } from '../../format/errors.ts';
import { JsonError, lineAndColumn, parseJson, showAt } from '../../format/json.ts';
import { inputName, type ReadOptions, readBounded } from '../../format/read-bounded.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';

/** The most that is read of one file of reports, in bytes: 16 MiB, as for a scenario. */
export const maximumReportBytes = 16 * 2 ** 20;

// Any text: it is escaped where it is printed.
export const line = z.string('expected a string');

export function whole(minimum: number, maximum: number) {
  const expectation = `expected a whole number from ${minimum} to ${maximum}`;
  return z.int(expectation).check(z.gte(minimum, expectation), z.lte(maximum, expectation));
}

export function share(expectation = 'expected a number from 0 to 1') {
  return z.number(expectation).check(z.gte(0, expectation), z.lte(1, expectation));
}

export function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `unknown field; known are ${known}` : 'expected an object',
  });
}

/** The most scenarios of a run: what `--runs` takes. */
export const scenarioCount = whole(0, 1_000_000_000);
export const operationCount = whole(0, 1_000_000_000_000);
export const boolean = z.boolean('expected true or false');
export const nullableLine = z.nullable(line);

export function list<Item extends z.ZodMiniType>(item: Item) {
  return z.array(item, 'expected a list').check(z.maxLength(1000, 'expected a list of at most 1000'));
}

export const profile = z.enum(
  profileNames,
  `expected ${profileNames.map((name) => `"${name}"`).join(' or ')}`,
);
export const pair = z.tuple([line, line], 'expected two dispatchers');
export const shard = z.nullable(object({ index: whole(1, 999_999), count: whole(1, 999_999) }));

export const finding = object({
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
  test: z.exactOptional(line),
  beside: z.exactOptional(list(line)),
  replay: nullableLine,
  explain: nullableLine,
});

/** What a shard found. The scenario is one that the format takes. */
export type ShardFinding = Pick<z.infer<typeof finding>, 'property' | 'message' | 'origin' | 'file'> & {
  readonly source: string;
};

/** A finding of a report, checked. @throws FormatError where its scenario is none */
export function findingOf(
  one: z.infer<typeof finding>,
  field: string,
  { text, source }: ReportText,
): ShardFinding {
  decodeScenario(one.scenario, `${source}: ${field}.scenario`, { text, path: [field, 'scenario'] });
  const { property, message, origin, file } = one;
  return { property, message, origin, file, source };
}

/** A report as it stands in a file. `source`: `FILE`, or `FILE:LINE` where a file holds several. */
export type ReportText = { readonly text: string; readonly source: string; readonly document: unknown };

/**
 * The reports of a file, a line each, or of one file over several lines; `-` is standard input.
 *
 * @throws InputError in one line where it cannot be read, is too large, or is no JSON
 */
export async function readReportTexts(file: string, options: ReadOptions): Promise<ReportText[]> {
  const text = await readBounded(file, { limit: maximumReportBytes, ...options });
  const name = inputName(file);
  const lines = text
    .split('\n')
    .flatMap((content, index) => (content.trim() === '' ? [] : [{ content, index }]));
  const isOneEach = lines.length > 1 && lines.every(({ content }) => /^\{.*\}\s*$/.test(content));
  if (!isOneEach) return [reportText(text, name)];
  return lines.map(({ content, index }) => reportText(content, `${name}:${index + 1}`));
}

function reportText(text: string, source: string): ReportText {
  return { text, source, document: parseReport(text, source) };
}

/** @throws FormatError where a document is not as the schema says */
export function decodeBy<Schema extends z.ZodMiniType>(
  schema: Schema,
  { document, text, source }: ReportText,
): z.infer<Schema> {
  const decoded = schema.safeParse(document);
  if (!decoded.success) throw schemaError(decoded.error, document, text, source);
  return decoded.data;
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
