import { describe, expect, it } from 'vitest';
import { InputError } from '../../format/errors.ts';
import { loadScope, readScope, scopeNames } from './scope.ts';

const least = { format: 'ioeventfd-scope/1', title: 'x', regions: [{ region: 'd', kind: 'io', size: 8 }] };

function errorOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no error';
}

it.each(scopeNames())('the scope %s is of the format, with a title of its own', (name) => {
  const { title, alphabet } = loadScope(name);
  expect(title).toMatch(/^.{20,}$/);
  expect(alphabet.length).toBeGreaterThan(5);
});

it('the alphabet has every choice of the values once, in order', () => {
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
  expect(scope.alphabet.map(({ op }) => op).join(' ')).toBe(
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
    [{ ...least, profile: 'xen' }, 's: profile: expected "contract", "tcg" or "kvm", got "xen"'],
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
  ] as const)('%j', (document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    const found = errorOf(() => readScope(text, 's'));
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
    expect(found).not.toContain('\n');
  });

  it('a name that no scope has, and a file that is not there', () => {
    expect(errorOf(() => loadScope('tine'))).toMatch(/^no scope is called "tine": there are .*tiny/);
    expect(errorOf(() => loadScope('./no/such.json'))).toBe('./no/such.json: no such file');
  });
});
