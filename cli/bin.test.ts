/** The committed entry of the command, before there is a build, and where a package is missing. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

let clone: string;
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'ioeventfd-check-bin-'));
  cpSync(join(root, 'bin'), join(clone, 'bin'), { recursive: true });
  cpSync(join(root, 'package.json'), join(clone, 'package.json'));
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

/** Starts the command through a link, as npm makes it. */
function start() {
  const link = join(clone, 'ioeventfd-check');
  symlinkSync('bin/ioeventfd-check.js', link);
  const { status, stdout, stderr } = spawnSync(link, ['--version'], { encoding: 'utf8' });
  return { status, out: stdout, error: stderr };
}

/** Puts a file in the place of the built command. */
function build(text: string): void {
  mkdirSync(join(clone, 'dist', 'command'), { recursive: true });
  writeFileSync(join(clone, 'dist', 'command', 'main.js'), text);
}

it('is the file that package.json names, and a program', () => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(bin).toEqual({ 'ioeventfd-check': 'bin/ioeventfd-check.js' });
  expect(statSync(join(root, 'bin/ioeventfd-check.js')).mode & 0o111).toBe(0o111);
});

it('says in one line what to do when nothing is built', () => {
  const error = `ioeventfd-check: the command is not built yet: run \`npm ci && npm run build\` in ${clone}/\n`;
  expect(start()).toEqual({ status: 2, out: '', error });
});

it('says in one line that a package is missing', () => {
  build("import 'a-package-that-nobody-has';");
  const error = `ioeventfd-check: the package a-package-that-nobody-has is not installed: run \`npm install\` in ${clone}/\n`;
  expect(start()).toEqual({ status: 2, out: '', error });
});

it('runs the build, and leaves its status alone', () => {
  build('console.log(process.argv.slice(2).join()); process.exit(3);');
  expect(start()).toEqual({ status: 3, out: '--version\n', error: '' });
});
