import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readScenario } from '../format/index.ts';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const script = fileURLToPath(new URL('testing/misbehaving.js', import.meta.url));

/** A program that is right, but for one thing that it does. */
const doing = (what: string) =>
  `exec:node ${script} ${join(inject('builtPackage'), 'dist')} '${what}' ${command.directory}`;

/** Processes of a program that does this, its shell among them. */
function left(what: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      if (!/^\d+$/.test(name)) return false;
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes('IOEVENTFD_CHECK_CHILD=')) return false;
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return (
        words.includes(command.directory) && [`'${what}'`, `\0${what}\0`].some((one) => words.includes(one))
      );
    } catch {
      return false;
    }
  });
}

const check = (what: string, ...more: string[]) =>
  command.spawn(
    [
      ...['check', 'model', doing(what), '--runs', '100', '--seed', '1', '--no-regressions'],
      ...['--save', what.replaceAll(' ', '-'), ...more],
    ],
    { environment: { NO_COLOR: '1' } },
  );

// Most of them are waited for: several at once.

describe.concurrent('a program that cannot be reached is one line, and status 3', () => {
  it.each([
    ['dies at its start', 'ended with exit status 3, before it said hello'],
    ['complains and dies', 'ended with exit status 1, before it said hello; it says: no license'],
    [
      'says another protocol',
      'answers hello with what is none: hello.protocol: expected "ioeventfd-dispatcher/1"',
    ],
    ['says hello in garbage', 'wrote "hello!" to standard output, which is no line of JSON'],
    ['says nothing', 'does not say hello within 10 s'],
  ])('it %s', async (what, reason) => {
    const { status, out, error } = await check(what);
    expect([status, out]).toEqual([3, '']);
    expect(error).toContain(reason);
    expect(error.trim()).not.toContain('\n');
    expect(left(what)).toEqual([]);
  });
});

const noAnswer = 'does not answer within';

/** What it does at a scenario, and what is said of it. */
const found = [
  ['dies at a scenario', 'ended with exit status 134'],
  ['ends well in the middle', 'ended with exit status 0'],
  ['hangs', noAnswer],
  ['hangs in a loop', noAnswer],
  ['ignores SIGTERM', noAnswer],
  ['answers late', noAnswer],
  ['answers twice', 'waiting: '],
  ['answers with wrong ids', 'waiting: '],
  ['answers with too few lists', 'of effects for'],
  ['answers with no effects', 'effects['],
  ['answers with garbage', 'which is no line of JSON'],
  ['answers in another form', 'without exactly one of effects, unsupported and error'],
  ['answers with 100 MB', 'a line of more than 16 MiB'],
  ['prints what it does', 'which is no line of JSON'],
  ['closes its input', noAnswer],
  // The shell that started it holds it open.
  ['closes its output', noAnswer],
  ['says that it failed', 'says that it failed: out of slots'],
] as const;

describe.concurrent('a program that goes wrong at a scenario is a finding, shrunk, saved, and with nothing left', () => {
  it.each(found)('it %s', async (what, reason) => {
    // What answers, answers on a busy machine, too.
    const seconds = reason === noAnswer ? '2' : '60';
    const { status, out, error } = await check(what, '--limit-time', seconds, '--json');
    expect([status, error]).toEqual([1, '']);
    const { finding } = JSON.parse(out);
    expect(finding.property).toBe('answer');
    expect(finding.message).toContain(reason);
    const saved = readScenario(readFileSync(command.path(finding.file), 'utf8'), finding.file);
    // What is waited for at each attempt is shrunk for a time, so that its length depends on the machine.
    const original = saved.found?.originalLength ?? 0;
    expect(saved.operations.length).toBeLessThanOrEqual(reason === noAnswer ? original : 4);
    expect(left(what)).toEqual([]);
  });

  it('the last of its standard error is saved and printed with it', async () => {
    const { out } = await check('dies at a scenario', '--limit-time', '20');
    expect(out).toMatch(/standard error:\n(.*\n)* +assertion failed: bus is empty/);
  });
});

describe.concurrent('a program that goes wrong once is reported with both answers', () => {
  it.each([
    ['dies at the n-th', 'not repeatable: '],
    ['is never the same', 'not repeatable: '],
  ])('it %s', async (what, reason) => {
    const { status, out } = await check(what, '--json');
    const { finding } = JSON.parse(out);
    expect(status).toBe(1);
    expect([
      finding.property,
      finding.sides.map(({ name }: { name: string }) => /(first|again)$/.exec(name)?.[0]),
    ]).toEqual(['repeatability', ['first', 'again']]);
    expect(finding.message).toContain(reason);
  });
});

describe.concurrent('a program that is only unusual is right', () => {
  it.each(['answers out of order', 'writes to standard error without end', 'leaves children', 'is quiet'])(
    'it %s',
    async (what) => {
      const { status, error } = await check(what);
      expect([status, error]).toEqual([0, '']);
      expect(left(what)).toEqual([]);
    },
  );

  it('but one that supports nothing does not pass', async () => {
    const { status, out } = await check('supports nothing');
    expect(status).toBe(1);
    expect(out).toContain('unsupported   100: not yet');
    expect(out).toContain('supported: 0.0 %, below the minimum of 50.0 %');
  });
});

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('nothing is left after %s', async (signal) => {
  const child = command.start(['check', 'model', doing('hangs'), '--seed', '1', '--no-regressions']);
  while (left('hangs').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill(signal);
  await new Promise((resolve) => child.on('close', resolve));
  while (left('hangs').length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
});
