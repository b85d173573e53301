import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../format/errors.ts';
import { loadScope, scopeNames } from './load.ts';
import { readScope } from './read.ts';

const least = { format: 'ioeventfd-scope/1', title: 'x', regions: [{ region: 'd', kind: 'io', size: 8 }] };

async function errorOf(read: () => unknown): Promise<string> {
  try {
    await read();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no error';
}

it.each(scopeNames())('the scope %s is of the format, with a title of its own', async (name) => {
  const { title, operations } = await loadScope(name);
  expect(title).toMatch(/^.{20,}$/);
  expect(operations.length).toBeGreaterThan(5);
});

it('a scope has every choice of the values once, in order', () => {
  const scope = readScope(
    JSON.stringify({
      ...least,
      places: [{ region: 'd', container: 'memory', offset: [0, '0x10'], priority: [0, 1] }],
      words: [{ region: 'd', offset: 0, size: 4, data: [null, 1] }],
      atMost: { nesting: 1 },
      writes: [{ space: 'memory', address: 0, size: [1, 2], data: [1, 256] }],
    }),
    's',
  );
  expect(scope.operations.map(({ op }) => op).join(' ')).toBe(
    'create map map map map add-eventfd add-eventfd begin commit del-eventfd del-eventfd write write write',
  );
  expect(scope.bounds).toEqual({ registrations: 1, atOneOffset: 1, nesting: 1 });
});

describe('what is no scope is said in one line', () => {
  it.each([
    ['{', 's: line 1, column 2: the text ends where a field name in double quotes is expected'],
    ['[]', 's: expected an object, got a list'],
    ['{}', 's: format: missing: expected "ioeventfd-scope/1"'],
    [{ ...least, format: 'x' }, 's: format: expected "ioeventfd-scope/1", got "x"'],
    [{ ...least, regoins: [] }, /^s: regoins: unknown field; known are format, title/],
    [{ ...least, profile: 'xen' }, 's: profile: expected "contract", "tcg", "tcg-7.2" or "kvm", got "xen"'],
    [{ ...least, host: { limit: -1 } }, /^s: host\.limit: expected a number from 0/],
    [{ ...least, regions: [] }, 's: regions: expected a list that is not empty'],
    [{ ...least, regions: [{ region: 'd', kind: 'io' }] }, /^s: regions\[0\]\.size: missing: expected "0x0"/],
    [{ ...least, regions: [least.regions[0], least.regions[0]] }, 's: regions[1]: "d" is there already'],
    [
      { ...least, places: [{ region: 'e', container: 'memory', offset: 0 }] },
      's: places[0].region: no region of this scope is called "e": there are memory, io, d',
    ],
    [
      { ...least, words: [{ region: 'd', offset: 0, size: 3 }] },
      's: words[0].size: expected 0, 1, 2, 4 or 8, got 3',
    ],
    [
      { ...least, notifiers: 2, words: [{ region: 'd', offset: 0, size: 4, notifier: 2 }] },
      's: words[0].notifier: expected a number below 2 ("notifiers"), got 2',
    ],
    [{ ...least, atMost: { nesting: 17 } }, 's: atMost.nesting: expected a number from 0 to 16'],
    [
      { ...least, writes: [{ space: 'memory', address: 0, size: 4 }] },
      /^s: writes\[0\]\.data: missing: expected "0x0"/,
    ],
    [
      { ...least, regions: [{ ...least.regions[0], op: 'write' }] },
      's: regions[0].op: unknown field; every entry is a create',
    ],
    [
      { ...least, writes: [{ space: 'memory', address: 0, size: 1e9, data: 1 }] },
      's: writes[0].size: expected 1, 2, 4 or 8, got 1000000000',
    ],
    [
      { ...least, writes: [{ space: 'memory', address: 0, size: 4, data: 1.5 }] },
      /^s: writes\[0\]\.data: expected/,
    ],
  ] as const)('%j', async (document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    const found = await errorOf(() => readScope(text, 's'));
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
    expect(found).not.toContain('\n');
  });

  it('a name that no scope has, and a file that is not there', async () => {
    expect(await errorOf(() => loadScope('tine'))).toMatch(/^no scope is called "tine": there are .*tiny/);
    expect(await errorOf(() => loadScope('./no/such.json'))).toBe('./no/such.json: no such file');
  });
});

describe('how large a scope may be', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('4,096 operations are a scope, one more is none', async () => {
    const text = (count: number) =>
      JSON.stringify({
        ...least,
        places: [{ region: 'd', container: 'memory', offset: numbers(count), priority: numbers(5) }],
      });
    expect(readScope(text(819), 's').operations.length).toBe(4096);
    expect(await errorOf(() => readScope(text(820), 's'))).toBe(
      "s: places[0]: stands for 4100 of the scope's 4101 operations; a scope has at most 4096: shorten its lists",
    );
  });

  it.each([
    [
      'places',
      { region: 'd', container: 'memory', offset: numbers(100_000), priority: numbers(1000) },
      100_000_000n,
    ],
    // Beyond what a JavaScript number holds exactly.
    [
      'words',
      {
        region: Array(1000).fill('d'),
        offset: numbers(40_000),
        size: numbers(40_000),
        data: numbers(40_001),
        notifier: 0,
      },
      64_001_600_000_000_000n,
    ],
    ['writes', { space: ['memory', 'io'], address: numbers(50_000), size: numbers(50_001) }, 5_000_100_000n],
  ])('the number is said before the operations of %s are made', async (field, entry, number) => {
    const before = process.memoryUsage.rss();
    const message = await errorOf(() => readScope(JSON.stringify({ ...least, [field]: [entry] }), 's'));
    expect(message).toContain(`s: ${field}[0]: stands for ${number} of the scope's `);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20);
  });

  it('a text of more than 1 MiB is none, and no more of it is read', async () => {
    const text = JSON.stringify(least);
    expect(readScope(text.padEnd(2 ** 20), 's').title).toBe('x');
    expect(await errorOf(() => readScope(text.padEnd(2 ** 20 + 1), 's'))).toBe(
      's: more than 1 MiB, too much for a scope',
    );
    expect(await errorOf(() => loadScope('/dev/zero'))).toBe(
      '/dev/zero: more than 1 MiB, the most that is read of it',
    );
  });

  it('waiting for a FIFO ends when the signal is aborted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scope-'));
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const controller = new AbortController();
    const loading = loadScope(path, { signal: controller.signal });
    setImmediate(() => controller.abort('enough'));
    await expect(loading).rejects.toBe('enough');
    rmSync(folder, { recursive: true });
  });
});
