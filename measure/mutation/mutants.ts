/** Mistakes that nobody chose: what a mutation tool makes of the sources, all in one text, switched on by number. */
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { ignorer } from './ignored.ts';
import { activeMutantVariable, reachedMutants } from './outcome.ts';

/** One mistake. `key` is the same as long as the mutated line is, wherever in the file it moves. */
export type Mutant = {
  /** Its number in the instrumented sources. */
  readonly id: number;
  readonly key: string;
  /** Path from the root. */
  readonly file: string;
  /** Where the mutated text begins, from 1. */
  readonly line: number;
  readonly column: number;
  /** The tool's name of the kind of mistake, such as `EqualityOperator`. */
  readonly mutator: string;
  /** The line in which it begins, without indentation. */
  readonly code: string;
  /** What is replaced, and by what; blanks and line ends are single blanks, long texts are cut. */
  readonly original: string;
  readonly replacement: string;
  /** Which of several that are the same in all of this, from 1. */
  readonly nth: number;
};

export type Instrumented = {
  /** The texts with all mutants in them, by file. None is active until `activeMutantVariable` names one. */
  readonly sources: ReadonlyMap<string, string>;
  /** Texts that note which mutants they come to (`reachedMutants`), by file; no mutant can be active. */
  readonly noting: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
  /** How many were not made: see `ignorer`. */
  readonly ignored: number;
  /** The text of a mutant's file, as if somebody had made the mistake. */
  textWith(mutant: Mutant): string;
};

/** Texts longer than this are cut where they stand for themselves, as the bodies of functions do. */
const longest = 120;

/** All mutants of these sources (texts by file). */
export async function instrument(sources: ReadonlyMap<string, string>): Promise<Instrumented> {
  const { files, mutants } = await new Instrumenter(silent).instrument(
    [...sources].map(([name, content]) => ({ name, content, mutate: true })),
    // Mutants are switched by a number, not by the tool's own functions: a third of the time (`switchedByNumber`).
    { plugins: null, excludedMutations: [], ignorers: [ignorer], noHeader: true },
  );
  const made = mutants.filter(({ status }) => status !== 'Ignored');
  const seen = new Map<string, number>();
  const spans = new Map(
    made.map(({ id, location, replacement }) => [Number(id), { ...location, replacement }]),
  );
  const linesOf = new Map([...sources].map(([file, text]) => [file, text.split('\n')]));
  return {
    ignored: mutants.length - made.length,
    sources: new Map(files.map(({ name, content }) => [name, switchedByNumber(name, content)])),
    noting: new Map(files.map(({ name, content }) => [name, notingReach(name, content, mutants.length)])),
    mutants: made.map(({ id, fileName, location, mutatorName, replacement }) => {
      const lines = linesOf.get(fileName) ?? [];
      const { start, end } = location;
      const described = {
        file: fileName,
        mutator: mutatorName,
        code: (lines[start.line] ?? '').trim(),
        original: inOneLine(textBetween(lines, start, end)),
        replacement: inOneLine(replacement),
      };
      const same = Object.values(described).join('\0');
      const nth = (seen.get(same) ?? 0) + 1;
      seen.set(same, nth);
      const place = { line: start.line + 1, column: start.column + 1 };
      return { id: Number(id), key: keyOf({ ...described, nth }), ...described, ...place, nth };
    }),
    textWith({ id, file, mutator }) {
      const [span, lines] = [spans.get(id), linesOf.get(file)];
      if (span === undefined || lines === undefined) throw new Error(`${file} has no mutant ${id}`);
      const before = textBetween(lines, { line: 0, column: 0 }, span.start);
      const after = textBetween(lines, span.end, { line: lines.length, column: 0 });
      const isExpression = mutator !== 'BlockStatement' && !/^(?:case|default)\b/.test(span.replacement);
      return before + (isExpression ? `(${span.replacement})` : span.replacement) + after;
    },
  };
}

/** What names a mutant in the list of survivors. */
export type MutantName = Pick<Mutant, 'file' | 'mutator' | 'code' | 'original' | 'replacement' | 'nth'>;

export function keyOf({ file, mutator, code, original, replacement, nth }: MutantName): string {
  return JSON.stringify([file, mutator, code, original, replacement, nth]);
}

/** What the tool writes at a mutant: whether it is active, and that the program came by. */
const switches = /stryMutAct_9fa48\("(\d+)"\)/g;
const notes = /stryCov_9fa48\(((?:"\d+"(?:, )?)+)\)(;|, )/g;

/**
 * With the tool's own functions behind its switches, `check` takes three times as long. A comparison with a constant adds a
 * quarter.
 */
function switchedByNumber(name: string, text: string): string {
  const prelude = `const __activeMutant = Number(process.env['${activeMutantVariable}'] ?? -1);\n`;
  return prelude + translated(name, text.replace(switches, '__activeMutant === $1').replace(notes, ''));
}

function notingReach(name: string, text: string, mutants: number): string {
  const prelude = `const __reached = (globalThis as any).${reachedMutants} ??= new Uint8Array(${mutants});\n`;
  const noted = text.replace(notes, (_, ids: string, end: string) => {
    const places = ids.split(', ').map((id) => `__reached[${JSON.parse(id)}] = `);
    return `${places.join('')}1${end}`;
  });
  return prelude + translated(name, noted.replace(switches, 'false'));
}

/** @throws Error where a switch is left: another version of the tool may write them otherwise */
function translated(name: string, text: string): string {
  const left = /.*stry(?:MutAct|Cov|NS)_.*/.exec(text);
  if (left !== null) throw new Error(`${name}: a switch of the mutation tool is not understood: ${left[0]}`);
  return text;
}

type Position = { readonly line: number; readonly column: number };

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  if (start.line === end.line) return (lines[start.line] ?? '').slice(start.column, end.column);
  const [first = '', ...rest] = lines.slice(start.line, end.line + 1);
  const last = rest.pop() ?? '';
  return [first.slice(start.column), ...rest, last.slice(0, end.column)].join('\n');
}

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 3)}...`;
}

const no = () => false;
const nothing = () => {};

/** The tool's progress is of no interest here. */
const silent = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};
