/** Every named scenario, and generated ones, in a real browser: the page shows what `run --json` prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/testing/build.ts';
import { TestCommand } from '../cli/testing/command.ts';
import { hasChromium, TestBrowser } from './testing/browser.ts';

type Line = { readonly source: string; readonly effects: unknown };

let command: TestCommand;
let browser: TestBrowser;
beforeAll(() => {
  command = new TestCommand();
  browser = new TestBrowser();
});
afterAll(async () => {
  await browser.close();
  command.remove();
});

async function effectsByCommand(file: string, on: string): Promise<readonly Line[]> {
  const { status, out } = await command.run(['run', file, '--on', on, '--json']);
  expect(status).toBe(0);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** The effects of every scenario of a page, in its order, and the ids. */
async function effectsInPage(
  name: string,
): Promise<readonly { readonly id: string; readonly effects: readonly unknown[] }[]> {
  const page = await browser.open(name);
  const all = await page.evaluate(() => {
    const { scenarios } = JSON.parse(document.getElementById('data')?.textContent ?? '') as {
      scenarios: { id: string }[];
    };
    return scenarios.map(({ id }) => ({ id, effects: globalThis.ioeventfdCheck.effects(id) }));
  });
  await page.context().close();
  return all as readonly { readonly id: string; readonly effects: readonly unknown[] }[];
}

describe.skipIf(!hasChromium)('the model in the page', () => {
  it('has the effects of run --json on every named scenario, and says nothing in the console', async () => {
    const pattern = join(root, 'properties/scenarios/*.json');
    const made = await command.run(['show', pattern, '-o', join(browser.directory, 'named.html')]);
    expect([made.status, made.error]).toEqual([0, '']);
    const lines = await effectsByCommand(pattern, 'model');
    expect(lines.length).toBeGreaterThan(300);
    const inPage = await effectsInPage('named.html');
    expect(inPage.map(({ effects }) => effects)).toEqual(lines.map(({ effects }) => [effects]));
    expect(browser.problems).toEqual([]);
  });

  it('opens each named scenario by its link, and draws it', async () => {
    const page = await browser.open('named.html');
    const drawn = await page.evaluate(async () => {
      const links = [...document.querySelectorAll<HTMLAnchorElement>('main.contents a')].map(
        (link) => link.hash,
      );
      const empty: string[] = [];
      for (const link of links) {
        location.hash = link;
        await new Promise((resolve) => setTimeout(resolve, 0));
        await new Promise(requestAnimationFrame);
        if (document.querySelector('[aria-selected="true"]') === null) empty.push(link);
      }
      return { count: links.length, empty };
    });
    expect(drawn.count).toBeGreaterThan(300);
    expect(drawn.empty).toEqual([]);
    expect(browser.problems).toEqual([]);
    await page.context().close();
  });

  it('has them on 1,000 generated scenarios, under the profile of each', async () => {
    const { out } = await command.run(['generate', '--runs', '1000', '--seed', '11']);
    command.write('generated.jsonl', out);
    await command.run(['show', 'generated.jsonl', '-o', join(browser.directory, 'generated.html'), '-q']);
    const lines = await effectsByCommand('generated.jsonl', 'model');
    const inPage = await effectsInPage('generated.html');
    expect(inPage.length).toBe(1000);
    expect(inPage.map(({ effects }) => effects)).toEqual(lines.map(({ effects }) => [effects]));
    expect(browser.problems).toEqual([]);
  });

  it('two profiles side by side: each as the command has it', async () => {
    const file = join(root, 'properties/scenarios/h2-kvm-a-half-covered-word-takes-anothers-write.json');
    const on = 'model@tcg,model@kvm+visibility=first-byte';
    await command.run(['show', file, '--on', on, '-o', join(browser.directory, 'pair.html'), '-q']);
    const page = await effectsInPage('pair.html');
    const expected = await Promise.all(
      on.split(',').map(async (one) => (await effectsByCommand(file, one))[0]?.effects),
    );
    expect(page[0]?.effects).toEqual(expected);
  });
});

it('the template is one file under 400 kB, and its data cannot leave their place', () => {
  const template = readFileSync(join(command.program, '../../dist/page/template.html'), 'utf8');
  expect(template.length).toBeLessThan(400_000);
  expect(template.split('<!--data-->').length).toBe(2);
  expect(template).toContain("default-src 'none'; script-src 'sha256-");
});
