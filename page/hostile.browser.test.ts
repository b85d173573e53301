/** Scenarios of somebody who means ill, in a real browser: they can neither run code nor break the page. */

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { TestCommand } from '../cli/testing/command.ts';
import { hasChromium } from './testing/browser.ts';
import { browserOfTests } from './testing/browser-of-tests.ts';

const browser = browserOfTests();
const command = new TestCommand();
afterAll(() => command.remove());

const markup =
  '</script><script>document.title="owned"</script><img src=x onerror="document.title=1"> \u202e <!--';

/** A scenario with a title, and names as long as the format allows. */
function scenario(title: string) {
  const region = 'a'.repeat(64);
  return {
    format: 'ioeventfd-scenario/1',
    title,
    operations: [
      { op: 'create', region, kind: 'io', size: '0x10' },
      { op: 'map', region, container: 'memory', offset: '0xfffffffffffffff0' },
      { op: 'add-eventfd', region, offset: '0x8', size: 8, notifier: 'n'.repeat(64) },
      { op: 'write', space: 'memory', address: '0xfffffffffffffff8', size: 8, data: '0x1' },
    ],
  };
}

async function shown(name: string, ...words: readonly string[]) {
  return command.run(['show', name, ...words, '-q', '-o', join(browser.directory, `${name}.html`)]);
}

async function expectHarmless(page: Page): Promise<void> {
  expect(await page.title()).not.toBe('owned');
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(2);
}

describe.skipIf(!hasChromium)('markup, bidi characters and long names', () => {
  it('in a file that is shown', async () => {
    command.write('hostile.json', JSON.stringify(scenario(markup)));
    expect((await shown('hostile.json')).status).toBe(0);
    const page = await browser.open('hostile.json.html');
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.title()).toContain('</script>');
      expect(await page.locator('h1').innerText()).toContain('\\u202e');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await expectHarmless(page);
    }
    // Names are the format's; what else is typed stays a text as well.
    await page.locator('.editor summary').click();
    await page.locator('#field-notifier').or(page.locator('#field-data')).first().fill(markup);
    expect(await page.locator('.error').first().innerText()).toContain('operations[3].data');
    await expectHarmless(page);
    await page.context().close();
  });

  it('in the name of a file, and in what its reader says', async () => {
    const page = await browser.open('hostile.json.html');
    await page.evaluate((name) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['{"format": "<img src=x onerror=alert(1)>"}'], `${name}.json`));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, markup);
    await page.waitForFunction(() => document.querySelector('.message.error') !== null);
    expect(await page.locator('.message').innerText()).toContain('\\u202e');
    await expectHarmless(page);
    await page.context().close();
  });
});

/** A text that makes the file as large as is given. */
function large(bytes: number): string {
  const whole = JSON.stringify(scenario('TITLE'));
  const title = markup.replaceAll('\u202e', '').replaceAll('"', "'");
  const text = title.repeat(Math.ceil(bytes / title.length)).slice(0, bytes - whole.length + 5);
  return whole.replace('TITLE', text);
}
const mebibytes16 = 16 * 2 ** 20;

describe.skipIf(!hasChromium)('files of 16 MiB', () => {
  it('are shown, and stay data', async () => {
    command.write('large.json', large(mebibytes16 - 1024));
    const { status, error } = await shown('large.json');
    expect([status, error]).toEqual([0, '']);
    const page = await browser.open('large.json.html');
    expect(await page.locator('#head-map').innerText()).toContain('Step 3: write 8 bytes');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280);
    expect(await page.evaluate(() => document.querySelector('header')?.offsetHeight ?? 0)).toBeLessThan(300);
    await expectHarmless(page);
    await page.context().close();
  });

  it('are opened where they are dropped; larger ones are refused', async () => {
    const page = await browser.open('hostile.json.html');
    const drop = (size: number) =>
      page.evaluate(
        ([beginning, end, length]) => {
          const dataTransfer = new DataTransfer();
          const text = `${beginning}${'<script>document.title="owned"</script>'.replaceAll('"', "'").repeat(500_000).slice(0, Number(length))}${end}`;
          dataTransfer.items.add(new File([text], 'dropped.json'));
          document.body.dispatchEvent(
            new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
          );
        },
        [...JSON.stringify(scenario('TITLE')).split('TITLE'), String(size)],
      );
    await drop(mebibytes16 - 1024);
    await page.waitForFunction(() => document.querySelector('.message')?.textContent?.includes('opened'));
    expect(await page.locator('.source').innerText()).toBe('dropped.json');
    await page.keyboard.press('Home');
    expect(await page.locator('#head-map').innerText()).toContain('Step 0: ');
    await expectHarmless(page);
    await drop(mebibytes16);
    await page.waitForFunction(() => document.querySelector('.message.error') !== null);
    expect(await page.locator('.message').innerText()).toContain('more than 16 MiB');
    await page.context().close();
  });
});
