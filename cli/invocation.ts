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
  if (basename(script) !== 'ioeventfd-check') {
    const path = relative(directory, script);
    return `node ${shellWord(path.startsWith('..') ? script : path)}`;
  }
  return dirname(script).endsWith(join('node_modules', '.bin')) ? 'npx ioeventfd-check' : 'ioeventfd-check';
}

/**
 * The commands that show a saved finding again, fit to be copied into a shell.
 *
 * @param program the words that call this program, as `programName` gives them
 */
export function commandsFor(
  program: string,
  file: string,
  [a, b]: readonly [string, string],
): { readonly replay: string; readonly explain: string } {
  // A name that begins like an option, or that stands for standard input, is made a path.
  const path = shellWord(file.startsWith('-') ? `./${file}` : file);
  return {
    replay: `${program} replay ${path} --on ${shellWord(`${a},${b}`)}`,
    explain: `${program} explain ${path} --on ${shellWord(b)}`,
  };
}

/** A word as a shell must be given it: always one word, and nothing in it but what can be printed. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  // Quotes with escapes, as bash, zsh and ksh have them.
  const text = word
    .replace(/['\\]/g, '\\$&')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
      [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  return `$'${text}'`;
}
