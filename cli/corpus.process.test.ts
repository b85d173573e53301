/** `check --corpus`: what is kept, that it is varied first, and what is said of a directory that is none. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario } from '../format/index.ts';
import { TestCommand } from './testing/command.ts';
import { untimed } from './testing/untimed.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const check = (...words: string[]) =>
  command.run(['check', '--seed', '5', '--no-regressions', '--json', ...words]);

function write(name: string, text: string): void {
  mkdirSync(dirname(command.path(name)), { recursive: true });
  command.write(name, text);
}

const filesIn = (directory: string) => readdirSync(join(command.directory, directory)).sort();
const textsIn = (directory: string) =>
  filesIn(directory).map((name) => readFileSync(join(command.directory, directory, name), 'utf8'));

describe('a corpus', () => {
  const few = ['--runs', '500', '--workers', '1'];

  it('is made, keeps what reached something new, and is read by the next run, which keeps less', async () => {
    const first = await check(...few, '--corpus', 'kept');
    expect([first.status, first.error]).toEqual([0, '']);
    const { corpus } = JSON.parse(first.out);
    expect(corpus.read).toBe(0);
    expect(filesIn('kept')).toHaveLength(corpus.kept);
    expect(corpus.kept).toBeGreaterThan(20);
    for (const text of textsIn('kept')) {
      expect(readScenario(text, 'kept').operations.length).toBeGreaterThan(0);
    }
    const other = ['check', '--seed', '6', '--no-regressions', ...few, '--corpus'];
    const alone = await command.run([...other, 'empty', '--json']);
    const again = await command.run([...other, 'kept']);
    const [, read, kept] = / {2}corpus +([\d,]+) read, ([\d,]+) kept\n/.exec(again.out) ?? [];
    expect([again.status, Number(read)]).toEqual([0, corpus.kept]);
    expect(Number(kept)).toBeLessThan(JSON.parse(alone.out).corpus.kept);
    expect(filesIn('kept')).toHaveLength(corpus.kept + Number(kept));
  });

  it('that is empty changes nothing of a run', async () => {
    const { corpus: _, ...report } = untimed((await check(...few, '--corpus', 'none-yet')).out);
    expect(report).toEqual(untimed((await check(...few)).out));
  });

  it('the same seed and the same corpus give the same report and keep the same, whatever the workers', async () => {
    await check('--runs', '250', '--corpus', 'one');
    for (const name of filesIn('one')) {
      write(`two/${name}`, readFileSync(join(command.directory, 'one', name), 'utf8'));
    }
    const runs = ['--runs', '1500', '--seed', '7'];
    const one = await check(...runs, '--workers', '1', '--corpus', 'one');
    const two = await check(...runs, '--workers', '2', '--corpus', 'two');
    expect(untimed(two.out)).toEqual(untimed(one.out));
    expect(textsIn('two')).toEqual(textsIn('one'));
  });

  it('shards share it: joined, the report says what was kept', async () => {
    const parts = [];
    for (const part of ['1/2', '2/2']) {
      const { out } = await check('--runs', '500', '--shard', part, '--corpus', `shard-${part[0]}`);
      parts.push(command.write(`${part[0]}.json`, out));
    }
    const { status, out } = await command.run(['merge', ...parts, '--json']);
    const kept = filesIn('shard-1').length + filesIn('shard-2').length;
    expect([status, JSON.parse(out).corpus]).toEqual([0, { read: 0, kept }]);
  });

  it('is varied first, in every batch', async () => {
    const near = new URL('../properties/regressions/deletion-ignores-data.json', import.meta.url);
    for (const name of ['one', 'two']) write(`near/${name}.json`, readFileSync(near, 'utf8'));
    const variedIn = async (runs: string, ...more: string[]) =>
      JSON.parse((await check('--runs', runs, '--workers', '1', ...more)).out).extra.varied;
    // At most a quarter of a batch. Without a corpus, nothing is there to vary so early.
    expect(await variedIn('4', '--corpus', 'near')).toBe(1);
    expect(await variedIn('8', '--corpus', 'near')).toBe(2);
    expect(await variedIn('8')).toBe(0);
  });

  it('a program takes part as well', async () => {
    const { status, out } = await check(
      '--runs',
      '250',
      'model',
      `exec:node "${command.program}" serve impl`,
      '--corpus',
      'piped',
    );
    expect([status, JSON.parse(out).corpus.kept]).toEqual([0, filesIn('piped').length]);
  });
});

describe('a directory that is none, or has something else in it, is one line and status 2', () => {
  it.each([
    ['{', 'bad/a.json: '],
    ['{"format":"ioeventfd-scenario/1","operations":[{"op":"explode"}]}', 'bad/a.json: operations[0].op: '],
    ['\u001b[2J', 'bad/a.json: '],
    ['', 'bad/a.json: '],
  ])('%j', async (text, line) => {
    write('bad/a.json', text);
    const { status, out, error } = await check('--runs', '1', '--corpus', 'bad');
    expect([status, out]).toEqual([2, '']);
    expect(error.startsWith(`ioeventfd-check: ${line}`)).toBe(true);
    expect(error).toMatch(/^[ -~]+\n$/);
  });

  it('a file in its place', async () => {
    command.write('plain', 'x');
    const { status, error } = await check('--runs', '1', '--corpus', 'plain');
    expect([status, error]).toEqual([2, 'ioeventfd-check: --corpus plain: not a directory\n']);
  });

  it('other files are left alone', async () => {
    write('mixed/README', 'x');
    write('mixed/.hidden.json', 'x');
    expect((await check('--runs', '1', '--corpus', 'mixed')).error).toBe('');
  });
});
