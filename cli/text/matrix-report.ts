/** The report of `mutants`: the matrix as a table, and as JSON. */

import { printable } from '../../format/errors.ts';
import type { Shard } from '../../properties/engine/batch-plan.ts';
import { medianOf } from '../../properties/matrix/matrix.ts';
import type { PlainRow } from '../../properties/matrix/row-worker.ts';
import { onQemu } from '../../properties/world/mutants.ts';
import { exitStatus } from '../errors.ts';
import { jsonLine } from './json-line.ts';
import { grouped, percent, plural, table } from './layout.ts';
import { plain, type Style } from './style.ts';

/** What a report says of itself, for whoever joins reports. */
export const matrixFormat = 'ioeventfd-mutants-report/1';

/** A row with the length of its shrunk scenario in place of that, in operations. */
export type MatrixLine = Omit<PlainRow, 'shrunk'> & { readonly shrunk: number | undefined };

export function lineOf({ shrunk, ...row }: PlainRow): MatrixLine {
  return { ...row, shrunk: shrunk?.operations.length };
}

export type Matrix = {
  readonly shard: Shard | undefined;
  /** The names of all rows, of all shards. */
  readonly mutants: readonly string[];
  readonly rows: readonly MatrixLine[];
  /** The canary, which must be found, and `impl`, which must not. Every shard has both. */
  readonly controls: readonly MatrixLine[];
  /** Rows that there were to be, in this shard. */
  readonly asked: number;
  readonly seeds: number;
  /** Most random scenarios for each seed. */
  readonly scenarios: number;
  readonly explores: boolean;
  readonly milliseconds: number;
};

export type Verdict = {
  readonly outcome: 'found' | 'survivors' | 'controls' | 'interrupted';
  /** Rows that random testing did not find at some seed. */
  readonly survivors: readonly MatrixLine[];
  /** Rows whose shrunk scenario is as short as the shortest that exploration has. */
  readonly proven: readonly MatrixLine[];
  /** Rows for which exploration has a shorter one. */
  readonly gaps: readonly MatrixLine[];
  /** The median over the mutants of their medians. */
  readonly median: number;
};

export function verdictOf({ rows, controls, asked }: Matrix): Verdict {
  const survivors = rows.filter(({ worst }) => !Number.isFinite(worst));
  const proven = rows.filter(({ shrunk, proof }) => proof !== undefined && proof.length === shrunk);
  const gaps = rows.filter(({ shrunk, proof }) => proof !== undefined && proof.length < (shrunk ?? 0));
  const median = medianOf(rows.map((row) => row.median));
  const areRight = controls.every(({ name, scenarios, named, proof }) =>
    name === 'canary'
      ? scenarios.every((count) => count !== undefined)
      : scenarios.every((count) => count === undefined) && named === 0 && proof === undefined,
  );
  const isWhole = rows.length === asked;
  const outcome = !areRight
    ? 'controls'
    : survivors.length > 0
      ? 'survivors'
      : isWhole
        ? 'found'
        : 'interrupted';
  return { outcome, survivors, proven, gaps, median };
}

export const matrixStatuses: Readonly<Record<Verdict['outcome'], number>> = {
  found: exitStatus.fine,
  survivors: exitStatus.difference,
  controls: exitStatus.difference,
  interrupted: exitStatus.interrupted,
};

/** How many scenarios those took that are marked rare, and get ten times as many. */
function rareText({ rows, scenarios }: Matrix): string {
  const hasRare = rows.some(({ worst }) => worst > scenarios && Number.isFinite(worst));
  return hasRare ? `, rare ones within ${grouped(10 * scenarios)}` : '';
}

