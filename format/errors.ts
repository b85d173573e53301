/**
 * Errors that are the input's fault, not the program's: the command prints their message as one line and ends
 * with status 2.
 */

/** How much of a text found in a file is shown in a message, in characters. */
const longestQuote = 60;

/** Something given to the program cannot be used. The message is one line and names the place. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}

/** Where in a JSON document something is: field names and list indices, outermost first. */
export type Path = readonly (string | number)[];

/**
 * A text that is no scenario of this format. `message` is one line: source, path (if any) and reason, as in
 * `scenario.json: operations[3].size: expected 0, 1, 2, 4 or 8, got 3`.
 */
export class FormatError extends InputError {
  override readonly name = 'FormatError';
  /** The file, followed by `:LINE` where the file is JSON Lines; `standard input`; or what the caller named. */
  readonly source: string;
  /** The place in the document, such as `operations[3].size`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong there. */
  readonly reason: string;

  constructor(source: string, path: Path, reason: string) {
    const place = renderPath(path);
    super([printable(source), place, reason].filter((part) => part !== '').join(': '));
    this.source = source;
    this.path = place;
    this.reason = reason;
  }
}

/** A path as in JavaScript, `operations[3].size`; names that are not identifiers stand in brackets and quotes. */
export function renderPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w-]{1,64}$/.test(step)) text += `[${quote(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** A value from a document, short enough for a message and never more than one line. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'a number beyond 1.8e308';
    case 'bigint':
      return `"0x${value.toString(16)}"`;
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'a list' : 'an object';
    default:
      return String(value);
  }
}

/** A text in double quotes, cut to a length that can be read, with everything that is not printable escaped. */
export function quote(text: string): string {
  if (text.length <= longestQuote) return printable(JSON.stringify(text));
  return `${printable(JSON.stringify(text.slice(0, longestQuote)))}...`;
}

/** Escapes what would break a line, move a terminal's cursor, or hide: controls, separators, lone surrogates. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return `\\u${codePoint > 0xffff ? `{${codePoint.toString(16)}}` : codePoint.toString(16).padStart(4, '0')}`;
  });
}

/** The message of anything that was thrown, which need not be an error. Never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return 'something that has no text';
  }
}
