/** `show`: one page, with what the scenario's author wrote in it as data only. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario, writeScenario } from '../format/index.ts';
import type { PageData } from '../page/document/page-data.ts';
import { TestCommand } from './testing/command.ts';
import { ivshmem } from './testing/scenarios.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write('ivshmem.json', writeScenario(ivshmem));
});
afterAll(() => command.remove());

function dataOf(page: string): PageData {
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(json) as PageData;
}

const shown = (name: string) => readFileSync(command.path(name), 'utf8');

describe('show', () => {
  it('writes the page beside where one is, and says so', async () => {
    const { status, out } = await command.run(['show', 'ivshmem.json']);
    expect([status, out]).toEqual([0, 'saved ivshmem.html: 1 scenario; open it in a browser\n']);
    const [entry] = dataOf(shown('ivshmem.html')).scenarios;
    expect(readScenario(JSON.stringify(entry?.scenario), 'page')).toEqual(ivshmem);
    expect(entry?.sides).toEqual([{ name: 'model', isModel: true }]);
    expect(entry?.replay).toMatch(/ run ivshmem\.json --on model$/);
  });

  it('has the effects of a side that the page cannot run, the first difference, and what does not matter', async () => {
    const on = 'model,mutant:off-by-one-end';
    const { status } = await command.run(['show', 'ivshmem.json', '--on', on, '-o', '-', '-q']);
    expect(status).toBe(0);
    const { out } = await command.run([
      'show',
      'ivshmem.json',
      '--on',
      'model@contract,model@kvm',
      '-o',
      '-',
    ]);
    const [entry] = dataOf(out).scenarios;
    expect(entry?.sides?.map(({ name, profile, effects }) => [name, profile, effects])).toEqual([
      ['model@contract', 'contract', undefined],
      ['model@kvm', 'kvm', undefined],
    ]);
    const impl = await command.run(['show', 'ivshmem.json', '--on', 'impl', '-o', '-']);
    const effects = JSON.parse(
      (await command.run(['run', 'ivshmem.json', '--on', 'impl', '--json'])).out,
    ).effects;
    expect(dataOf(impl.out).scenarios[0]?.sides).toEqual([{ name: 'impl', isModel: false, effects }]);
  });

  it('what can be left out is found by trying', async () => {
    const file = 'properties/scenarios/h2-kvm-a-half-covered-word-takes-anothers-write.json';
    const { out } = await command.run(['show', file, '--on', 'model@contract,model@kvm', '-o', '-']);
    const [entry] = dataOf(out).scenarios;
    expect(entry?.difference).toEqual({ operation: 4, effect: 0 });
    expect(entry?.spare?.operations).toEqual([5, 6]);
    expect(entry?.spare?.fields).toMatchObject({ 0: ['size'] });
  });

  it('what a scenario says stays data', async () => {
    const title = '</script><!-- <script>alert(1)</script> & \u2028'.slice(0, -1);
    command.write('hostile.json', writeScenario({ ...ivshmem, title }));
    const { out } = await command.run(['show', 'hostile.json', '-o', '-']);
    expect(out).not.toContain('alert(1)</script>');
    expect(out.match(/<script/g)).toHaveLength(2);
    expect(dataOf(out).scenarios[0]?.scenario).toMatchObject({ title });
  });

  it('several scenarios make one page; what fails leaves none', async () => {
    command.write('two.jsonl', `${JSON.stringify(JSON.parse(writeScenario(ivshmem)))}\n`.repeat(2));
    const { out } = await command.run(['show', 'two.jsonl', 'ivshmem.json']);
    expect(out).toBe('saved scenarios.html: 3 scenarios; open it in a browser\n');
    const ids = dataOf(shown('scenarios.html')).scenarios.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    command.write('bad.json', '{}');
    const bad = await command.run(['show', 'bad.json']);
    expect([bad.status, existsSync(command.path('bad.html'))]).toEqual([2, false]);
    expect(bad.error).toMatch(/^ioeventfd-check: bad\.json: format: missing/);
  });

  it('does not write over what is no page of this program', async () => {
    command.write('mine.json', writeScenario(ivshmem));
    command.write('mine.html', 'my own');
    const { status, error } = await command.run(['show', 'mine.json']);
    expect([status, error]).toEqual([
      2,
      'ioeventfd-check: mine.html: exists, and is no page of this program; say where with -o FILE\n',
    ]);
    expect(shown('mine.html')).toBe('my own');
  });
});
