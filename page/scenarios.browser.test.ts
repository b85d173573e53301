/** Every named scenario, and generated ones, in a real browser: the page shows what `run --json` prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageText } from '../cli/show/template.ts';
import { root } from '../cli/testing/build.ts';
import { TestCommand } from '../cli/testing/command.ts';
import { playgroundEntries, playgroundPage, withTrials } from '../docs/generate/playground.ts';
import { pageFormat } from './document/page-data.ts';
import { hasChromium } from './testing/browser.ts';
import { browserOfTests } from './testing/browser-of-tests.ts';

type Line = { readonly source: string; readonly effects: unknown };

const browser = browserOfTests();
const command = new TestCommand();
afterAll(() => command.remove());

async function effectsByCommand(file: string, on: string): Promise<readonly Line[]> {
  const { status, out } = await command.run(['run', file, '--on', on, '--json']);
  expect(status).toBe(0);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** `effects` is JSON: to compare large texts takes less than to compare what they are read to. */
type InPage = { readonly id: string; readonly effects: string };

/** The effects of every scenario of a page, in its order; computed there, and shown by a view that is made for each. */
function effectsInPage(page: Page): Promise<readonly InPage[]> {
  return page.evaluate(() => {
    const { scenarios } = JSON.parse(document.getElementById('data')?.textContent ?? '') as {
      scenarios: { id: string }[];
    };
    return scenarios.map(({ id }) => ({
      id,
      effects: JSON.stringify(globalThis.ioeventfdCheck.effects(id)),
    }));
  });
}

/** The scenarios whose effects in the page are other than those of the command, with both. */
function differing(inPage: readonly InPage[], expected: ReadonlyMap<string, unknown>): readonly unknown[] {
  return inPage.flatMap(({ id, effects }) => {
    const wanted = JSON.stringify(expected.get(id));
    return effects === wanted ? [] : [{ id, effects, wanted }];
  });
}

describe.skipIf(!hasChromium)('the playground, with every named scenario', () => {
  let page: Page;
  beforeAll(async () => {
    const entries = playgroundEntries();
    const tried = await withTrials(entries.slice(0, 8));
    browser.write('playground.html', playgroundPage([...tried, ...entries.slice(8)]));
    page = await browser.open('playground.html');
  });
  afterAll(() => page.context().close());

  it('lists them by clause, and finds them', async () => {
    const groups = await page.locator('.group h2').allInnerTexts();
    expect(groups.length).toBeGreaterThan(40);
    expect(groups.every((group) => /^([A-Z]\d+: |Recorded on)/.test(group))).toBe(true);
    await page.getByRole('searchbox').fill('half-covered');
    expect(await page.locator('main.contents a').count()).toBeGreaterThan(0);
    expect(await page.locator('main.contents a').count()).toBeLessThan(40);
    await page.getByRole('searchbox').fill('');
  });

  it('opens each by its link, draws it, and has the effects of run --json', async () => {
    const shown = await page.evaluate(async () => {
      const links = [...document.querySelectorAll<HTMLAnchorElement>('main.contents a')].map(
        (link) => link.hash,
      );
      const all: { id: string; isDrawn: boolean; effects: string }[] = [];
      const drawn = () => document.querySelector('[aria-selected="true"]')?.textContent ?? '';
      for (const [index, hash] of links.entries()) {
        // All are made; to lay out and to paint each of them would take most of the time.
        document.documentElement.hidden = index % 10 !== 0;
        location.hash = hash;
        // The address is followed, then the view is made.
        await new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
        await new Promise((resolve) => setTimeout(resolve, 0));
        const side = document.querySelector('.side h3')?.textContent ?? '';
        const [effects] = globalThis.ioeventfdCheck.effects();
        all.push({
          id: decodeURIComponent(hash.slice(1)),
          isDrawn: drawn() !== '' && side.startsWith('model@'),
          effects: JSON.stringify(effects),
        });
      }
      document.documentElement.hidden = false;
      return all;
    });
    const lines = await effectsByCommand(join(root, 'properties/scenarios/*.json'), 'model');
    expect(lines.length).toBeGreaterThan(300);
    expect(shown.filter(({ isDrawn }) => !isDrawn)).toEqual([]);
    const expected = new Map(
      lines.map(({ source, effects }) => [source.replace(/^.*\/|\.json$/g, ''), effects]),
    );
    expect(shown.map(({ id }) => id).sort()).toEqual([...expected.keys()].sort());
    expect(differing(shown, expected)).toEqual([]);
  });

  it('dims what does not matter', async () => {
    const first = playgroundEntries()[0]?.id ?? '';
    await page.evaluate((id) => {
      location.hash = `#${id}/0`;
    }, first);
    await page.waitForSelector('.operation');
    expect(await page.locator('.pane.list .note').innerText()).toContain('does what the file expects');
  });
});

describe.skipIf(!hasChromium)('the model in the page', () => {
  it('has the effects of run --json on 1,000 generated scenarios, under the profile of each', async () => {
    const { out } = await command.run(['generate', '--runs', '1000', '--seed', '11']);
    command.write('generated.jsonl', out);
    const scenarios = out
      .trimEnd()
      .split('\n')
      .map((line, index) => ({ id: String(index), source: `${index}`, scenario: JSON.parse(line) }));
    browser.write('generated.html', pageText({ format: pageFormat, title: 'generated', scenarios }));
    const lines = await effectsByCommand('generated.jsonl', 'model');
    const page = await browser.open('generated.html');
    const inPage = await effectsInPage(page);
    expect(inPage.length).toBe(1000);
    expect(lines.length).toBe(1000);
    const expected = new Map(lines.map(({ effects }, index) => [String(index), [effects]]));
    expect(differing(inPage, expected)).toEqual([]);
    await page.context().close();
  });

  it('two profiles side by side: each as the command has it', async () => {
    const file = join(root, 'properties/scenarios/h2-kvm-a-half-covered-word-takes-anothers-write.json');
    const on = 'model@tcg,model@kvm+visibility=first-byte';
    await command.run(['show', file, '--on', on, '-o', join(browser.directory, 'pair.html'), '-q']);
    const page = await browser.open('pair.html');
    const [pair] = await effectsInPage(page);
    const expected = await Promise.all(
      on.split(',').map(async (one) => (await effectsByCommand(file, one))[0]?.effects),
    );
    expect(JSON.parse(pair?.effects ?? '')).toEqual(expected);
    await page.context().close();
  });
});

it('the template is one file under 400 kB, and its data cannot leave their place', () => {
  const template = readFileSync(join(command.program, '../../dist/page/template.html'), 'utf8');
  expect(template.length).toBeLessThan(400_000);
  expect(template.split('<!--data-->').length).toBe(2);
  expect(template).toContain("default-src 'none'; script-src 'sha256-");
});
