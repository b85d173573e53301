/** Joining the reports of the shards of one matrix of seeded bugs. */
import * as z from 'zod/mini';
import { FormatError } from '../../format/errors.ts';
import { failure, type TestCase } from '../reporters/test-case.ts';
import {
  type Matrix,
  type MatrixLine,
  matrixFormat,
  matrixJson,
  matrixStatuses,
  renderMatrix,
  verdictOf,
} from '../text/matrix-report.ts';
import { plain } from '../text/style.ts';
import type { Joined } from './joined.ts';
import {
  boolean,
  decodeBy,
  line,
  list,
  nullableLine,
  object,
  operationCount,
  type ReportText,
  scenarioCount,
  shard,
  whole,
} from './report-text.ts';
import { requireOneRun } from './shards.ts';

/** A number of scenarios; null stands for "not found". */
const until = z.nullable(scenarioCount);

const row = object({
  name: line,
  clause: line,
  story: line,
  reenacts: z.exactOptional(nullableLine),
  named: scenarioCount,
  scenarios: list(until),
  median: until,
  worst: until,
  shrunk: z.nullable(operationCount),
  proof: z.nullable(object({ scope: line, length: operationCount })),
  // Known by the name.
  onQemu: z.exactOptional(z.unknown()),
  whyNotOnQemu: z.exactOptional(z.unknown()),
});

const schema = object({
  format: z.literal(matrixFormat),
  outcome: z.enum(['found', 'survivors', 'controls', 'interrupted'], 'expected an outcome of mutants'),
  shard,
  mutants: list(line),
  seeds: whole(1, 1000),
  scenarios: scenarioCount,
  explores: boolean,
  // Counted anew.
  median: z.unknown(),
  survivors: z.unknown(),
  proven: z.unknown(),
  controls: list(row),
  rows: list(row),
  timings: object({ milliseconds: operationCount }),
});

type Part = z.infer<typeof schema> & { readonly source: string };

function decoded(read: ReportText): Part {
  const report = decodeBy(schema, read);
  const { source } = read;
  const { index, count } = report.shard ?? { index: 1, count: 1 };
  const due = report.mutants.filter((_, position) => position % count === index - 1);
  for (const [at, { name }] of report.rows.entries()) {
    if (!due.includes(name)) throw new FormatError(source, ['rows', at, 'name'], 'not one of this shard');
  }
  return { ...report, source };
}

function lineOf({
  reenacts,
  scenarios,
  median,
  worst,
  shrunk,
  proof,
  onQemu: _onQemu,
  whyNotOnQemu: _whyNotOnQemu,
  ...rest
}: Part['rows'][number]): MatrixLine {
  return {
    ...rest,
    reenacts: reenacts ?? undefined,
    scenarios: scenarios.map((count) => count ?? undefined),
    median: median ?? Number.POSITIVE_INFINITY,
    worst: worst ?? Number.POSITIVE_INFINITY,
    shrunk: shrunk ?? undefined,
    proof: proof ?? undefined,
  };
}

/** @throws InputError where a text is no report of mutants, does not belong to the others, or one is missing */
export function joinMatrices(texts: readonly ReportText[]): Joined {
  const parts = texts.map(decoded);
  const first = requireOneRun(parts, ['mutants', 'seeds', 'scenarios', 'explores', 'controls']);
  const rows = parts.flatMap((part) => part.rows.map(lineOf));
  const matrix: Matrix = {
    shard: undefined,
    mutants: first.mutants,
    controls: first.controls.map(lineOf),
    rows: first.mutants.flatMap((name) => rows.find((one) => one.name === name) ?? []),
    asked: first.mutants.length,
    seeds: first.seeds,
    scenarios: first.scenarios,
    explores: first.explores,
    milliseconds: parts.reduce((all, { timings }) => all + timings.milliseconds, 0),
  };
  return {
    status: matrixStatuses[verdictOf(matrix).outcome],
    json: () => matrixJson(matrix),
    suite: () => ({
      command: 'mutants',
      subject: 'seeded bugs',
      cases: casesOf(matrix),
      milliseconds: matrix.milliseconds,
    }),
    text: (style) => renderMatrix(matrix, style),
  };
}

/** A case for each mutant that was tried, and one for the matrix as a whole. */
function casesOf(matrix: Matrix): TestCase[] {
  const { outcome, survivors } = verdictOf(matrix);
  const whole: TestCase = { name: 'the matrix' };
  return [
    ...matrix.rows.map((one): TestCase => {
      const name = `mutant ${one.name}`;
      return survivors.includes(one) ? { name, problem: failure('not found at every seed', []) } : { name };
    }),
    outcome === 'controls' || outcome === 'interrupted'
      ? { ...whole, problem: failure(renderMatrix(matrix, plain)[0] ?? outcome, []) }
      : whole,
  ];
}
