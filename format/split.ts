/** Cutting a file into the texts of its scenarios: one that fills the file, or JSON Lines. */

import { FormatError, quote } from './errors.ts';
import { JsonError, parseJson } from './json.ts';

/** The largest text of one scenario, in bytes of UTF-8: 16 MiB. A file of JSON Lines may be of any size. */
export const maximumScenarioBytes = 16 * 1024 * 1024;

/** What can be wrong with a text before it is looked at as JSON. */
export const reasons = {
  byteOrderMark: 'begins with a byte order mark; expected UTF-8 without one',
  empty: 'empty; expected a scenario',
  notText: 'not UTF-8 text',
  tooLarge: `more than ${maximumScenarioBytes / 2 ** 20} MiB, too much for one scenario`,
} as const;

/** One scenario's text, the line of the file on which it begins, and whether it is one of several lines. */
export type Document = { readonly text: string; readonly line: number; readonly isLine: boolean };

/** Whether there is nothing but JSON's white space. */
export function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

const lineFeed = 0x0a;
const leftBrace = 0x7b;

/** Takes a file chunk by chunk, and keeps no more of it than one scenario's text. */
export class DocumentSplitter {
  readonly #file: string;
  readonly #lookAhead: boolean;
  /** `undecided` until it is known what follows the first line that is not blank. */
  #layout: 'undecided' | 'whole' | 'lines' = 'undecided';
  /** A first line that is complete in itself: one of several if another follows, else the whole file. */
  #first: Document | undefined;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** The line on which what is pending begins. */
  #line = 1;

  /**
   * @param file what messages begin with
   * @param lookAhead whether to hold a complete first line back until it is known whether another follows; not
   *   wanted on standard input, where the other end may be waiting for an answer to its first line
   */
  constructor(file: string, lookAhead: boolean) {
    this.#file = file;
    this.#lookAhead = lookAhead;
  }

  /** The documents that are complete with this chunk. */
  *push(chunk: Buffer): Generator<Document> {
    let start = 0;
    while (start < chunk.length) {
      if (this.#pendingBytes === 0) start = this.#skipBlankLines(chunk, start);
      const end = this.#layout === 'whole' ? -1 : chunk.indexOf(lineFeed, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end + 1);
      start += piece.length;
      // Something follows the first line: it is one of several.
      if (this.#first !== undefined && piece.some(isInk)) yield* this.#releaseFirst(true);
      if (piece.length > 0) this.#keep(piece);
      if (end !== -1) yield* this.#endLine();
    }
  }

  /** The documents that are complete now that the file is at its end. */
  *end(): Generator<Document> {
    const text = this.#take();
    if (!isBlank(text)) {
      yield { text, line: this.#line, isLine: this.#layout === 'lines' };
    } else if (this.#first !== undefined) {
      yield* this.#releaseFirst(false);
    } else if (this.#layout === 'undecided') {
      throw new FormatError(this.#file, [], reasons.empty);
    }
  }

  /** The start of the first line that has something on it, or that continues after the chunk. */
  #skipBlankLines(chunk: Buffer, start: number): number {
    let lineStart = start;
    for (const [index, byte] of chunk.subarray(start).entries()) {
      if (isInk(byte)) break;
      if (byte !== lineFeed) continue;
      lineStart = start + index + 1;
      this.#line += 1;
    }
    return lineStart;
  }

  #keep(piece: Buffer): void {
    if (this.#pendingBytes === 0 && this.#layout === 'undecided' && this.#first === undefined) {
      requireBrace(piece, this.#file, this.#line);
    }
    this.#pending.push(piece);
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes > maximumScenarioBytes) throw this.#error(reasons.tooLarge);
  }

  *#endLine(): Generator<Document> {
    const text = this.#take();
    const document: Document = { text, line: this.#line, isLine: true };
    if (!isBlank(text) && this.#layout === 'undecided') {
      yield* this.#decide(document);
      return;
    }
    this.#line += 1;
    if (!isBlank(text)) yield document;
  }

  /** What the first line that is not blank says about the file. */
  *#decide(document: Document): Generator<Document> {
    const state = completeness(document.text);
    if (state === 'unfinished') {
      this.#layout = 'whole';
      this.#keep(Buffer.from(document.text));
      return;
    }
    this.#line += 1;
    // A wrong text is passed on at once: its reader says why, and nothing after it matters.
    if (state === 'wrong') yield { ...document, isLine: false };
    this.#first = document;
    if (!this.#lookAhead) yield* this.#releaseFirst(true);
  }

  *#releaseFirst(isLine: boolean): Generator<Document> {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    this.#layout = isLine ? 'lines' : 'whole';
    yield { ...first, isLine };
  }

  #take(): string {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.#error(reasons.notText);
    }
  }

  #error(reason: string): FormatError {
    const isLine = this.#layout === 'lines' || this.#first !== undefined;
    return new FormatError(isLine ? `${this.#file}:${this.#line}` : this.#file, [], reason);
  }
}

/** Refuses at its first bytes what cannot be a scenario, so that no more of it is read. */
function requireBrace(bytes: Buffer, file: string, line: number): void {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) {
    throw new FormatError(file, [], reasons.byteOrderMark);
  }
  const column = bytes.findIndex(isInk);
  const byte = bytes[column];
  if (byte === undefined || byte === leftBrace) return;
  const got = String.fromCharCode(byte);
  if (!/[ -~]/.test(got)) throw new FormatError(file, [], reasons.notText);
  throw new FormatError(file, [], `line ${line}, column ${column + 1}: expected "{", got ${quote(got)}`);
}

/** Whether a byte is other than JSON's white space. */
function isInk(byte: number): boolean {
  return byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== lineFeed;
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
