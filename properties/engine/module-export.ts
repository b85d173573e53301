/** Modules that users name: what they export by default. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InputError, messageOf, printable } from '../../format/errors.ts';

/**
 * The default export of a module that a user names. Relative paths start from the working directory.
 *
 * @param path a path or a `file:` URL
 * @param expected what is to be exported, such as `a dispatcher`
 * @throws InputError where there is no such module, it cannot be loaded, or it has no default export
 */
export async function defaultExportOf(path: string, expected: string): Promise<unknown> {
  const url = urlOf(path);
  if (!existsSync(url)) throw new InputError(`${printable(path)}: no such module`);
  if (!statSync(url).isFile()) throw new InputError(`${printable(path)}: not a file: expected a module`);
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await unlessStuck(import(url.href));
  } catch (error) {
    const [line = ''] = messageOf(error).split('\n');
    throw new InputError(`${printable(path)}: cannot be loaded: ${printable(line)}`);
  }
  if ('default' in module) return module['default'];
  throw new InputError(`${printable(path)}: no default export: expected ${expected} there`);
}

/**
 * What a module exports. A top-level `await` may wait for what never comes; node says nothing then, and ends the program when
 * nothing else is left to do.
 */
async function unlessStuck<Value>(loading: Promise<Value>): Promise<Value> {
  let complain = () => {};
  const stuck = new Promise<never>((_, reject) => {
    complain = () => reject(new Error('its top-level await waits for something that never comes'));
  });
  process.once('beforeExit', complain);
  try {
    return await Promise.race([loading, stuck]);
  } finally {
    process.off('beforeExit', complain);
  }
}

function urlOf(path: string): URL {
  if (!path.startsWith('file:')) return pathToFileURL(resolve(path));
  try {
    return pathToFileURL(fileURLToPath(path));
  } catch {
    throw new InputError(`${printable(path)}: not the URL of a file`);
  }
}