/** The matrix, a line each. */
export function renderMatrix(matrix: Matrix, style: Style = plain): string[] {
  const { rows, controls, seeds, scenarios, explores, milliseconds } = matrix;
  const verdict = verdictOf(matrix);
  const { survivors, proven, gaps, median } = verdict;
  const heading = [
    '',
    'mutant',
    'clause',
    'named',
    'median',
    'worst',
    'shrunk',
    'proven',
    'scope',
    'on QEMU',
  ];
  const reasons = reasonsOf(rows);
  const cells = [...controls, ...rows].map((row) => [...cellsOf(row), onQemuCell(row, reasons)]);
  const [top = '', ...lines] = table([heading, ...cells], '', [3, 4, 5, 6, 7]);
  return [
    headline(matrix, verdict, style),
    '',
    style.bold(top),
    ...lines,
    '',
    `  random testing    ${rows.length - survivors.length} of ${rows.length} found at each of ${plural(seeds, 'seed')}, within ${grouped(scenarios)} scenarios${rareText(matrix)}`,
    `  median            ${median} scenarios until found, over the mutants`,
    ...(explores
      ? [
          `  exploration       ${rows.filter(({ proof }) => proof !== undefined).length} of ${rows.length} found in a shipped scope`,
          `  proven minimal    ${proven.length} of ${rows.length} (${percent(proven.length / Math.max(rows.length, 1))})`,
        ]
      : []),
    ...gaps.map(
      ({ name, shrunk, proof }) =>
        `  gap               ${printable(name)}: ${shrunk} operations shown, ${proof?.length} is possible (${printable(proof?.scope ?? '')})`,
    ),
    ...survivors.map(({ name }) => style.bad(`  survived          ${printable(name)}`)),
    ...onQemuLines(rows, reasons),
    style.dim(`  time              ${(milliseconds / 1000).toFixed(1)} s`),
  ];
}

function headline({ rows, asked }: Matrix, { outcome, survivors }: Verdict, style: Style): string {
  switch (outcome) {
    case 'found':
      return style.good(`${plural(rows.length, 'seeded bug')}: all found.`);
    case 'survivors':
      return style.bad(`${plural(rows.length, 'seeded bug')}: ${survivors.length} not found at every seed.`);
    case 'controls':
      return style.bad(
        'The matrix is not to be trusted: the canary survived, or the real dispatcher was found.',
      );
    case 'interrupted':
      return style.bad(`Interrupted: not complete. ${rows.length} of ${plural(asked, 'seeded bug')} tried.`);
  }
}

/** Why mutants are not told from a running QEMU, each reason once. */
function reasonsOf(rows: readonly MatrixLine[]): readonly string[] {
  return [...new Set(rows.flatMap(({ name }) => onQemu(name).whyNot ?? []))];
}

/** The system, or the number of the reason why there is none. */
function onQemuCell({ name }: MatrixLine, reasons: readonly string[]): string {
  const { from, whyNot } = onQemu(name);
  return from ?? (whyNot === undefined ? '-' : `no (${1 + reasons.indexOf(whyNot)})`);
}

function onQemuLines(rows: readonly MatrixLine[], reasons: readonly string[]): string[] {
  const told = rows.filter(({ name }) => onQemu(name).from !== undefined).length;
  if (told === 0 && reasons.length === 0) return [];
  const rest = reasons.length === 0 ? '' : '; the others are not:';
  return [
    `  on QEMU           ${told} of ${rows.length} are told from a running QEMU by random histories (npm run qemu)${rest}`,
    ...reasons.map((reason, index) => `  ${`no (${index + 1})`.padEnd(18)}${reason}`),
  ];
}

function cellsOf({ name, clause, named, median, worst, shrunk, proof }: MatrixLine): string[] {
  const count = (scenarios: number) => (Number.isFinite(scenarios) ? grouped(scenarios) : '-');
  return [
    '',
    printable(name),
    printable(clause),
    String(named),
    count(median),
    count(worst),
    shrunk === undefined ? '-' : String(shrunk),
    String(proof?.length ?? '-'),
    printable(proof?.scope ?? '-'),
  ];
}

/** The matrix as a line of JSON, without the newline. */
export function matrixJson(matrix: Matrix): string {
  const { rows, controls, seeds, scenarios, milliseconds } = matrix;
  const { outcome, survivors, proven, median } = verdictOf(matrix);
  const rowJson = ({ shrunk, scenarios: until, ...row }: MatrixLine) => ({
    ...row,
    scenarios: until.map((count) => count ?? null),
    shrunk: shrunk ?? null,
    proof: row.proof ?? null,
    onQemu: onQemu(row.name).from ?? null,
    whyNotOnQemu: onQemu(row.name).whyNot ?? null,
  });
  return jsonLine({
    format: matrixFormat,
    outcome,
    shard: matrix.shard ?? null,
    mutants: matrix.mutants,
    seeds,
    scenarios,
    explores: matrix.explores,
    median,
    survivors: survivors.map(({ name }) => name),
    proven: proven.length,
    controls: controls.map(rowJson),
    rows: rows.map(rowJson),
    timings: { milliseconds: Math.round(milliseconds) },
  });
}
