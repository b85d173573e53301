import { defineConfig } from 'vitest/config';
import everyTest, { rooms } from './vitest.config.ts';

/**
 * `npm run test:processes`: tests in which processes are interrupted, killed, or go beyond their limits; and of
 * whole commands, those of the documents among them.
 */
export default defineConfig({
  test: { ...everyTest.test, include: [`${rooms}/**/*.process.test.ts`], exclude: ['**/node_modules/**'] },
});
