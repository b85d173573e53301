import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{format,model,impl,properties,cli,docs,bench,measure,runners}/**/*.test.ts'],
    // `npm run test:processes` runs them.
    exclude: ['**/node_modules/**', '**/*.process.test.ts'],
    // The command is built once, before any test.
    globalSetup: 'cli/testing/build.ts',
    // What is built is loaded by node as it is.
    server: { deps: { external: [/\/ioeventfd-check-build-/] } },
    // Modules are loaded, and compiled by the engine, once for all files of a worker: a test leaves nothing behind.
    isolate: false,
    // Only what hangs takes so long, on any machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Little of what a test runs is run for long: to compile less of it into less code takes less time.
    execArgv: ['--max-inlined-bytecode-size-cumulative=230'],
    // Both cores of a small machine; the default leaves one idle.
    maxWorkers: '100%',
    reporters: ['default'],
  },
});
