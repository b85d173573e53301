/** Scopes by name, from a file, or from standard input. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InputError, quote } from '../../../format/errors.ts';
import { inputName, type ReadOptions, readBounded } from '../../../format/read-bounded.ts';
import { dataFolder } from '../../package-data.ts';
import { readScope } from './read.ts';
import { maximumScopeBytes, type Scope } from './scope.ts';

const folder = dataFolder('scopes/');

/** The names of the scopes that come with the package. */
export function scopeNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/**
 * The scope with this name; the scope in this file, where the text has a slash or a dot in it; for `-`, the scope on
 * standard input.
 *
 * @throws InputError in one line where there is no such scope, or it is not of the format; the signal's reason where that
 *   is aborted
 */
export async function loadScope(nameOrFile: string, options: ReadOptions = {}): Promise<Scope> {
  const isFile = nameOrFile === '-' || /[./\\]/.test(nameOrFile);
  if (!isFile && !scopeNames().includes(nameOrFile)) {
    throw new InputError(
      `no scope is called ${quote(nameOrFile)}: there are ${scopeNames().join(', ')}; the name of a file has a dot or a slash in it`,
    );
  }
  const path = isFile ? nameOrFile : fileURLToPath(new URL(`${nameOrFile}.json`, folder));
  return readScope(await readBounded(path, { limit: maximumScopeBytes, ...options }), inputName(nameOrFile));
}
