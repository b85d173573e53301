/** A browser for tests: Debian's Chromium, headless, with no network; and pages that note what goes wrong in them. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Chromium is: `CHROMIUM`, or where Debian puts it. */
export const chromiumPath: string = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const hasChromium: boolean = existsSync(chromiumPath);

export class TestBrowser {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'ioeventfd-page-'));
  #browser: Browser | undefined;
  /** What went wrong in any page: errors, warnings, what the security policy stopped, and requests for anything but the page's file. */
  readonly problems: string[] = [];

  async open(name: string, options: BrowserContextOptions & { readonly hash?: string } = {}): Promise<Page> {
    const { hash = '', ...rest } = options;
    // In a container there is no sandbox to be had.
    this.#browser ??= await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
    const context = await this.#browser.newContext({ acceptDownloads: true, ...rest });
    const page = await context.newPage();
    const file = `file://${join(this.directory, name)}`;
    page.on('console', (message) => this.problems.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.problems.push(String(error.stack ?? error)));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(file) && !url.startsWith('blob:')) this.problems.push(`request: ${url}`);
    });
    await page.goto(file + hash);
    return page;
  }

  /** Writes a page, or any file. */
  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What axe finds that is serious. The page has to be opened with `bypassCSP`: its policy lets no other script in. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, impact, nodes }) => {
      const where = nodes.map(({ html }) => html).join(' | ');
      return `${impact} ${id}: ${where.slice(0, 300)}`;
    });
  });
  return found.filter((line) => /^(serious|critical)/.test(line));
}
