/** The report of `ledger`. */
import { printable } from '../../format/errors.ts';
import { writeScenarioLine } from '../../format/index.ts';
import type { UnnamedDifference } from '../../properties/ledger/check-ledger.ts';
import type { ScopeCheck } from '../../properties/ledger/check-scope.ts';
import { knowledge } from '../../properties/ledger/knowledge.ts';
import { dispatchersOf, type LedgerEntry } from '../../properties/ledger/witnesses.ts';
import type { SavedFinding } from './finding-report.ts';
import { jsonLine } from './json-line.ts';
import { plural, shortened } from './layout.ts';
import type { Style } from './style.ts';

/** How a ledger that was built compares with the shipped one. */
export type LedgerComparison = {
  readonly lines: number;
  /** Lines that only one of them has, or that are longer in one; lengths in operations. */
  readonly differing: readonly {
    readonly key: string;
    readonly built: number | undefined;
    readonly shipped: number | undefined;
  }[];
  readonly milliseconds: number;
};

/** The ledger by decision: what each line shows, and how short. */
export function renderLedger(
  entries: readonly LedgerEntry[],
  comparison: LedgerComparison | undefined,
  style: Style,
): string[] {
  const lines: string[] = [];
  for (const [decision, { title }] of Object.entries(knowledge)) {
    const own = entries.filter(({ pair }) => pair.decisions.some((name) => name === decision));
    if (own.length === 0) continue;
    lines.push(style.bold(`${decision}: ${title}`), ...own.map(lineOf), '');
  }
  return [...lines, ...verdictOf(entries, comparison, style)];
}

function lineOf({ pair, view, kind, scope, scenario, file }: LedgerEntry): string {
  const length = plural(scenario.operations.length, 'operation');
  const cells = [
    `  ${pair.profile.padEnd(8)}`,
    view.padEnd(6),
    shortened(`${kind}${togetherText(pair)}`, 44).padEnd(44),
    length.padStart(13),
    ` ${scope.padEnd(14)} ${file}`,
  ];
  return cells.join(' ').trimEnd();
}

/** Where only several decisions together make the difference: which. */
function togetherText({ decisions }: LedgerEntry['pair']): string {
  return decisions.length === 1 ? '' : ` (${decisions.join(' and ')})`;
}

function verdictOf(
  entries: readonly LedgerEntry[],
  comparison: LedgerComparison | undefined,
  style: Style,
): string[] {
  const count = plural(entries.length, 'line');
  if (comparison === undefined) return [`${count}, as this package ships them.`];
  const time = `${(comparison.milliseconds / 1000).toFixed(0)} s`;
  if (comparison.differing.length === 0) {
    return [style.good(`${count}, built from nothing in ${time}: each is as shipped, and as short.`)];
  }
  return [
    style.bad(
      `Built from nothing in ${time}: ${plural(comparison.differing.length, 'line')} not as shipped.`,
    ),
    ...comparison.differing.map(
      ({ key, built, shipped }) => `  ${key}: built ${textOf(built)}, shipped ${textOf(shipped)}`,
    ),
  ];
}

function textOf(length: number | undefined): string {
  return length === undefined ? 'none' : plural(length, 'operation');
}

/** A scope under one profile. */
export function renderScopeCheck(
  scope: string,
  profile: string,
  { pairs, transitions, differing, unnamed }: ScopeCheck,
): string {
  const counts = `${plural(pairs, 'pair')} of states, ${plural(differing, 'difference')} in ${plural(transitions, 'operation')}`;
  const verdict = unnamed.length === 0 ? 'the ledger names each' : `no line names ${unnamed.length} of them`;
  return `${printable(scope)}, ${profile}: ${counts}: ${verdict}`;
}

/** A difference that no line names. */
export function renderUnnamed(
  { pair, view, kind, scenario }: UnnamedDifference,
  saved: SavedFinding,
  style: Style,
): string[] {
  const place = 'file' in saved ? saved.file : `nowhere (${saved.reason})`;
  return [
    style.bad(`No line names this: ${dispatchersOf(pair).join(' and ')}, ${view}: ${kind}`),
    `  ${plural(scenario.operations.length, 'operation')}; saved as ${printable(place)}`,
  ];
}

/** A line as JSON, with its scenario. */
export function ledgerJson({ pair, view, kind, scope, file, scenario }: LedgerEntry): string {
  return jsonLine({
    ...pair,
    dispatchers: dispatchersOf(pair),
    view,
    kind,
    scope,
    file,
    scenario: JSON.parse(writeScenarioLine(scenario)),
  });
}
