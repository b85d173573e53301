/** Files that a user names for a result. */
import { accessSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError, printable } from '../../format/errors.ts';

/**
 * Whether a file can be written there, asked before long work.
 *
 * @throws InputError where it cannot
 */
export function requireWritable(path: string): void {
  if (path === '') throw new InputError('expected the name of a file, got an empty one');
  attempt(path, () => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) {
      throw new InputError(`${printable(path)}: not a regular file; give the name of a file`);
    }
    accessSync(dirname(path), constants.W_OK);
  });
}

/**
 * Writes a file, or puts it in the place of one that exists. It is there whole or not at all.
 *
 * @throws InputError where it cannot be written
 */
export function writeWhole(path: string, text: string): void {
  attempt(path, () => {
    const exists = statSync(path, { throwIfNoEntry: false }) !== undefined;
    // A link stays a link.
    const file = exists ? realpathSync(path) : path;
    const part = `${file}.${process.pid}.part`;
    try {
      writeFileSync(part, text, { flag: 'wx' });
      renameSync(part, file);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  });
}

function attempt(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(`${printable(path)}: cannot be written (${code})`);
  }
}
