/** The step before all tests (vitest's `globalSetup`): builds the package once, for the tests that start the command. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

export const root = fileURLToPath(new URL('../../', import.meta.url));

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the built package: `dist/`, `bin/`, and the data beside them. */
    readonly builtPackage: string;
  }
}

/** Called by vitest before any test file is loaded. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('builtPackage', await builtPackage());
}

/**
 * The directory of a build of the sources as they are when this is called first.
 *
 * It lies in the project, so that node finds `node_modules` above it and no symbolic link leads there. Where one does, and a test has
 * looked at a pipe before, node's `realpathSync` does not follow it, as its own buffer still holds what it knows of the pipe; a
 * CommonJS package is then loaded twice, and what is imported of it is empty.
 */
export function buildDirectory(): string {
  directory ??= join(builds, sourceDigest());
  return directory;
}

const builds = join(root, '.test-builds');

let directory: string | undefined;

/** That directory. It is built unless it exists already. */
async function builtPackage(): Promise<string> {
  const home = buildDirectory();
  if (!existsSync(home)) {
    mkdirSync(builds, { recursive: true });
    removeOldBuilds();
    const building = mkdtempSync(`${home}-`);
    await build(building);
    try {
      renameSync(building, home);
    } catch {
      // Another test run was faster.
      rmSync(building, { recursive: true, force: true });
    }
  }
  return home;
}

/** Removes builds of other states of the sources, once they are older than any test run. */
function removeOldBuilds(): void {
  for (const name of readdirSync(builds)) {
    const path = join(builds, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

async function build(home: string): Promise<void> {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const config = join(root, 'tsconfig.build.json');
  // `npm run types` checks the types. Here, whatever can be emitted is run.
  const args = [compiler, '-p', config, '--noCheck', '--outDir', join(home, 'dist')];
  const bundler = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const bundled = (config: string, directory: string) => [
    bundler,
    'build',
    '--config',
    join(root, config),
    '--outDir',
    join(home, 'dist', directory),
  ];
  await Promise.all(
    [args, bundled('cli/vite.config.ts', 'command'), bundled('page/vite.config.ts', 'page')].map((command) =>
      promisify(execFile)(process.execPath, command),
    ),
  );
  // Scopes, named scenarios, regressions and the JSON Schema are data of the package.
  symlinkSync(join(root, 'format'), join(home, 'format'));
  symlinkSync(join(root, 'properties'), join(home, 'properties'));
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  cpSync(join(root, 'bin'), join(home, 'bin'), { recursive: true });
  // npm links the command under its name, in a directory of programs.
  mkdirSync(join(home, 'programs'));
  symlinkSync('../bin/ioeventfd-check.js', join(home, 'programs', 'ioeventfd-check'));
}

/** A string that changes with every file that a build is made of. */
function sourceDigest(): string {
  const hash = createHash('sha256').update(root);
  const sources = ['index.ts', 'format', 'model', 'impl', 'properties', 'cli', 'page'];
  for (const source of [...sources, 'bin', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    const path = join(root, source);
    const names = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
      : [''];
    for (const name of names
      .filter((one) => /\.([tj]sx?|css)$|^$/.test(one) && !one.endsWith('.test.ts'))
      .sort()) {
      const { mtimeMs, size } = statSync(join(path, name));
      hash.update(`${source}/${name} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}
