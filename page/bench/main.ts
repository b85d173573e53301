/**
 * `npm run bench:page`: how long the page works in Chromium, in processor time of its main thread: to open, to step, to edit. Each
 * figure also as a ratio to one unit of work in the same browser, so that machines can be compared.
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

/** A unit of work: sums of bigints, as the model does them. */
const unit = (page: Page) =>
  page.evaluate(() => {
    const start = performance.now();
    let sum = 0n;
    for (let i = 0n; i < 400_000n; i++) sum = (sum * 3n + i) % 0xffff_fffb_0000n;
    return sum < 0n ? 0 : performance.now() - start;
  });

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

async function measure(name: string, file: string, act: (page: Page) => Promise<number>): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`file://${file}`);
  await page.waitForSelector('#head-map');
  const opened = await spent(session);
  await page.waitForTimeout(3000);
  const before = await spent(session);
  const times = await act(page);
  const each = ((await spent(session)) - before) / times;
  const work = await unit(page);
  const ratio = (value: number) => (value / work).toFixed(2);
  console.log(
    `${name}: opens in ${opened.toFixed(0)} ms (${ratio(opened)}), then ${each.toFixed(1)} ms each (${ratio(each)})`,
  );
  await page.close();
}

async function step(page: Page): Promise<number> {
  await page.keyboard.press('End');
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('k');
    await page.waitForTimeout(20);
  }
  return 21;
}

async function edit(page: Page): Promise<number> {
  await page.keyboard.press('Home');
  await page.locator('.editor summary').click();
  for (let i = 1; i <= 10; i++) {
    await page.locator('#field-size').fill(hex(0x100 * i));
    await page.waitForTimeout(20);
  }
  return 11;
}

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
