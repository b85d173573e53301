/** From V8's counts to the branches of the sources: how many there are, and which were not taken. */
import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { parse } from 'acorn';
import convert from 'ast-v8-to-istanbul';

export type ScriptCounts = Pick<Profiler.ScriptCoverage, 'url' | 'functions'>;

/**
 * What was not taken. `then`: of an `if`; `else`: also one that is not written; `operand`: of `&&`, `||`, `??`. V8 does not
 * count whether a parameter's default value was used: it counts as taken where the function was called.
 */
export type PlaceKind =
  | 'file'
  | 'function'
  | 'then'
  | 'else'
  | 'choice'
  | 'operand'
  | 'case'
  | 'default value'
  | 'statement';

/** Something that no scenario came to. What lies within it is not listed apart. */
export type Place = {
  /** Path from the root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly kind: PlaceKind;
  /** Its text, in one line, cut where it is long; of `then` and `else`, the line of the `if`. */
  readonly code: string;
  /** Which of several that are the same in all of this, from 1. */
  readonly nth: number;
};

export type FileBranches = {
  readonly file: string;
  /** Branches as Istanbul counts them. */
  readonly branches: number;
  readonly taken: number;
  readonly untaken: readonly Place[];
};

/** A compiled script with its source map, and the source that it was made of. */
export type Compiled = {
  readonly file: string;
  readonly source: string;
  /** Path of the script; the map lies beside it. */
  readonly script: string;
  /** Undefined where the script was never loaded. */
  readonly counts: ScriptCounts | undefined;
};

/** The branches of one file. */
export async function branchesOf({ file, source, script, counts }: Compiled): Promise<FileBranches> {
  const code = readFileSync(script, 'utf8');
  const [covered] = Object.values(
    await convert({
      code,
      coverage: counts ?? neverLoaded(script, code),
      sourceMap: JSON.parse(readFileSync(`${script}.map`, 'utf8')),
      ast: parse(code, { ecmaVersion: 'latest', sourceType: 'module' }),
    }),
  );
  if (covered === undefined) return { file, branches: 0, taken: 0, untaken: [] };
  const hits = Object.values(covered.b).flat();
  const taken = hits.filter((count) => count > 0).length;
  const isEmpty = hits.length === 0 && Object.keys(covered.f).length === 0;
  // What only has types is no code, and not loaded.
  if (counts === undefined && isEmpty) return { file, branches: 0, taken: 0, untaken: [] };
  const untaken =
    counts === undefined
      ? [{ file, line: 1, kind: 'file' as const, code: '', nth: 1 }]
      : placesOf(outermost(untakenSpans(covered)), file, source.split('\n'));
  return { file, branches: hits.length, taken, untaken };
}

function neverLoaded(script: string, code: string): ScriptCounts {
  const ranges = [{ startOffset: 0, endOffset: code.length, count: 0 }];
  return {
    url: pathToFileURL(script).href,
    functions: [{ functionName: '', ranges, isBlockCoverage: true }],
  };
}

type CoveredFile = Awaited<ReturnType<typeof convert>>[string];
type Position = { readonly line: number; readonly column: number };

/** `text` is where the text to show begins and ends. */
type Span = { readonly start: Position; readonly end: Position; readonly kind: PlaceKind };

function untakenSpans({ fnMap, f, branchMap, b, statementMap, s }: CoveredFile): Span[] {
  const spans: Span[] = [];
  for (const [id, { decl, loc }] of Object.entries(fnMap)) {
    if (f[id] === 0) spans.push({ start: decl.start, end: loc.end, kind: 'function' });
  }
  for (const [id, branch] of Object.entries(branchMap)) {
    for (const [index, count] of (b[id] ?? []).entries()) {
      if (count <= 0) spans.push(branchSpan(branch, index));
    }
  }
  for (const [id, { start, end }] of Object.entries(statementMap)) {
    if (s[id] === 0) spans.push({ start, end, kind: 'statement' });
  }
  return spans;
}

type Branch = CoveredFile['branchMap'][string];

function branchSpan({ type, loc, locations }: Branch, index: number): Span {
  const written = locations[index];
  switch (type) {
    case 'if': {
      const otherwise = locations[1]?.start.line === undefined ? undefined : locations[1];
      // The library gives the whole statement for what comes before `else`.
      if (index === 0) return { start: loc.start, end: otherwise?.start ?? loc.end, kind: 'then' };
      return { ...(otherwise ?? { start: loc.start, end: loc.start }), kind: 'else' };
    }
    case 'cond-expr':
      return { ...(written ?? loc), kind: 'choice' };
    case 'binary-expr':
      return { ...(written ?? loc), kind: 'operand' };
    case 'switch':
      return { ...(written ?? loc), kind: 'case' };
    case 'default-arg':
      return { ...(written ?? loc), kind: 'default value' };
    default:
      throw new Error(`a branch of an unknown type: ${type}`);
  }
}

/** Without those that lie in another one. */
function outermost(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort(
    (a, b) => compare(a.start, b.start) || compare(b.end, a.end) || (a.kind < b.kind ? 1 : -1),
  );
  const kept: Span[] = [];
  for (const span of sorted) {
    const isInside = kept.some(
      (one) => compare(one.start, span.start) <= 0 && compare(span.end, one.end) <= 0,
    );
    if (!isInside) kept.push(span);
  }
  return kept;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** Longer texts are cut. */
const longest = 100;

function placesOf(spans: readonly Span[], file: string, lines: readonly string[]): Place[] {
  const seen = new Map<string, number>();
  return spans.map(({ start, end, kind }) => {
    const line = (lines[start.line - 1] ?? '').trim();
    const code = inOneLine(kind === 'then' || kind === 'else' ? line : textBetween(lines, start, end));
    const same = `${kind} ${code}`;
    const nth = (seen.get(same) ?? 0) + 1;
    seen.set(same, nth);
    return { file, line: start.line, kind, code, nth };
  });
}

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  const within = lines.slice(start.line - 1, end.line);
  const last = within.length - 1;
  within[last] = within[last]?.slice(0, end.column) ?? '';
  within[0] = within[0]?.slice(start.column) ?? '';
  return within.join('\n');
}

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 3)}...`;
}
