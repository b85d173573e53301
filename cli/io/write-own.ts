/** Files that a command makes in a directory of the user's: only its own are replaced. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError, printable } from '../../format/errors.ts';
import { writeWhole } from './write-file.ts';

/** Stands in the first lines of every file that is written here. */
const mark = 'Written by ioeventfd-check';

/** @throws InputError where there is a file that somebody else wrote */
export function requireReplaceable(path: string): void {
  if (!existsSync(path)) return;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${printable(path)}: cannot be read (${codeOf(error)})`);
  }
  if (text.slice(0, headLength).includes(mark)) return;
  throw new InputError(`${printable(path)}: exists, and is not of this command; give another directory`);
}

const headLength = 2000;

/** Writes a file that holds the mark, and the directories above it. @throws InputError where it cannot be written */
export function writeOwn(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new InputError(`${printable(dirname(path))}: cannot be made (${codeOf(error)})`);
  }
  writeWhole(path, text);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
