/** `generate`: the scenarios of `check`, for a pipeline. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

async function generated(...args: readonly string[]): Promise<string[]> {
  const { status, out, error } = await command.run(['generate', ...args]);
  expect([status, error]).toEqual([0, '']);
  return out.trimEnd().split('\n');
}

describe('generate', () => {
  it('prints the scenarios that check runs: the one on which check finds a difference is the first that differs', async () => {
    const pair = ['model', 'mutant:deletion-ignores-data'];
    const options = ['--seed', '7', '--runs', '500'];
    const found = await command.run([
      'check',
      ...pair,
      ...options,
      '--no-regressions',
      '--json',
      '--save',
      'found',
    ]);
    const { finding } = JSON.parse(found.out);
    const number = Number(/^seed 7, scenario (\d+)$/.exec(finding.origin)?.[1]);
    expect(number).toBeGreaterThan(1);

    const lines = await generated(...options);
    expect(lines.length).toBe(500);
    const input = lines.slice(0, number).join('\n');
    const replayed = await command.run(['replay', '-', '--on', pair.join(','), '--json'], { input });
    const results = replayed.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.map(({ verdict }) => verdict)).toEqual([
      ...Array.from({ length: number - 1 }, () => 'agrees'),
      'differs',
    ]);
    expect(results.at(-1).title).toBe(finding.origin);
  });

  it('prints scenarios of one profile where one is asked for, and of all where none is', async () => {
    const profilesOf = (lines: readonly string[]) => [
      ...new Set(lines.map((line) => JSON.parse(line).profile)),
    ];
    expect(profilesOf(await generated('--runs', '12', '--seed', '1', '--profile', 'kvm'))).toEqual(['kvm']);
    expect(profilesOf(await generated('--runs', '12', '--seed', '1')).sort()).toEqual([
      'contract',
      'kvm',
      'tcg',
      'tcg-7.2',
    ]);
  });

  it('prints other scenarios with a new seed, which their titles name', async () => {
    const [first = '', second = ''] = await generated('--runs', '2');
    const { title } = JSON.parse(first);
    expect(title).toMatch(/^seed \d+, scenario 1$/);
    expect(await generated('--runs', '2', '--seed', title.split(/[ ,]/)[1])).toEqual([first, second]);
    expect(await generated('--runs', '2')).not.toEqual([first, second]);
  });

  it('feeds a dispatcher through a pipe', async () => {
    const out = await command.shell('"$0" generate --runs 20 --seed 3 | "$0" run - --on impl --json');
    const titles = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).title);
    expect(titles).toEqual(Array.from({ length: 20 }, (_, index) => `seed 3, scenario ${index + 1}`));
  });

  it('ends without a word when nobody reads any more', async () => {
    const child = command.start(['generate', '--runs', '1000000000', '--seed', '1']);
    const errors: Buffer[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [status] = await once(child, 'close');
    expect([status, Buffer.concat(errors).toString()]).toEqual([0, '']);
  });

  it('ends at Ctrl-C with status 130, in the middle of a run but not of a line', async () => {
    const { status, out, error } = await command.run(['generate', '--runs', '1000000000', '--seed', '1'], {
      onOutput: (interrupt) => interrupt(),
    });
    expect([status, error]).toEqual([130, '']);
    expect(out.endsWith('}\n')).toBe(true);
  });
});
