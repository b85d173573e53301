/**
 * A strict JSON parser (RFC 8259). `JSON.parse` lacks four things that a reader of other people's files
 * needs: the place of an error as line and column, an error for a field given twice, a bound on nesting, and the
 * difference between a wrong text and an unfinished one.
 */

import { type Path, quote, show } from './errors.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** Lists and objects inside each other; a scenario needs 6 levels (`found.effects[0][0].hostAdd`). */
export const maximumDepth = 32;

/** A text that is no JSON, or none that can be read safely. */
export class JsonError extends Error {
  /** Index of the offending character in the text, from 0. */
  readonly offset: number;
  /** Where in the document, for what is wrong with a value; empty for what is no JSON at all. */
  readonly path: Path;
  /** True if the text is the beginning of a JSON text and only stops too early. */
  readonly unfinished: boolean;

  constructor(message: string, offset: number, path: Path, unfinished: boolean) {
    super(message);
    this.offset = offset;
    this.path = path;
    this.unfinished = unfinished;
  }
}

/**
 * Parses a whole text. Field names that JavaScript treats specially become plain own fields; -0 becomes 0.
 *
 * @throws JsonError
 */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}

/** Line and column of an offset in a text, both from 1; the column counts UTF-16 units, as editors do. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** A number of a text, as it stands there (`1e3`, `1000000000000000000001`), cut to a length that can be read. */
function showNumberAt(text: string, path: Path): string | undefined {
  const literal = new Parser(text, path).literal();
  if (literal === undefined || literal.length <= longestNumber) return literal;
  return `${literal.slice(0, longestNumber)}...`;
}

/** A value of a text, short enough for a message: a number as it stands there, anything else as `show` has it. */
export function showAt(text: string, path: Path, value: unknown): string {
  return (typeof value === 'number' ? showNumberAt(text, path) : undefined) ?? show(value);
}

/** How much of a number is shown in a message, in characters. */
const longestNumber = 60;

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const doubleQuote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const leftBracket = 0x5b;
const backslash = 0x5c;
const rightBracket = 0x5d;
const leftBrace = 0x7b;
const rightBrace = 0x7d;

class Parser {
  readonly #text: string;
  #position = 0;
  readonly #path: (string | number)[] = [];
  /** The number that is looked for. */
  readonly #wanted: Path | undefined;
  #literalFound: string | undefined;

  /** @param wanted the place of a number that `literal` gives */
  constructor(text: string, wanted?: Path) {
    this.#text = text;
    this.#wanted = wanted;
  }

  /** The number at the wanted place as it stands in the text; nothing where there is none. */
  literal(): string | undefined {
    this.document();
    return this.#literalFound;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#skipSpace();
    if (this.#position < this.#text.length) this.#unexpected('the end of the text');
    return value;
  }

  #value(): JsonValue {
    this.#skipSpace();
    switch (this.#text.charCodeAt(this.#position)) {
      case leftBrace:
        return this.#object();
      case leftBracket:
        return this.#list();
      case doubleQuote:
        return this.#string();
      default:
        return this.#literal();
    }
  }

  #object(): JsonValue {
    const result: { [name: string]: JsonValue } = {};
    this.#enter();
    this.#skipSpace();
    if (this.#take(rightBrace)) return result;
    this.#path.push('');
    do {
      this.#skipSpace();
      const start = this.#position;
      if (this.#text.charCodeAt(start) !== doubleQuote) this.#unexpected('a field name in double quotes');
      const name = this.#string();
      this.#path[this.#path.length - 1] = name;
      if (Object.hasOwn(result, name)) this.#fail('given twice in one object', start, this.#path);
      this.#skipSpace();
      if (!this.#take(colon)) this.#unexpected('":"');
      this.#set(result, name, this.#value());
      this.#skipSpace();
    } while (this.#take(comma));
    if (!this.#take(rightBrace)) this.#unexpected('"," or "}"');
    this.#path.pop();
    return result;
  }

  #set(object: { [name: string]: JsonValue }, name: string, value: JsonValue): void {
    if (name !== '__proto__') {
      object[name] = value;
      return;
    }
    // An assignment would set the object's prototype, and the field would be invisible to the check for unknown ones.
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }

  #list(): JsonValue {
    const result: JsonValue[] = [];
    this.#enter();
    this.#skipSpace();
    if (this.#take(rightBracket)) return result;
    this.#path.push(0);
    do {
      this.#path[this.#path.length - 1] = result.length;
      result.push(this.#value());
      this.#skipSpace();
    } while (this.#take(comma));
    if (!this.#take(rightBracket)) this.#unexpected('"," or "]"');
    this.#path.pop();
    return result;
  }

  /** Steps over the opening bracket; the path is as long as the number of lists and objects around this one. */
  #enter(): void {
    if (this.#path.length >= maximumDepth) {
      this.#fail(`nested deeper than ${maximumDepth} levels`, this.#position, []);
    }
    this.#position += 1;
  }

  #string(): string {
    const start = this.#position;
    let escaped = false;
    for (this.#position += 1; this.#position < this.#text.length; this.#position += 1) {
      const code = this.#text.charCodeAt(this.#position);
      if (code === doubleQuote) {
        this.#position += 1;
        return escaped ? this.#unescape(start) : this.#text.slice(start + 1, this.#position - 1);
      }
      if (code === backslash) {
        escaped = true;
        this.#position += 1;
      } else if (code < space) {
        this.#unexpected('the end of the string');
      }
    }
    this.#position = this.#text.length;
    return this.#unexpected('the end of the string');
  }

  #unescape(start: number): string {
    try {
      return JSON.parse(this.#text.slice(start, this.#position)) as string;
    } catch {
      return this.#fail('a string with an invalid escape', start, []);
    }
  }

  #literal(): JsonValue {
    const match = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
    switch (match) {
      case undefined:
        return this.#unexpected('a JSON value');
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
        return null;
      default:
        if (this.#wanted !== undefined && isSamePath(this.#wanted, this.#path)) this.#literalFound = match;
        // + 0 makes -0 the ordinary 0: the format has no use for its sign, and it would not survive writing.
        return Number(match) + 0;
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#position += match.length;
    return match;
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#position) !== code) return false;
    this.#position += 1;
    return true;
  }

  #skipSpace(): void {
    for (; ; this.#position += 1) {
      const code = this.#text.charCodeAt(this.#position);
      if (code !== space && code !== lineFeed && code !== carriageReturn && code !== tab) return;
    }
  }

  #unexpected(expected: string): never {
    const character = this.#text.codePointAt(this.#position);
    if (character === undefined) {
      throw new JsonError(`the text ends where ${expected} is expected`, this.#position, [], true);
    }
    const found = quote(String.fromCodePoint(character));
    return this.#fail(`expected ${expected}, got ${found}`, this.#position, []);
  }

  #fail(message: string, offset: number, path: Path): never {
    throw new JsonError(message, offset, [...path], false);
  }
}

function isSamePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}
