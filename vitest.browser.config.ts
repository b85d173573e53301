import { defineConfig } from 'vitest/config';
import everyTest from './vitest.config.ts';

/** `npm run test:browser`: the page in a real browser. */
export default defineConfig({
  ...everyTest,
  test: { ...everyTest.test, include: ['page/**/*.browser.test.ts'], exclude: ['**/node_modules/**'] },
});
