import { defineConfig } from 'vitest/config';

const beingMended = [
  '**/node_modules/**',
  'cli/modules.test.ts',
  'cli/thread/thread.test.ts',
  'cli/signals.test.ts',
  'cli/explore.test.ts',
  'cli/hostile.test.ts',
  'docs/commands.test.ts',
  'impl/optimized/optimized-memory.test.ts',
  'measure/**',
  'properties/watch/**',
  'properties/matrix/**',
  'properties/explore/trust/**',
  'properties/engine/check.test.ts',
];

export default defineConfig({
  test: {
    include: ['{format,model,impl,properties,cli,docs,bench,measure}/**/*.test.ts'],
    // These fail on a busy machine, or are being mended: `npm run test:processes` runs them.
    exclude: process.env['TEST_PROCESSES'] === undefined ? beingMended : [],
    // The command is built once, before any test.
    globalSetup: 'cli/testing/build.ts',
    // What is built is loaded by node as it is.
    server: { deps: { external: [/\/ioeventfd-check-build-/] } },
    // Modules are loaded, and compiled by the engine, once for all files of a worker: a test leaves nothing behind.
    isolate: false,
    // Only what hangs takes so long, on any machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Both cores of a small machine; the default leaves one idle.
    maxWorkers: '100%',
    reporters: ['default'],
  },
});
