/** How this command was called, so that a report can name a command that works when it is typed. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of this package, wherever it was built to. */
export function packageRoot(): string {
  for (let directory = dirname(fileURLToPath(import.meta.url)); ; directory = dirname(directory)) {
    if (isPackage(directory)) return directory;
    if (directory === dirname(directory)) throw new Error('the package of ioeventfd-check is not complete');
  }
}

function isPackage(directory: string): boolean {
  try {
    return packageFile(directory).name === 'ioeventfd-check';
  } catch {
    return false;
  }
}

function packageFile(directory: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/** This package's version. */
export function packageVersion(): string {
  return packageFile(packageRoot()).version;
}

/**
 * The words that call this program: its name, `npx` and its name if that is where it came from, or `node` and its file.
 *
 * @param script the file that node was given, as `process.argv[1]` has it
 */
export function programName(script: string, directory: string): string {
  if (basename(script) === 'main.js') {
    const path = relative(directory, script);
    return `node ${shellWord(path.startsWith('..') ? script : path)}`;
  }
  return dirname(script).endsWith(join('node_modules', '.bin')) ? 'npx ioeventfd-check' : 'ioeventfd-check';
}

/** A word as a shell must be given it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
