import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError, InputError } from './errors.ts';
import { readScenario, readScenarios } from './read.ts';
import { DocumentSplitter, maximumScenarioBytes } from './split.ts';

const minimal = '{"format":"ioeventfd-scenario/1","operations":[]}';

function messageOf(text: string): string {
  try {
    readScenario(text, 'scenario.json');
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'fine';
}

/** A scenario of the given fields beside the format. */
function scenario(fields: string): string {
  return `{"format":"ioeventfd-scenario/1",${fields}}`;
}

/** A scenario of two operations, the second one with these fields. */
function second(fields: string): string {
  return scenario(`"operations":[{"op":"begin"},{${fields}}]`);
}

const store = '"op":"write","space":"memory","address":"0x0"';
const create = '"op":"create","region":"d","size":"0x10"';
const eventfd = '"op":"add-eventfd","region":"d","offset":"0x0"';

describe('what is valid', () => {
  test.each([
    ['no operations', minimal],
    ['wide numbers as JSON numbers', second(`${create.replace('"0x10"', '9007199254740991')},"kind":"ram"`)],
    ['a number written with an exponent', second(`${create.replace('"0x10"', '1e2')},"kind":"ram"`)],
    ['a size of 2^64', second(`${create.replace('0x10', '0x10000000000000000')},"kind":"ram"`)],
    ['a size of 0', second(`${create.replace('0x10', '0x0')},"kind":"container"`)],
    ['min without max', second(`${create},"kind":"io","impl":{"min":8}`)],
    ['min above a max of 0, which is the default', second(`${create},"kind":"io","valid":{"min":8,"max":0}`)],
    ['a root as a region: the call fails, the file is fine', second('"op":"unmap","region":"memory"')],
    ['registered data wider than the word', second(`${eventfd},"size":1,"data":"0x100","notifier":"n"`)],
    [
      'data with size 0: the call fails, the file is fine',
      second(`${eventfd},"size":0,"data":"0x1","notifier":"n"`),
    ],
    ['a notifier in any script', second(`${eventfd},"size":1,"notifier":"Benachrichtigung 😀"`)],
    ['64 bytes', second(`${store},"bytes":"${'Ab'.repeat(64)}"`)],
    [
      'the same operation expected twice',
      scenario(
        '"operations":[{"op":"begin"}],"expect":[{"operation":0,"effects":[]},{"operation":0,"effects":[]}]',
      ),
    ],
  ])('%s', (_, text) => {
    expect(messageOf(text)).toBe('fine');
  });

  test('wide numbers become bigint, bytes lower case; what is left out stays left out', () => {
    expect(readScenario(second(`${store},"bytes":"0AfF"`), '').operations[1]).toEqual({
      op: 'write',
      space: 'memory',
      address: 0n,
      bytes: '0aff',
    });
    expect(readScenario(minimal, '')).toEqual({ operations: [] });
  });
});

describe('what is invalid gives one line with the place', () => {
  const word = 'in lower case without leading zeros, or a number from 0 to 9007199254740991';
  test.each([
    ['', 'empty; expected a scenario'],
    [' \n', 'empty; expected a scenario'],
    ['\ufeff{}', 'begins with a byte order mark; expected UTF-8 without one'],
    ['{"format": 1,\n  "x" 2}', 'line 2, column 7: expected ":", got "2"'],
    ['{"format": "\u0007"}', 'line 1, column 13: expected the end of the string, got "\\u0007"'],
    [minimal.slice(0, -1), 'line 1, column 49: the text ends where "," or "}" is expected'],
    [`${minimal}\n${minimal}`, 'line 2, column 1: expected the end of the text, got "{"'],
    ['null', 'expected an object, got null'],
    ['{}', 'format: missing: expected "ioeventfd-scenario/1"'],
    [
      '{"format":"ioeventfd-scenario/2"}',
      'format: expected "ioeventfd-scenario/1", got "ioeventfd-scenario/2"',
    ],
    [scenario('"title":"x"'), 'operations: missing: expected a list'],
    [scenario('"operations":{}'), 'operations: expected a list, got an object'],
    [
      scenario('"operations":[],"opertions":[]'),
      /^opertions: unknown field; known are \$schema, format, title/,
    ],
    [scenario('"operations":[],"__proto__":{}'), /^__proto__: unknown field/],
    [scenario('"operations":[],"a\\nb\\u001b":1'), /^\["a\\nb\\u001b"\]: unknown field/],
    [scenario('"operations":[],"title":"a\\nb"'), /^title: expected a string of one line/],
    [scenario('"operations":[],"$schema":1'), '["$schema"]: expected a string, got 1'],
    [scenario('"operations":[],"confirmed":"kvm"'), 'confirmed: expected a list, got "kvm"'],
    [scenario('"operations":[],"confirmed":["kvm",7]'), /^confirmed\[1\]: expected a string .*got 7$/],
    [scenario('"operations":[],"confirmed":["a\\nb"]'), /^confirmed\[0\]: expected a string of one line/],
    [
      scenario('"operations":[],"profile":"xen"'),
      'profile: expected "contract", "tcg", "tcg-7.2" or "kvm", got "xen"',
    ],
    [scenario('"operations":[],"target":null'), 'target: expected "little" or "big", got null'],
    [scenario('"operations":[],"host":[]'), 'host: expected an object, got a list'],
    [
      scenario('"operations":[],"host":{"limit":-1}'),
      'host.limit: expected a number from 0 to 9007199254740991, got -1',
    ],
    [
      scenario('"operations":[],"host":{"refuse":[0,0.5]}'),
      'host.refuse[1]: expected a number from 0 to 9007199254740991, got 0.5',
    ],
    [
      scenario('"operations":[],"host":{"refuse":"none"}'),
      'host.refuse: expected "all" or a list of ordinals, got "none"',
    ],
    [
      scenario('"operations":[{"op":"begin"}],"expect":[{"operation":1,"effects":[]}]'),
      'expect[0].operation: expected the index of one of 1 operations, got 1',
    ],
    [
      scenario('"operations":[{"op":"begin"}],"expect":[{"operation":0}]'),
      'expect[0].effects: missing: expected a list',
    ],
    [
      scenario('"operations":[{"op":"begin"}],"expect":[{"operation":0,"effects":[{"x":1}]}]'),
      /^expect\[0\]\.effects\[0\]: expected an effect: an object with signal, /,
    ],
    [
      scenario('"operations":[],"found":{"property":"p","effects":[[{"error":"no"}]]}'),
      /^found\.effects\[0\]\[0\]\.error: expected "exists", .* got "no"$/,
    ],
    [second('"op":"frob"'), /^operations\[1\]\.op: expected an operation: .* got "frob"$/],
    [second('"op":"constructor"'), /^operations\[1\]\.op: expected an operation: .* got "constructor"$/],
    [second('"op":["write"]'), /^operations\[1\]\.op: expected an operation: .* got a list$/],
    [
      second('"op":"begin","op":"begin"'),
      /^operations\[1\]\.op: given twice in one object \(line 1, column \d+\)$/,
    ],
    [
      second('"op":"unmap","region":"a b"'),
      'operations[1].region: expected an id of 1 to 64 letters, digits, "_", "." or "-", got "a b"',
    ],
    [second(`"op":"unmap","region":"${'a'.repeat(65)}"`), /^operations\[1\]\.region: .*, got "a{60}"\.\.\.$/],
    [second(`${create}`), 'operations[1].kind: missing: expected "io", "ram", "container" or "alias"'],
    [
      second(`${create},"kind":"ram","impl":{}`),
      'operations[1].impl: unknown field; known are op, region, size, kind',
    ],
    [second(`${create},"kind":"io","target":"x"`), /^operations\[1\]\.target: unknown field/],
    [
      second(`${create},"kind":"io","valid":{"min":8,"max":4}`),
      'operations[1].valid.min: expected at most max, got 8',
    ],
    [second(`${create},"kind":"alias"`), /^operations\[1\]\.target: missing: expected an id/],
    [
      second(`${create.replace('0x10', '0xffffffffffffffff')},"kind":"ram"`),
      `operations[1].size: expected "0x0" to "0x10000000000000000" except "0xffffffffffffffff", ${word}, got "0xffffffffffffffff"`,
    ],
    [second(`${create.replace('0x10', '0x10000000000000001')},"kind":"ram"`), /^operations\[1\]\.size: /],
    [
      second('"op":"move","region":"d","offset":"0x10000000000000000"'),
      `operations[1].offset: expected "0x0" to "0xffffffffffffffff", ${word}, got "0x10000000000000000"`,
    ],
    [
      second('"op":"move","region":"d","offset":9007199254740992'),
      /^operations\[1\]\.offset: .* got 9007199254740992$/,
    ],
    [second('"op":"move","region":"d","offset":1e400'), /^operations\[1\]\.offset: .* got 1e400$/],
    [second('"op":"move","region":"d","offset":-1'), /^operations\[1\]\.offset: .* got -1$/],
    [second('"op":"move","region":"d","offset":"0x00"'), /^operations\[1\]\.offset: .* got "0x00"$/],
    [second('"op":"move","region":"d","offset":"0xA"'), /^operations\[1\]\.offset: .* got "0xA"$/],
    [second('"op":"move","region":"d","offset":"10"'), /^operations\[1\]\.offset: .* got "10"$/],
    [
      second('"op":"map","region":"d","container":"c","offset":0,"priority":2147483648'),
      'operations[1].priority: expected a number from -2^31 to 2^31-1, got 2147483648',
    ],
    [second(`${eventfd},"size":3,"notifier":"n"`), 'operations[1].size: expected 0, 1, 2, 4 or 8, got 3'],
    [second(`${eventfd},"size":"4","notifier":"n"`), 'operations[1].size: expected 0, 1, 2, 4 or 8, got "4"'],
    [
      second(`${eventfd},"size":4,"notifier":""`),
      'operations[1].notifier: expected a name of 1 to 256 characters without control characters, got ""',
    ],
    [second(`${eventfd},"size":4,"notifier":"\\ud800"`), /^operations\[1\]\.notifier: /],
    [second(`${store},"size":0,"data":"0x0"`), 'operations[1].size: expected 1, 2, 4 or 8, got 0'],
    [
      second(`${store},"size":2,"data":"0x10000"`),
      'operations[1].data: expected "0x0" to "0xffff", in lower case without leading zeros, or a number from 0 to 65535, got "0x10000"',
    ],
    [second(`${store},"size":1,"data":256`), /^operations\[1\]\.data: .* got 256$/],
    [second(`${store},"size":4`), /^operations\[1\]\.data: missing: /],
    [second(`${store}`), 'operations[1].size: missing: expected 1, 2, 4 or 8'],
    [
      second(`${store},"size":1,"data":"0x0","bytes":"00"`),
      'operations[1].size: unknown field; known are op, space, address, bytes',
    ],
    [
      second(`${store},"bytes":""`),
      'operations[1].bytes: expected 1 to 64 bytes, two hexadecimal digits each, got ""',
    ],
    [second(`${store},"bytes":"${'00'.repeat(65)}"`), /^operations\[1\]\.bytes: expected 1 to 64 bytes/],
    [second(`${store},"bytes":"000"`), /^operations\[1\]\.bytes: expected 1 to 64 bytes/],
  ])('%j', (text, reason) => {
    const message = messageOf(text);
    expect(message.startsWith('scenario.json: ')).toBe(true);
    const rest = message.slice('scenario.json: '.length);
    if (typeof reason === 'string') expect(rest).toBe(reason);
    else expect(rest).toMatch(reason);
    expect(message).not.toContain('\n');
  });

  test('of a million errors the first is told, soon', () => {
    const text = scenario(`"operations":[${'{},'.repeat(1_000_000)}{}]`);
    expect(messageOf(text)).toMatch(/^scenario\.json: operations\[0\]\.op: missing/);
    expect(messageOf(scenario(`"operations":[],"host":{"refuse":[${'{},'.repeat(1_000_000)}{}]}`))).toMatch(
      /^scenario\.json: host\.refuse\[0\]: /,
    );
  });

  test('a text above the limit', () => {
    expect(messageOf(minimal.padEnd(maximumScenarioBytes + 1))).toBe(
      'scenario.json: more than 16 MiB, too much for one scenario',
    );
    expect(messageOf(minimal.padEnd(maximumScenarioBytes))).toBe('fine');
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenario-format-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a file of this content yields: titles with sources, at last the error if there is one. */
  async function yields(content: string | Buffer): Promise<string[]> {
    const path = join(folder, 'file');
    writeFileSync(path, content);
    return outcome(path);
  }

  async function outcome(path: string): Promise<string[]> {
    const results: string[] = [];
    try {
      for await (const { scenario, source } of readScenarios(path))
        results.push(`${source} ${scenario.title ?? ''}`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      results.push(error.message);
    }
    return results.map((result) => result.replaceAll(folder, ''));
  }

  const named = (title: string) => scenario(`"title":"${title}","operations":[]`);

  test('one scenario, printed or on one line', async () => {
    expect(await yields(JSON.stringify(JSON.parse(named('a')), null, 2))).toEqual(['/file a']);
    expect(await yields(named('a'))).toEqual(['/file a']);
    expect(await yields(`\n\r\n${named('a')}\r\n\n`)).toEqual(['/file a']);
    expect(await yields(`\n{\n\n"format":"ioeventfd-scenario/1","operations":[]}\n`)).toEqual(['/file ']);
  });

  test('JSON Lines; blank lines are skipped and counted', async () => {
    expect(await yields(`${named('a')}\n${named('b')}\n`)).toEqual(['/file:1 a', '/file:2 b']);
    expect(await yields(`\n${named('a')}\r\n \n\n${named('b')}\n${named('c')}`)).toEqual([
      '/file:2 a',
      '/file:5 b',
      '/file:6 c',
    ]);
  });

  test('errors in JSON Lines name the line; what stands before is read', async () => {
    expect(await yields(`${named('a')}\n{"format":1}\n${named('b')}`)).toEqual([
      '/file:1 a',
      '/file:2: format: expected "ioeventfd-scenario/1", got 1',
    ]);
    expect(await yields(`{}\n${named('b')}`)).toEqual([
      '/file:1: format: missing: expected "ioeventfd-scenario/1"',
    ]);
    expect(await yields(`${named('a')}\n${named('b')}\n{"format" 1}`)).toEqual([
      '/file:1 a',
      '/file:2 b',
      '/file:3: column 11: expected ":", got "1"',
    ]);
    expect(await yields(`${named('a')}\n${named('b').slice(0, 20)}\n`)).toEqual([
      '/file:1 a',
      '/file:2: column 21: expected the end of the string, got "\\n"',
    ]);
  });

  test('errors in a whole file name line and column', async () => {
    expect(await yields('\n\n{\n  "format": x\n}')).toEqual([
      '/file: line 4, column 13: expected a JSON value, got "x"',
    ]);
    expect(await yields('\n{"format": x\n}')).toEqual([
      '/file: line 2, column 12: expected a JSON value, got "x"',
    ]);
    expect(await yields('{')).toEqual([
      '/file: line 1, column 2: the text ends where a field name in double quotes is expected',
    ]);
    expect(await yields('  [1]')).toEqual(['/file: line 1, column 3: expected "{", got "["']);
  });

  test('what is no text, and what is nothing', async () => {
    expect(await yields('')).toEqual(['/file: empty; expected a scenario']);
    expect(await yields('\n \n')).toEqual(['/file: empty; expected a scenario']);
    expect(await yields(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]))).toEqual(['/file: not UTF-8 text']);
    expect(await yields(Buffer.from(`\ufeff${minimal}`, 'utf16le'))).toEqual(['/file: not UTF-8 text']);
    expect(await yields(Buffer.from(minimal, 'utf16le'))).toEqual([
      '/file: line 1, column 2: expected a field name in double quotes, got "\\u0000"',
    ]);
    expect(await yields(`\ufeff${minimal}`)).toEqual([
      '/file: begins with a byte order mark; expected UTF-8 without one',
    ]);
    expect(await yields(Buffer.from(named('caf\u00e9'), 'latin1'))).toEqual(['/file: not UTF-8 text']);
    expect(await yields(Buffer.concat([Buffer.from(`${minimal}\n{`), Buffer.from([0xff])]))).toEqual([
      '/file:1 ',
      '/file:2: not UTF-8 text',
    ]);
  });

  test('what cannot be opened', async () => {
    expect(await outcome(join(folder, 'none.json'))).toEqual(['/none.json: no such file']);
    expect(await outcome(folder)).toEqual([': a directory; expected a file']);
    expect(await outcome(join(folder, 'file', 'x'))).toEqual(['/file/x: no such file']);
    expect(await outcome(join(folder, 'x'.repeat(5000)))).toEqual([
      expect.stringContaining('the name is too long'),
    ]);
    expect(await outcome(join(folder, 'a\nb'))).toEqual(['/a\\u000ab: no such file']);
  });

  test('100 MB without an end are refused at the limit, or at once', async () => {
    const path = join(folder, 'large');
    // A sparse file: zeros after what is written.
    for (const [start, message] of [
      [`{"format":"ioeventfd-scenario/1",\n`, '/large: more than 16 MiB, too much for one scenario'],
      ['{"format', '/large: more than 16 MiB, too much for one scenario'],
      [`${minimal}\n{`, '/large:2: more than 16 MiB, too much for one scenario'],
      ['', '/large: not UTF-8 text'],
    ] as const) {
      writeFileSync(path, start);
      truncateSync(path, 100_000_000);
      expect((await outcome(path)).at(-1)).toBe(message);
    }
  });

  test('JSON Lines may be longer than one scenario may be', async () => {
    const path = join(folder, 'long.jsonl');
    const line = `${second(`${store},"size":4,"data":"0x1"`).replace('[', `[${'{"op":"begin"},'.repeat(5000)}`)}\n`;
    const count = Math.ceil((maximumScenarioBytes * 1.2) / line.length);
    writeFileSync(path, line.repeat(count));
    expect(await outcome(path)).toHaveLength(count);
  });
});

test('on standard input the first line is not held back until the second one comes', () => {
  const first = Buffer.from(`${minimal}\n`);
  expect([...new DocumentSplitter('standard input', false).push(first)]).toHaveLength(1);
  expect([...new DocumentSplitter('file', true).push(first)]).toHaveLength(0);
});
