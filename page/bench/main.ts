/**
 * `npm run bench:page`: how long the page takes in Chromium to open, to step, to edit. Each figure is told three times: the processor
 * time of the page's main thread; its ratio to one unit of work in the same thread, so that machines can be compared; and the time that
 * passes until it is drawn, which is longer on a machine that does other things.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CDPSession, chromium, type Page } from 'playwright-core';

const directory = mkdtempSync(join(tmpdir(), 'ioeventfd-page-bench-'));
const hex = (value: number) => `0x${value.toString(16)}`;

/** A scenario as a page: `regions` devices side by side, a word in each, then writes, and a move now and then. */
function pageOf(name: string, regions: number, operations: number, on: string): string {
  const list: object[] = [];
  for (let i = 0; i < regions; i++) {
    list.push({ op: 'create', region: `r${i}`, kind: 'io', size: '0x1000' });
    list.push({ op: 'map', region: `r${i}`, container: 'memory', offset: hex(i * 0x1000), priority: i % 7 });
    list.push({ op: 'add-eventfd', region: `r${i}`, offset: '0x4', size: 4, notifier: `n${i}` });
  }
  while (list.length < operations) {
    const [at, i] = [list.length, list.length % regions];
    const write = { op: 'write', space: 'memory', address: hex(i * 0x1000 + 4), size: 4, data: '0x1' };
    list.push(at % 10 === 0 ? { op: 'move', region: `r${i}`, offset: hex(at * 0x1000) } : write);
  }
  const file = join(directory, `${name}.json`);
  const page = join(directory, `${name}.html`);
  writeFileSync(file, JSON.stringify({ format: 'ioeventfd-scenario/1', title: name, operations: list }));
  execFileSync(process.execPath, ['bin/ioeventfd-check.js', 'show', file, '--on', on, '-o', page, '-q']);
  return page;
}

/** Processor time of the page's main thread since it was opened, in milliseconds. */
async function spent(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}

/** A unit of work: sums of bigints, as the model does them. The processor time of one, of several. */
async function unit(page: Page, session: CDPSession): Promise<number> {
  const before = await spent(session);
  const times = await page.evaluate(() => {
    let sum = 0n;
    const times = 5;
    for (let i = 0n; i < BigInt(times) * 400_000n; i++) sum = (sum * 3n + i) % 0xffff_fffb_0000n;
    return sum < 0n ? 0 : times;
  });
  return ((await spent(session)) - before) / times;
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

type Act = (page: Page) => Promise<readonly number[]>;

async function measure(name: string, file: string, act: Act): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const started = performance.now();
  await page.goto(`file://${file}`);
  await page.waitForSelector('#head-map');
  const openedAfter = performance.now() - started;
  const opened = await spent(session);
  await page.waitForTimeout(3000);
  const before = await spent(session);
  const passed = await act(page);
  const each = ((await spent(session)) - before) / passed.length;
  const work = await unit(page, session);
  const told = (value: number, wall: number) =>
    `${value.toFixed(0)} ms (${(value / work).toFixed(2)}; drawn after ${wall.toFixed(0)} ms)`;
  const median = passed.toSorted((a, b) => a - b)[passed.length >> 1] ?? 0;
  console.log(`${name}: opens in ${told(opened, openedAfter)}, then ${told(each, median)} each`);
  await page.close();
}

/** In the page: does something several times, each drawn before the next; how long each took until then, in milliseconds. */
const drawnEach = (times: number, act: string) => `(async () => {
  const passed = [];
  for (let i = 1; i <= ${times}; i++) {
    const start = performance.now();
    ${act}
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    passed.push(performance.now() - start);
  }
  return passed;
})()`;

/** One step back after the other. */
const step: Act = async (page) => {
  await page.keyboard.press('End');
  await page.waitForTimeout(500);
  return page.evaluate(
    drawnEach(20, `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', bubbles: true }));`),
  );
};

/** One size after the other, for the first operation. */
const edit: Act = async (page) => {
  await page.keyboard.press('Home');
  await page.locator('.editor summary').click();
  await page.locator('#field-size').focus();
  const change = `const field = document.querySelector('#field-size');
    field.value = '0x' + (0x100 * i).toString(16);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));`;
  return page.evaluate(drawnEach(10, change));
};

try {
  await measure(
    '10,000 operations, 1,000 regions; a step',
    pageOf('large', 1000, 10_000, 'impl,impl@kvm'),
    step,
  );
  await measure(
    '50 operations, 10 regions; a step',
    pageOf('small', 10, 50, 'model@contract,model@kvm'),
    step,
  );
  await measure(
    '50 operations, 10 regions; an edit',
    pageOf('edit', 10, 50, 'model@contract,model@kvm'),
    edit,
  );
} finally {
  await browser.close();
  rmSync(directory, { recursive: true, force: true });
}
