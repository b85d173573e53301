/** `--html DIR` in a real browser: tables that sort and filter, and whose entries open their scenarios. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from '../cli/testing/command.ts';
import { hasChromium, seriousFindings } from './testing/browser.ts';
import { browserOfTests } from './testing/browser-of-tests.ts';

const browser = browserOfTests();
const command = new TestCommand();
afterAll(() => command.remove());

async function report(name: string, ...words: readonly string[]): Promise<Page> {
  await command.run([...words, '--html', join(browser.directory, name), '-q']);
  return browser.open(`${name}/index.html`, { bypassCSP: true });
}

/** The texts of a column of a table, from above. */
function column(page: Page, table: string, index: number): Promise<string[]> {
  return page.locator(`section[aria-label="${table}"] tbody td:nth-child(${index + 1})`).allInnerTexts();
}

const filter = (page: Page, table: string, text: string) =>
  page.locator(`section[aria-label="${table}"]`).getByRole('searchbox').fill(text);

describe.skipIf(!hasChromium)('the ledger', () => {
  let page: Page;
  beforeAll(async () => {
    page = await report('ledger', 'ledger', '--shipped', '--runs', '0');
  });
  afterAll(() => page.context().close());

  it('sorts by a column, upwards and downwards, numbers as numbers', async () => {
    const sort = page.getByRole('columnheader', { name: 'operations' });
    const before = (await column(page, 'The ledger', 4)).map(Number);
    await sort.getByRole('button').click();
    const up = (await column(page, 'The ledger', 4)).map(Number);
    expect(up).toEqual([...before].sort((a, b) => a - b));
    expect(await sort.getAttribute('aria-sort')).toBe('ascending');
    await sort.getByRole('button').click();
    expect((await column(page, 'The ledger', 4)).map(Number)).toEqual(up.toReversed());
    expect(await sort.getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('columnheader', { name: 'decision' }).getByRole('button').click();
    const names = await column(page, 'The ledger', 0);
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })));
  });

  it('nothing serious is found by axe', async () => {
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('filters by what is in any column, and says how many are left', async () => {
    const all = (await column(page, 'The ledger', 0)).length;
    await filter(page, 'The ledger', 'VISIBILITY');
    const left = await column(page, 'The ledger', 0);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(all);
    expect(await page.locator('.data output').first().innerText()).toContain(`${left.length} of ${all}`);
    await filter(page, 'The ledger', 'no line says this');
    expect(await page.locator('.data output').first().innerText()).toContain(`0 of ${all}`);
    await filter(page, 'The ledger', '');
  });

  it('each entry opens its scenario, at the first difference, and leads back', async () => {
    const opened = await page.evaluate(async () => {
      const links = [...document.querySelectorAll<HTMLAnchorElement>('tbody a')].map(({ hash }) => hash);
      const follow = async (hash: string) => {
        location.hash = hash;
        await new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
        await new Promise((resolve) => setTimeout(resolve, 0));
      };
      const all: { hash: string; source: string; differs: boolean }[] = [];
      for (const hash of links) {
        await follow(hash);
        const source = document.querySelector('.source')?.textContent ?? '';
        all.push({ hash, source, differs: document.querySelector('.effect.differs') !== null });
      }
      return all;
    });
    expect(opened.length).toBeGreaterThan(40);
    const wrong = opened.filter(
      ({ hash, source, differs }) =>
        !differs || source !== `properties/witnesses/${decodeURIComponent(hash.slice(1))}`,
    );
    expect(wrong).toEqual([]);
    await page.getByRole('link', { name: 'all scenarios' }).click();
    expect(await page.locator('h2').first().innerText()).toBe('The ledger');
    await page.locator('tbody a').first().click();
    expect(await page.locator('#head-map').innerText()).toMatch(/^Step \d+: /);
    expect(await page.locator('.pane.list .note').innerText()).toContain('differ in the same way');
  });
});

it.skipIf(!hasChromium)('check: the finding, and the coverage of the run', async () => {
  const words = ['check', 'model', 'mutant:off-by-one-end', '--runs', '200', '--seed', '1', '--workers', '1'];
  const page = await report('check', ...words);
  const title = 'Coverage: what happened in the scenarios';
  await page.locator(`section[aria-label="${title}"]`).getByRole('button', { name: 'scenarios' }).click();
  const counts = (await column(page, title, 2)).map(Number);
  expect(counts.length).toBeGreaterThan(10);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  await page.locator('tbody a').first().click();
  expect(await page.locator('.side').nth(1).innerText()).toContain('mutant:off-by-one-end');
  await page.context().close();
});

it.skipIf(!hasChromium)('replay of many files on a narrow screen: nothing is wider than it', async () => {
  const page = await report('replay', 'replay', 'properties/scenarios/h1*.json', '--on', 'model,impl');
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect((await column(page, 'Replayed scenarios', 2)).every((verdict) => verdict === 'agrees')).toBe(false);
  await page.context().close();
});
