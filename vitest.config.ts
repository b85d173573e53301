import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{model,impl,properties,cli,docs,bench}/**/*.test.ts'],
    testTimeout: 60_000,
    reporters: ['default'],
  },
});
