/** Reading scenarios: from a text, from a file, from standard input. */

import { createReadStream } from 'node:fs';
import type { Scenario } from '../vocabulary.ts';
import { decodeScenario } from './decode.ts';
import { FormatError, InputError, printable, quote } from './errors.ts';
import { JsonError, type JsonValue, lineAndColumn, parseJson } from './json.ts';

/** The largest text of one scenario, in bytes of UTF-8: 16 MiB. A file of JSON Lines may be of any size. */
export const maximumScenarioBytes = 16 * 1024 * 1024;

/** A scenario and where it stands: `FILE`, or `FILE:LINE` in JSON Lines. */
export type SourcedScenario = { readonly scenario: Scenario; readonly source: string };

/**
 * The scenario that a text holds.
 *
 * @param source what messages begin with, as a rule the file's name
 * @throws FormatError with one line that names the first place that is not of the format
 */
export function readScenario(text: string, source: string): Scenario {
  return decodeScenario(parse({ text, line: 1, isLine: false }, source), source);
}

/**
 * The scenarios of a file, in order: a file with one scenario, printed over as many lines as one likes, or JSON
 * Lines with a scenario a line (blank lines are skipped). `-` is standard input.
 *
 * Lines are read one at a time, so that a long file takes no more memory than its longest line. An error ends the
 * iteration; what stands before it has been yielded.
 *
 * @throws InputError where the file cannot be read, FormatError where it holds something else
 */
export async function* readScenarios(path: string): AsyncGenerator<SourcedScenario, void, undefined> {
  const file = path === '-' ? 'standard input' : path;
  const documents = new DocumentSplitter(file);
  try {
    for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
      for (const document of documents.push(chunk as Buffer)) yield sourced(document, file);
    }
  } catch (error) {
    throw explain(error, file);
  }
  for (const document of documents.end()) yield sourced(document, file);
}

/** One scenario's text and the line of the file on which it begins. */
type Document = { readonly text: string; readonly line: number; readonly isLine: boolean };

function sourced(document: Document, file: string): SourcedScenario {
  const source = document.isLine ? `${file}:${document.line}` : file;
  return { scenario: decodeScenario(parse(document, source), source), source };
}

function parse(document: Document, source: string): JsonValue {
  const { text } = document;
  if (text.charCodeAt(0) === 0xfeff) throw new FormatError(source, [], byteOrderMark);
  if (isBlank(text)) throw new FormatError(source, [], empty);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { line, column } = lineAndColumn(text, error.offset);
    // In JSON Lines the source names the line.
    const place = document.isLine ? `column ${column}` : `line ${document.line + line - 1}, column ${column}`;
    if (error.path.length > 0) throw new FormatError(source, error.path, `${error.message} (${place})`);
    throw new FormatError(source, [], `${place}: ${error.message}`);
  }
}

const byteOrderMark = 'begins with a byte order mark; expected UTF-8 without one';
const empty = 'empty; expected a scenario';
const notText = 'not UTF-8 text';
const tooLarge = `more than ${maximumScenarioBytes / 2 ** 20} MiB, too much for one scenario`;
const newline = 0x0a;

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

/** Cuts a file into the texts of its scenarios, having seen no more of it than needed. */
class DocumentSplitter {
  readonly #file: string;
  /** `undecided` until the first line with something on it has been seen. */
  #layout: 'undecided' | 'whole' | 'lines' = 'undecided';
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** The line on which what is pending begins. */
  #line = 1;
  /** A first line that is complete in itself: JSON Lines if another follows, else the whole file. */
  #first: Document | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  *push(chunk: Buffer): Generator<Document> {
    let start = 0;
    while (start < chunk.length) {
      if (chunk[start] === newline && this.#pendingBytes === 0) {
        this.#line += 1;
        start += 1;
        continue;
      }
      const end = this.#layout === 'whole' ? -1 : chunk.indexOf(newline, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end + 1);
      start += piece.length;
      this.#keep(piece);
      if (end !== -1) yield* this.#endLine();
    }
  }

  *end(): Generator<Document> {
    const text = this.#take();
    if (!isBlank(text)) {
      if (this.#first !== undefined) yield this.#becomeLines(this.#first);
      yield { text, line: this.#line, isLine: this.#layout === 'lines' };
    } else if (this.#first !== undefined) {
      yield this.#first;
    } else if (this.#layout === 'undecided') {
      throw new FormatError(this.#file, [], empty);
    }
  }

  #keep(piece: Buffer): void {
    if (this.#layout === 'undecided' && this.#pendingBytes === 0) requireBrace(piece, this.#file, this.#line);
    this.#pending.push(piece);
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes > maximumScenarioBytes) throw new FormatError(this.#source(), [], tooLarge);
  }

  *#endLine(): Generator<Document> {
    const text = this.#take();
    const document: Document = { text, line: this.#line, isLine: this.#layout === 'lines' };
    if (isBlank(text)) {
      this.#line += 1;
    } else if (this.#layout === 'lines') {
      this.#line += 1;
      yield document;
    } else if (this.#first !== undefined) {
      yield this.#becomeLines(this.#first);
      this.#line += 1;
      yield { ...document, isLine: true };
    } else if (completeness(text) === 'unfinished') {
      this.#layout = 'whole';
      this.#keep(Buffer.from(text));
    } else {
      this.#line += 1;
      this.#first = document;
    }
  }

  #becomeLines(first: Document): Document {
    this.#layout = 'lines';
    this.#first = undefined;
    return { ...first, isLine: true };
  }

  #take(): string {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new FormatError(this.#source(), [], notText);
    }
  }

  #source(): string {
    return this.#layout === 'lines' || this.#first !== undefined ? `${this.#file}:${this.#line}` : this.#file;
  }
}

/** Refuses at its first byte what cannot be a scenario, so that no more of it is read. */
function requireBrace(bytes: Buffer, file: string, line: number): void {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])))
    throw new FormatError(file, [], byteOrderMark);
  const column = bytes.findIndex(
    (byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== newline,
  );
  const byte = bytes[column];
  if (byte === undefined || byte === 0x7b) return;
  if (byte < 0x20 || byte > 0x7e) throw new FormatError(file, [], notText);
  const got = quote(String.fromCharCode(byte));
  throw new FormatError(file, [], `line ${line}, column ${column + 1}: expected "{", got ${got}`);
}

function completeness(text: string): 'complete' | 'unfinished' | 'wrong' {
  try {
    parseJson(text);
    return 'complete';
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return error.unfinished ? 'unfinished' : 'wrong';
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a directory; expected a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'no such file',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

function explain(error: unknown, file: string): unknown {
  if (error instanceof InputError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  return new InputError(`${printable(file)}: ${causes[code] ?? `cannot be read (${code})`}`);
}
