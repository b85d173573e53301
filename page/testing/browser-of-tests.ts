/** The browser that the tests of a file share. */
import { afterAll, expect } from 'vitest';
import { TestBrowser } from './browser.ts';

/** For all tests of a file; called once in it, outside of any test. At the end no page may have complained. */
export function browserOfTests(): TestBrowser {
  const browser = new TestBrowser();
  afterAll(async () => {
    expect(browser.problems).toEqual([]);
    await browser.close();
  });
  return browser;
}
