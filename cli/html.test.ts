/** `--html DIR`: reports as pages, whose entries open their scenarios. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenario } from '../format/index.ts';
import type { PageData } from '../page/document/page-data.ts';
import { TestCommand } from './testing/command.ts';
import { ivshmem } from './testing/scenarios.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write('ivshmem.json', writeScenario(ivshmem));
});
afterAll(() => command.remove());

async function pageOf(...words: readonly string[]): Promise<PageData> {
  await command.run([...words, '--html', 'report', '--quiet']);
  const page = readFileSync(command.path('report/index.html'), 'utf8');
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  const data = JSON.parse(json) as PageData;
  // What does not matter was looked for in every scenario.
  const untried = data.scenarios.filter(({ spare }) => spare === undefined);
  expect(untried.map(({ id, notTried }) => [id, notTried])).toEqual([]);
  return data;
}

/** What the entries of all tables open is in the page. */
function expectLinks({ tables = [], scenarios }: PageData, least: number): void {
  const ids = scenarios.map(({ id }) => id);
  const links = tables.flatMap(({ rows }) =>
    rows.flat().flatMap((cell) => (typeof cell === 'object' ? [cell.open] : [])),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(links.length).toBeGreaterThanOrEqual(least);
  expect(links.filter((open) => !ids.includes(open))).toEqual([]);
}

describe('--html', () => {
  it('ledger: each line opens its scenario on both sides', async () => {
    const page = await pageOf('ledger', '--shipped', '--runs', '0');
    expectLinks(page, 40);
    expect(page.scenarios[0]?.sides?.map(({ isModel }) => isModel)).toEqual([true, true]);
    expect(page.scenarios.every(({ difference }) => difference !== undefined)).toBe(true);
  });

  it('check: the finding and the coverage', async () => {
    const page = await pageOf(
      'check',
      'model',
      'mutant:off-by-one-end',
      '--runs',
      '300',
      '--seed',
      '1',
      '--workers',
      '1',
    );
    expectLinks(page, 1);
    expect(page.tables?.map(({ title }) => title)).toContain('Coverage: what happened in the scenarios');
    expect(page.scenarios[0]?.difference?.operation).toBeGreaterThan(0);
  });

  it('replay, caller and explore', async () => {
    expectLinks(await pageOf('replay', 'ivshmem.json', '--on', 'model@contract,model@tcg'), 1);
    const callers = await pageOf(
      'caller',
      'firecracker-drops',
      '--states',
      '200',
      '--runs',
      '20',
      '--seed',
      '1',
    );
    expectLinks(callers, 1);
    expect(callers.scenarios[0]?.note).toMatch(/^lost: /);
    expect(callers.tables?.map(({ title }) => title)).toContain('What was explored');
    expectLinks(
      await pageOf(
        'explore',
        'model@contract',
        'model@tcg',
        '--scope',
        'access',
        '--workers',
        '1',
        '--walk-steps',
        '0',
      ),
      1,
    );
  });

  it('a directory that cannot be made is said before any work', async () => {
    const { status, error } = await command.run(['ledger', '--shipped', '--html', 'ivshmem.json/no']);
    expect([status, error]).toEqual([
      2,
      'ioeventfd-check: --html ivshmem.json/no: the directory cannot be made (ENOTDIR)\n',
    ]);
    expect(existsSync(command.path('ivshmem.json/no'))).toBe(false);
  });
});
