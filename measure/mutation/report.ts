/** What a run of mutants came to: as numbers, and as text. */
import { grouped, percent, plural, shortened, table } from '../../cli/text/layout.ts';
import type { Mutant } from './mutants.ts';
import type { Outcome } from './outcome.ts';
import type { Tried } from './run.ts';
import type { Survivors } from './survivors.ts';

/** At least this share of the mutants that are not equivalent is to be found, half of them within this many scenarios. */
export const goals = { found: 0.95, median: 100 } as const;

export type MutationReport = {
  /** Of the sample, and of the random scenarios. */
  readonly seed: number;
  readonly runs: number;
  /** In all measured files, and in how many. */
  readonly mutants: number;
  readonly files: number;
  /** Not made, in all measured files: see `ignorer`. */
  readonly ignored: number;
  /** Tried and not listed as equivalent: the base of the shares. */
  readonly counted: number;
  readonly found: number;
  readonly equivalent: number;
  /** Drawn, and not counted, because the type checker finds them. */
  readonly typeErrors: number;
  /** Scenarios until found, over all counted; undefined where that one is not found. */
  readonly median: number | undefined;
  readonly nineTenths: number | undefined;
  /** Of those that are found. */
  readonly worst: number | undefined;
  readonly byMutator: Shares;
  readonly byFile: Shares;
  /** Not found and not equivalent. */
  readonly survivors: readonly Survivor[];
  /** What is wrong with the list of survivors. */
  readonly complaints: readonly string[];
};

/** How many of how many were found, by name; equivalent ones left out. */
export type Shares = Readonly<Record<string, { readonly found: number; readonly counted: number }>>;

export type Survivor = Mutant & {
  readonly outcome: Outcome;
  /** What the list says of it; undefined for one that is not listed. */
  readonly missed: string | undefined;
};

export type ReportInput = {
  readonly seed: number;
  readonly runs: number;
  readonly mutants: readonly Mutant[];
  readonly ignored: number;
  readonly tried: readonly Tried[];
  readonly list: Survivors;
  /** Whether `mutants` are those of all measured files. */
  readonly isWhole: boolean;
};

export function reportOf({
  seed,
  runs,
  mutants,
  ignored,
  tried,
  list,
  isWhole,
}: ReportInput): MutationReport {
  const compiled = tried.filter(({ outcome }) => outcome.kind !== 'type error');
  // One that is found is not equivalent, whatever the list says.
  const counted = compiled.filter(
    ({ mutant, outcome }) => outcome.kind === 'found' || !list.isEquivalent(mutant),
  );
  const scenarios = counted
    .map(({ outcome }) => (outcome.kind === 'found' ? outcome.scenarios : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  const found = scenarios.filter(Number.isFinite);
  return {
    seed,
    runs,
    mutants: mutants.length,
    files: new Set(mutants.map(({ file }) => file)).size,
    ignored,
    counted: counted.length,
    found: found.length,
    equivalent: compiled.length - counted.length,
    typeErrors: tried.length - compiled.length,
    median: quantile(scenarios, 0.5),
    nineTenths: quantile(scenarios, 0.9),
    worst: found.at(-1),
    byMutator: sharesBy(counted, ({ mutator }) => mutator),
    byFile: sharesBy(counted, ({ file }) => file),
    survivors: counted
      .filter(({ outcome }) => outcome.kind !== 'found')
      .map(({ mutant, outcome }) => ({ ...mutant, outcome, missed: list.entryOf(mutant)?.missed })),
    complaints: list.complaints(mutants, tried, isWhole),
  };
}

/** The smallest value that is no less than this share of the values; undefined where there is none. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function sharesBy(tried: readonly Tried[], nameOf: (mutant: Mutant) => string): Shares {
  const shares: Record<string, { found: number; counted: number }> = {};
  for (const { mutant, outcome } of tried) {
    const name = nameOf(mutant);
    shares[name] ??= { found: 0, counted: 0 };
    shares[name].counted++;
    if (outcome.kind === 'found') shares[name].found++;
  }
  return Object.fromEntries(Object.entries(shares).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function isGoalMet({ found, counted, median }: MutationReport): boolean {
  return found >= goals.found * counted && median !== undefined && median <= goals.median;
}

/** The report for people. */
export function textOf(report: MutationReport): string[] {
  const {
    seed,
    runs,
    mutants,
    files,
    ignored,
    counted,
    found,
    equivalent,
    survivors,
    typeErrors,
    complaints,
  } = report;
  const share = counted === 0 ? 0 : found / counted;
  const count = (value: number | undefined) =>
    value === undefined ? `more than ${grouped(runs)}` : grouped(value);
  const { median, nineTenths, worst } = report;
  const lines = [
    `${plural(mutants, 'mutant')} in ${plural(files, 'file')}; ${grouped(counted + equivalent + typeErrors)} of them drawn, each by`,
    `check model impl on ${plural(runs, 'random scenario')}, seed ${seed}, without regressions. ${grouped(ignored)} more are`,
    'not made: the wording of errors, assertions, and what only validates. Files that check never loads have none (the',
    'texts of the clauses, device models, the reasons that explain gives), nor what only looks (invariants, counts).',
    '',
    ...table(
      [
        ['found', `${found} of ${counted}`, percent(share), `goal: at least ${percent(goals.found)}`],
        ['median', `${count(median)} scenarios`, '', `goal: at most ${goals.median}`],
        ['90 % within', `${count(nineTenths)} scenarios`],
        ['the last one found', `${worst === undefined ? '-' : `${grouped(worst)} scenarios`}`],
        ['equivalent', `${equivalent}`, '', 'listed with a reason each; not tried, not counted'],
        ['type errors', `${typeErrors}`, '', 'found by the type checker; not counted'],
      ],
      '  ',
      [1],
    ),
    '',
    ...sharesText('by mutator', report.byMutator),
    ...sharesText('by file', report.byFile),
  ];
  if (survivors.length > 0) lines.push('not found:', ...survivors.flatMap(survivorText), '');
  if (complaints.length > 0)
    lines.push('the list of survivors:', ...complaints.map((line) => `  ${line}`), '');
  return lines.slice(0, -1);
}

function sharesText(title: string, shares: Shares): string[] {
  const rows = Object.entries(shares).map(([name, { found, counted }]) => [name, `${found} of ${counted}`]);
  return [title, ...table(rows, '  ', [1]), ''];
}

function survivorText({
  file,
  line,
  column,
  mutator,
  original,
  replacement,
  outcome,
  missed,
}: Survivor): string[] {
  const what =
    outcome.kind === 'broke check' ? `broke check: ${shortened(outcome.message, 200)}` : outcome.kind;
  return [
    `  ${file}:${line}:${column}  ${mutator}${outcome.kind === 'survived' ? '' : `  (${what})`}`,
    `    - ${original}`,
    `    + ${replacement}`,
    missed === undefined ? '    not listed' : `    ${missed}`,
  ];
}
