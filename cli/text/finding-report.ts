/** A finding as it is printed. */
import { printable } from '../../format/errors.ts';
import { clauseOf } from '../../model/clauses/catalogue.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import { answerName, repeatabilityName } from '../../properties/compare/property.ts';
import { escapedJson } from './json-line.ts';
import { ascii, pageWidth, plural, wrapped } from './layout.ts';
import { renderSides } from './sides.ts';
import type { Style } from './style.ts';

/** Where a finding was saved and how to replay it; or its text and why it could not be saved. */
export type SavedFinding =
  | {
      readonly file: string;
      /** The same as a test of the kernel, in C, where the kernel has a part in it. */
      readonly test?: string;
      /** Files beside it, which show it without this program. */
      readonly beside?: readonly string[];
      readonly replay: string;
      readonly explain: string;
    }
  | { readonly text: string; readonly reason: string };

/** Where the findings of a `check` were saved. */
export type SavedFindings = {
  readonly finding: SavedFinding | undefined;
  readonly first: SavedFinding | undefined;
};

/** What is said of a finding, by its property. */
const headlines: Readonly<Record<string, (a: string, b: string) => string>> = {
  lockstep: (a, b) => `${a} and ${b} differ`,
  [answerName]: (a, b) => `No answer: ${a} or ${b} fails`,
  [repeatabilityName]: (a, b) => `Not repeatable: ${a} and ${b}`,
};

/** What was found: where, the clause, how to replay it, and the scenario with both sides' effects. */
export function renderFinding(
  [a, b]: readonly [string, string],
  { failure, scenario, originalLength, origin }: Finding,
  saved: SavedFinding | undefined,
  style: Style,
  more: readonly (readonly [name: string, text: string])[] = [],
): string[] {
  const { property, clause, message, operation, effect, sides, stderr = '' } = failure;
  const what = headlines[property]?.(a, b) ?? `Property ${property} does not hold`;
  const length = plural(scenario.operations.length, 'operation');
  const from = originalLength > scenario.operations.length ? `, shrunk from ${originalLength}` : '';
  const fields = [
    ['found', `${origin}; ${length}${from}`],
    ['what', message],
    ...(clause === undefined ? [] : [['clause', `${clause}  ${ascii(clauseOf(clause).title)}`]]),
    ...savedFields(saved),
    ...more,
  ];
  return [
    style.bold(style.bad(`${printable(what)}.`)),
    '',
    ...fields.flatMap(([name = '', text = '']) => field(name, text)),
    '',
    ...renderSides(scenario, sides, { operation, effect }, style),
    ...stderrLines(stderr),
    ...(saved !== undefined && 'text' in saved ? ['', ...printableLines(saved.text)] : []),
  ];
}

/** The last that a dispatcher outside wrote to standard error. */
function stderrLines(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return text.trim() === ''
    ? []
    : ['', '  standard error:', ...lines.map((line) => `    ${printable(line)}`)];
}

/** What was found first, in a line: a longer scenario, which may fail in another way. */
export function firstField(
  { scenario, failure, originalLength }: Finding,
  saved: SavedFinding | undefined,
): readonly [name: string, text: string] {
  const length = `${plural(scenario.operations.length, 'operation')}, shrunk from ${originalLength}`;
  const place = saved !== undefined && 'file' in saved ? `; saved as ${saved.file}` : '';
  return ['first', `${length}, differing in ${failure.kind}${place}`];
}

/** Commands and file names are not wrapped: they are there to be copied. */
function field(name: string, text: string): string[] {
  const lines = ['saved', 'test', 'beside', 'replay', 'explain', 'first'].includes(name)
    ? [printable(text)]
    : wrapped(printable(text), pageWidth - 12);
  return lines.map((line, i) => `  ${(i === 0 ? name : '').padEnd(10)}${line}`);
}

function savedFields(saved: SavedFinding | undefined): string[][] {
  if (saved === undefined) return [];
  if ('reason' in saved) return [['saved', `nowhere (${saved.reason}): the scenario is printed below`]];
  return [
    ['saved', saved.file],
    ...(saved.test === undefined ? [] : [['test', saved.test]]),
    ...(saved.beside ?? []).map((file) => ['beside', file]),
    ['replay', saved.replay],
    ['explain', saved.explain],
  ];
}

/** A scenario's text with what cannot be printed escaped, which its JSON allows. */
function printableLines(text: string): string[] {
  return text.trimEnd().split('\n').map(escapedJson);
}
