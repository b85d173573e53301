import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{format,model,impl,properties,cli,docs,bench}/**/*.test.ts'],
    // The command is built once, before any test.
    globalSetup: 'cli/testing/build.ts',
    testTimeout: 60_000,
    // Both cores of a small machine; the default leaves one idle.
    maxWorkers: '100%',
    reporters: ['default'],
  },
});
