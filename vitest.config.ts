import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { buildDirectory, root } from './cli/testing/build.ts';

/** The rooms in which tests are. */
export const rooms = '{format,model,impl,properties,cli,docs,bench,measure,runners,page}';

/** The rooms that are in the package. */
const isOfPackage = /^(format|model|impl|properties|cli)\//;

/**
 * A test imports a source; what it gets is what the step before all tests made of it. So the engine compiles each function once, for
 * tests of functions and for those of the command, and node links the modules, which makes calls between them faster.
 */
const testsRunWhatIsBuilt: Plugin = {
  name: 'tests-run-what-is-built',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !/^\..*\.ts$/.test(source)) return undefined;
    const path = relative(root, join(dirname(importer), source));
    const isForTests = /\.test\.ts$|(^|\/)testing\//.test(path);
    if (isForTests || !isOfPackage.test(path) || !existsSync(join(root, path))) return undefined;
    return join(buildDirectory(), 'dist', path.replace(/\.ts$/, '.js'));
  },
};

export default defineConfig({
  // A vitest that watches has to see the sources.
  plugins: process.argv.includes('run') ? [testsRunWhatIsBuilt] : [],
  test: {
    include: [`${rooms}/**/*.test.ts`],
    // `npm run test:processes` and `npm run test:browser` run them.
    exclude: ['**/node_modules/**', '**/*.process.test.ts', '**/*.browser.test.ts'],
    // The command is built once, before any test.
    globalSetup: 'cli/testing/build.ts',
    // What is built is loaded by node as it is.
    server: { deps: { external: [/\/\.test-builds\//] } },
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
