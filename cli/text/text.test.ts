import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import { commandsFor, programName, shellWord } from '../invocation.ts';
import { jsonLine } from './json-line.ts';
import { annotated, columnOf, grouped, hex, pageWidth, percent, wrapped } from './layout.ts';
import { effectText, numbered, operationText } from './operation.ts';
import { wantsColours } from './style.ts';

describe('numbers', () => {
  it('are hexadecimal as in the format, but for 2^64', () => {
    expect([0n, 255n, (1n << 64n) - 1n, 1n << 64n].map(hex)).toEqual([
      '0x0',
      '0xff',
      '0xffffffffffffffff',
      '2^64',
    ]);
  });

  it('have their thousands apart, and shares never round to nothing', () => {
    expect([999, 1000, 1_234_567].map(grouped)).toEqual(['999', '1,000', '1,234,567']);
    expect([0, 0.0004, 0.455].map(percent)).toEqual(['0.0 %', '0.04 %', '45.5 %']);
  });
});

describe('lines', () => {
  it('are broken at spaces, and indented where they go on', () => {
    expect(wrapped('  one two three', 10, '  ')).toEqual(['  one two', '    three']);
  });

  it('are cut in a column, which keeps its width', () => {
    expect(columnOf('a abcdefghij', 5)).toEqual(['a', '  abc', 'defgh', 'ij']);
  });

  it('have the clauses at the right', () => {
    expect(annotated('text', ['D1', 'S5'])).toEqual([`${'text'.padEnd(88)}[D1 S5]`]);
    const long = annotated('word '.repeat(40).trim(), ['D8', 'S2', 'S3', 'S7']);
    expect(long.every((line) => line.length <= pageWidth)).toBe(true);
    expect(long.at(-1)).toMatch(/ \[D8 S2 S3 S7\]$/);
  });
});

describe('operations and effects', () => {
  const operations: [Operation, string][] = [
    [
      { op: 'create', region: 'd', kind: 'io', size: 1n, valid: { unaligned: true } },
      'create d: io, 1 byte, valid unaligned',
    ],
    [
      { op: 'create', region: 'd', kind: 'io', size: 1n << 64n, endianness: 'big', impl: { min: 2 } },
      'create d: io, 2^64 bytes, big-endian, impl 2..',
    ],
    [
      { op: 'create', region: 'w', kind: 'alias', size: 16n, target: 'd', targetOffset: 4n },
      'create w: alias, 0x10 bytes of d from 0x4',
    ],
    [
      { op: 'map', region: 'd', container: 'io', offset: 16n, priority: -1 },
      'map d in io at 0x10, priority -1',
    ],
    [{ op: 'retarget', region: 'w', targetOffset: 8n }, 'retarget w to offset 0x8'],
    [{ op: 'resize', region: 'w', size: 8n }, 'resize w to 0x8 bytes'],
    [
      { op: 'del-eventfd', region: 'd', offset: 0n, size: 0, notifier: 'n' },
      'del-eventfd d+0x0, any size -> n',
    ],
    [{ op: 'write', space: 'io', address: 1n, bytes: '0a0b' }, 'write by QEMU at io 0x1: 0a 0b'],
  ];

  it.each(operations.map(([operation, text]) => [text, operation] as const))('%s', (text, operation) => {
    expect(operationText(operation)).toBe(text);
  });

  it('may be foreign text, which cannot break a line', () => {
    expect(effectText({ error: 'absent', message: 'one\ntwo\x1b[31m' })).toBe(
      'error absent (one\\u000atwo\\u001b[31m)',
    );
  });

  it('have the names of notifiers escaped', () => {
    const notifier = 'n\u202e\u200b';
    const ioeventfd = { space: 'memory', address: 0n, size: 4, notifier } as const;
    const texts = [
      effectText({ signal: notifier }),
      effectText({ hostAdd: ioeventfd }),
      effectText({ hostDel: ioeventfd }),
      effectText({ hostRefused: ioeventfd, reason: 'EEXIST' }),
      operationText({ op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier }),
    ];
    for (const text of texts) expect(text).toContain('n\\u202e\\u200b');
  });

  it('take more than one line, if they must', () => {
    const lines = numbered(3, { op: 'write', space: 'memory', address: 0n, bytes: '00'.repeat(64) }, '  ');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => line.length <= pageWidth)).toBe(true);
  });
});

describe('colours', () => {
  it('are for terminals, unless the environment says otherwise', () => {
    expect(wantsColours({}, true)).toBe(true);
    expect(wantsColours({}, false)).toBe(false);
    expect(wantsColours({ CI: 'true' }, false)).toBe(false);
    expect(wantsColours({ TERM: 'dumb' }, true)).toBe(false);
    expect(wantsColours({ NO_COLOR: '1' }, true)).toBe(false);
    expect(wantsColours({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(wantsColours({ FORCE_COLOR: '0' }, true)).toBe(false);
    expect(wantsColours({ NO_COLOR: '1', FORCE_COLOR: '1' }, false)).toBe(false);
  });
});

describe('the command that a report names', () => {
  it('is the one that was typed', () => {
    expect(programName('/usr/bin/ioeventfd-check', '/home')).toBe('ioeventfd-check');
    expect(programName('/p/node_modules/.bin/ioeventfd-check', '/p')).toBe('npx ioeventfd-check');
    expect(programName('/p/bin/ioeventfd-check.js', '/p')).toBe('node bin/ioeventfd-check.js');
    expect(programName('/p/dist/cli/main.js', '/p')).toBe('node dist/cli/main.js');
    expect(programName('/p/dist/cli/main.js', '/elsewhere')).toBe('node /p/dist/cli/main.js');
  });

  it('is quoted for a shell where it must be', () => {
    expect(shellWord('a/b-c.json')).toBe('a/b-c.json');
    expect(shellWord("it's mine")).toBe("'it'\\''s mine'");
  });

  it.each(['a\nb', "\u001b[2J'; rm -rf ~ #", 'report\u202enosj', '\\ \u200b', 'x\u{e0001}'])(
    'has nothing in it but what can be printed: %j',
    (word) => {
      expect(shellWord(word)).toMatch(/^[ -~]+$/);
      expect(execFileSync('bash', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word);
    },
  );

  it('never takes a file for an option or for standard input', () => {
    expect(commandsFor('ioeventfd-check', '--on', ['a', 'b']).replay).toMatch(/ replay \.\/--on --on a,b$/);
    expect(commandsFor('ioeventfd-check', '-', ['a', 'b']).explain).toMatch(/ explain \.\/- --on b$/);
  });
});

describe('JSON for programs', () => {
  it('has nothing in it that a terminal would obey, and says the same', () => {
    const value = { name: 'a\u202eb\u200b\u009b2J\u{e0001}\u007f' };
    const line = jsonLine(value);
    expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(line)).toEqual(value);
  });
});
