/** The directory that `--html` names. */
import { mkdirSync } from 'node:fs';
import { InputError, printable } from '../../format/errors.ts';

/**
 * Makes the directory of a page, before a long run begins.
 *
 * @throws InputError where it cannot be made
 */
export function requirePageDirectory(directory: string | undefined): void {
  if (directory === undefined) return;
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(`--html ${printable(directory)}: the directory cannot be made (${code})`);
  }
}
