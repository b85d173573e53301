/** Commands other than check in parts, one for each shard: joined, they say what they say in one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';
import { untimed } from './testing/untimed.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const check = (...args: string[]) => command.run(['check', ...args, '--seed', '9', '--json']);

/** Runs all shards of a command, in so many parts; their reports, joined, as JSON. */
async function inParts(words: readonly string[], count: number) {
  const files: string[] = [];
  for (let index = 1; index <= count; index++) {
    const { out, error } = await command.run([...words, '--json', '--shard', `${index}/${count}`]);
    expect(error).toBe('');
    files.push(command.write(`part-${index}.json`, out));
  }
  return { files, ...(await command.run(['merge', ...files, '--json'])) };
}

describe('other commands in parts say what they say in one', () => {
  it.each([
    ['conform', ['conform', 'impl', '--seed', '3', '--runs', '300'], 0],
    ['explore a program', ['explore', 'model', 'exec:node PROGRAM serve impl', '--scope', 'kernel-limit'], 0],
  ])('%s', async (_, given, status) => {
    const words = given.map((word) => word.replace('PROGRAM', `"${command.program}"`));
    const one = await command.run([...words, '--json']);
    const parts = await inParts(words, 2);
    expect([one.status, parts.status, parts.error]).toEqual([status, status, '']);
    expect(untimed(parts.out, 'findings', 'finding')).toEqual(
      untimed(one.out, 'findings', 'finding', 'flaw'),
    );
  });

  it('mutants: every row is of one part, the controls are of each', async () => {
    const names = ['deletion-ignores-data', 'limit-before-collision'];
    const few = ['--seeds', '1', '--runs', '20', '--no-explore', '--workers', '1'];
    const { status, out, files } = await inParts(['mutants', ...names, ...few], 2);
    const { outcome, rows, controls, shard } = JSON.parse(out);
    expect([status, outcome, shard]).toEqual([0, 'found', null]);
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(names);
    const parts = files.map((file) => JSON.parse(readFileSync(join(command.directory, file), 'utf8')));
    expect(parts.map((part) => [part.rows, part.controls])).toEqual(
      rows.map((row: unknown) => [[row], controls]),
    );
  });

  it('conform: a difference that one part finds fails all', async () => {
    const words = [
      'conform',
      'mutant:deletion-ignores-data',
      '--profile',
      'contract',
      '--seed',
      '1',
      '--runs',
      '500',
    ];
    const { status, out, files } = await inParts(words, 2);
    const report = JSON.parse(out);
    expect([status, report.outcome]).toEqual([1, 'differs']);
    expect(report.findings.length).toBeGreaterThan(0);
    const text = await command.run(['merge', ...files]);
    expect(text.out).toMatch(/^part-\d\.json: model and mutant:deletion-ignores-data differ/);
    expect(text.out).toMatch(/^failed {2}properties\/scenarios\/r2-/m);
    const junit = await command.run(['merge', ...files, '--reporter', 'junit']);
    expect(junit.out).toMatch(/name="random scenarios, in part-\d\.json"/);
  });

  it('a part that was killed is missing; run again, it completes the run', async () => {
    const words = ['conform', 'impl', '--seed', '3', '--runs', '250'];
    const { files } = await inParts(words, 2);
    command.write('part-2.json', '');
    const empty = await command.run(['merge', ...files]);
    expect([empty.status, empty.out, empty.error]).toEqual([
      2,
      '',
      'ioeventfd-check: part-2.json: the text ends where a JSON value is expected (line 1, column 1); expected what check --json prints\n',
    ]);
    const missing = await command.run(['merge', files[0] ?? '']);
    expect(missing.error).toBe('ioeventfd-check: of 2 shards, missing: 2\n');
    const { out } = await command.run([...words, '--json', '--shard', '2/2']);
    command.write('part-2.json', out);
    expect((await command.run(['merge', ...files])).status).toBe(0);
  });

  it('reports of two commands are not of one run', async () => {
    const conform = await command.run([
      'conform',
      'impl',
      '--seed',
      '3',
      '--runs',
      '1',
      '--json',
      '--shard',
      '1/2',
    ]);
    const other = await check('--runs', '1', '--no-regressions', '--shard', '2/2');
    const { status, error } = await command.run(['merge', '-'], { input: conform.out + other.out });
    expect([status, error]).toEqual([
      2,
      'ioeventfd-check: standard input:2: format: ioeventfd-check-report/4, but standard input:1 has ioeventfd-conform-report/1: not the same run\n',
    ]);
  });
});
