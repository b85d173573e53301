import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonError, lineAndColumn, maximumDepth, parseJson } from './json.ts';

function errorOf(text: string): JsonError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
  throw new Error(`${text} is fine`);
}

function builtIn(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** As the parser: -0 is 0. */
function withoutMinusZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

describe('the JSON parser', () => {
  test('reads what the built-in parser writes, printed in any way', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toEqual(withoutMinusZero(JSON.parse(text)));
      }),
    );
  });

  test('accepts and refuses what the built-in parser does, on texts that are nearly JSON', () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"b"',
        '"',
        '\\',
        '\\u12',
        '"\\u0041\\n"',
        ' ',
        '\n',
        '\t',
        '\u0000',
      ],
      ...['1', '-', '0', '.5', 'e3', '1e400', 'true', 'nul', 'null', '"__proto__"', '\u00a0', '\ufeff', '/'],
    );
    const nearly = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(''));
    const bracketed = fc.tuple(fc.constantFrom('[', '{"x":'), nearly, fc.constantFrom(']', '}'));
    fc.assert(
      fc.property(
        fc.oneof(
          nearly,
          bracketed.map((parts) => parts.join('')),
        ),
        (text) => {
          const expected = builtIn(text);
          let actual: { value: unknown } | undefined;
          try {
            actual = { value: parseJson(text) };
          } catch (error) {
            // The one thing that is refused although it is JSON.
            if (error instanceof JsonError && error.message.startsWith('given twice')) return;
          }
          expect(actual === undefined).toBe(expected === undefined);
          expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test('a field given twice is an error with its path', () => {
    const error = errorOf('{"a": [0, {"b": 1,\n "b": 2}]}');
    expect(error.path).toEqual(['a', 1, 'b']);
    expect(lineAndColumn('{"a": [0, {"b": 1,\n "b": 2}]}', error.offset)).toEqual({ line: 2, column: 2 });
  });

  test('special names are plain fields', () => {
    const value = parseJson('{"__proto__": {"polluted": true}, "constructor": 1, "toString": 2}') as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(errorOf('{"__proto__": 1, "__proto__": 2}').message).toContain('given twice');
  });

  test('nesting is bounded', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(maximumDepth))).toBeDefined();
    expect(errorOf(nested(maximumDepth + 2)).message).toContain(`deeper than ${maximumDepth} levels`);
    expect(errorOf('{"a":'.repeat(1_000_000)).message).toContain(`deeper than ${maximumDepth} levels`);
  });

  test('a text that only stops too early is told from a wrong one', () => {
    for (const text of ['', '{', '{"a"', '{"a":', '[1,', '{"a":[{', '"abc'])
      expect(errorOf(text).unfinished).toBe(true);
    for (const text of ['}', '{a', '{"a" 1', '[1 2', '"a\n', '[1]]'])
      expect(errorOf(text).unfinished).toBe(false);
  });

  test('minus zero is zero', () => {
    expect(Object.is(parseJson('-0'), 0)).toBe(true);
  });
});
