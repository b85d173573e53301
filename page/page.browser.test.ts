/** What one can do with a page, in a real browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/testing/build.ts';
import { TestCommand } from '../cli/testing/command.ts';
import { hasChromium, seriousFindings } from './testing/browser.ts';
import { browserOfTests } from './testing/browser-of-tests.ts';

const halfCovered = join(root, 'properties/scenarios/h2-kvm-a-half-covered-word-takes-anothers-write.json');

const browser = browserOfTests();
const command = new TestCommand();
afterAll(() => command.remove());
beforeAll(async () => {
  await show('half.html', halfCovered, '--on', 'model@contract,model@kvm');
});

async function show(name: string, ...words: readonly string[]): Promise<void> {
  const { status, error } = await command.run(['show', ...words, '-q', '-o', join(browser.directory, name)]);
  expect([status, error]).toEqual([0, '']);
}

const heading = (page: Page) => page.locator('#head-map').innerText();
const side = (page: Page, index: number) => page.locator('.side').nth(index).innerText();

describe.skipIf(!hasChromium)('stepping', () => {
  it('opens at the first difference, and steps by keys, buttons, clicks and links', async () => {
    const page = await browser.open('half.html');
    expect(await heading(page)).toContain('Step 4:');
    expect(await page.evaluate(() => location.hash)).toBe('#4');
    await page.keyboard.press('ArrowRight');
    expect(await heading(page)).toContain('Step 5: write 4 bytes at memory 0x1004');
    await page.keyboard.press('k');
    await page.keyboard.press('Home');
    expect(await heading(page)).toContain('Step 0:');
    await page.keyboard.press('n');
    expect(await heading(page)).toContain('Step 4:');
    await page.getByRole('button', { name: 'next', exact: true }).click();
    expect(await page.evaluate(() => location.hash)).toBe('#5');
    await page.getByRole('option').nth(2).click();
    expect(await heading(page)).toContain('Step 2:');
    await page.evaluate(() => {
      location.hash = '#6';
    });
    await page.waitForFunction(() => document.getElementById('head-map')?.textContent?.includes('Step 6:'));
    await page.context().close();
  });

  it('a link to a step opens there; what each side did, why, and the clause are at hand', async () => {
    const page = await browser.open('half.html', { hash: '#5' });
    expect(await heading(page)).toContain('Step 5:');
    expect(await side(page, 0)).toContain('callback e(offset 0x0, 4 bytes, value 0x4030201)');
    expect(await side(page, 1)).toContain('signal n');
    await page.getByRole('button', { name: 'K6' }).click();
    expect(await page.locator('.clause-text').innerText()).toContain('ioeventfd_in_range');
    expect(await page.locator('.operation.spare').count()).toBe(2);
    await page.keyboard.press('/');
    await page.keyboard.type('priority');
    expect(await page.locator('.search output').innerText()).toBe('1 found');
    await page.keyboard.press('Enter');
    expect(await heading(page)).toContain('Step 4:');
    await page.context().close();
  });
});

it.skipIf(!hasChromium)('on a narrow page, no column of a table is cut', async () => {
  const refused = join(root, 'properties/scenarios/k1-kvm-refused-comes-before-einval.json');
  await show('refused.html', refused, '--on', 'model@contract,model@kvm');
  const page = await browser.open('refused.html', { viewport: { width: 390, height: 900 } });
  await page.keyboard.press('End');
  expect(await heading(page)).toContain('Step 7:');
  const widths = await page
    .locator('.space table')
    .evaluateAll((tables) =>
      tables.map(({ scrollWidth, parentElement }) => [scrollWidth, parentElement?.clientWidth ?? 0] as const),
    );
  expect(widths.length).toBeGreaterThan(1);
  for (const [table, frame] of widths) expect(table).toBeLessThanOrEqual(frame);
  await page.context().close();
});

describe.skipIf(!hasChromium)('changing', () => {
  it('shows at once what becomes of it, says what the format says, and undoes', async () => {
    const page = await browser.open('half.html', { hash: '#5' });
    await page.locator('.editor summary').click();
    await page.locator('#field-address').fill('0x1000');
    expect(await heading(page)).toContain('at memory 0x1000');
    expect(await side(page, 1)).toContain('callback d(offset 0x0');
    await page.locator('#field-size').fill('3');
    expect(await page.locator('#field-size-problem').innerText()).toBe(
      'operations[5].size: expected 1, 2, 4 or 8, got 3',
    );
    await page.locator('#field-data').fill('0x1');
    await page.locator('#field-size').fill('2');
    expect(await heading(page)).toContain('write 2 bytes');
    await page.getByRole('button', { name: 'undo' }).click();
    await page.getByRole('button', { name: 'undo' }).click();
    expect(await heading(page)).toContain('write 4 bytes at memory 0x1000 = 0x4030201');
    await page.getByRole('button', { name: 'undo' }).click();
    expect(await heading(page)).toContain('at memory 0x1004');
    await page.getByRole('button', { name: 'redo' }).click();
    expect(await heading(page)).toContain('at memory 0x1000');
    await page.keyboard.press('u');
    expect(await heading(page)).toContain('at memory 0x1004');
    await page.keyboard.press('r');
    expect(await heading(page)).toContain('at memory 0x1000');
    await page.context().close();
  });

  it('an operation of another kind; what is typed in one field is undone at once', async () => {
    const page = await browser.open('half.html', { hash: '#5' });
    await page.locator('.editor summary').click();
    await page.locator('#field-address').click({ clickCount: 3 });
    await page.keyboard.type('0x1006');
    expect(await heading(page)).toContain('at memory 0x1006');
    await page.getByRole('button', { name: 'undo' }).click();
    expect(await heading(page)).toContain('at memory 0x1004');
    expect(await page.getByRole('button', { name: 'undo' }).isDisabled()).toBe(true);
    await page.locator('#field-kind').selectOption('move');
    await page.locator('#field-region').fill('e');
    await page.locator('#field-offset').fill('0x1008');
    expect(await heading(page)).toBe('Step 5: move e to 0x1008');
    await page.locator('#field-kind').selectOption('add-eventfd');
    expect(await heading(page)).toContain('add-eventfd e+0x1008');
    await page.context().close();
  });

  it('a profile, and a single decision', async () => {
    const page = await browser.open('half.html', { hash: '#5' });
    await page.locator('.settings > summary').click();
    await page.locator('.settings fieldset').nth(1).locator('select').first().selectOption('tcg');
    expect(await side(page, 1)).toContain('model@tcg');
    expect(await side(page, 1)).toContain('callback e');
    await page.locator('.settings fieldset').nth(0).locator('select').first().selectOption('kvm');
    expect(await side(page, 0)).toContain('signal n');
    await page.locator('.settings fieldset details summary').first().click();
    await page.locator('#decision-0-visibility').selectOption('first-byte');
    expect(await side(page, 0)).toContain('model@kvm+visibility=first-byte');
    expect(await side(page, 0)).toContain('callback e');
    await page.context().close();
  });

  it('saves a scenario that the command reads, and opens one that is dropped', async () => {
    const page = await browser.open('half.html', { hash: '#6' });
    await page.locator('.editor summary').click();
    await page.getByRole('button', { name: 'leave out' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'save' }).click(),
    ]);
    const saved = readFileSync(await download.path(), 'utf8');
    expect(download.suggestedFilename()).toMatch(/-changed\.json$/);
    command.write('saved.json', saved);
    expect((await command.run(['run', 'saved.json', '--on', 'model'])).status).toBe(0);
    expect(JSON.parse(saved).operations.length).toBe(6);
    await drop(page, 'other.json', readFileSync(join(root, 'properties/scenarios/p1-cycle.json'), 'utf8'));
    await page.waitForFunction(
      () =>
        document.querySelector('h1')?.textContent?.includes('cycle') === true ||
        document.querySelector('.source')?.textContent === 'other.json',
    );
    await drop(
      page,
      'bad.json',
      '{"format": "ioeventfd-scenario/1", "operations": [{"op": "begin"}, {"op": "fly"}]}',
    );
    await page.waitForFunction(
      () =>
        document.querySelector('.message')?.textContent?.includes('bad.json: operations[1].op: ') === true,
    );
    await page.context().close();
  });
});

async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([file, content]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content ?? ''], file ?? ''));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, text],
  );
}

describe.skipIf(!hasChromium)('for everybody', () => {
  it.each(['light', 'dark'] as const)(
    'nothing serious is found by axe, in %s colours',
    async (colorScheme) => {
      const page = await browser.open('half.html', { hash: '#5', colorScheme, bypassCSP: true });
      expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(colorScheme);
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.getByRole('button', { name: 'K6' }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await page
        .getByRole('button', { name: colorScheme === 'dark' ? 'light' : 'dark', exact: true })
        .click();
      expect(await page.evaluate(() => document.documentElement.dataset['theme'])).not.toBe(colorScheme);
      await page.context().close();
    },
  );

  it('prints in light colours, without controls, with nothing that is cut', async () => {
    const page = await browser.open('half.html', {
      hash: '#5',
      colorScheme: 'dark',
      viewport: { width: 720, height: 1000 },
    });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'print' });
    const printed = await page.evaluate(() => ({
      text: getComputedStyle(document.body).color,
      wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
      cut: [...document.querySelectorAll('.figure, .scrolls, .operations, .pane')].filter(
        (one) => one.scrollHeight > one.clientHeight + 1,
      ).length,
      buttons: [...document.querySelectorAll('button')].filter(
        (one) => one.closest('.why, .choice, .verdict') === null && one.checkVisibility(),
      ).length,
    }));
    expect(printed).toEqual({ text: 'rgb(27, 31, 36)', wide: false, cut: 0, buttons: 0 });
    await page.context().close();
  });
});
