/** Pools of worker threads. A thread runs a compiled file: those of Node 20 cannot run TypeScript. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { InputError } from '../model/format/errors.ts';

/**
 * As many threads as asked for, each of which runs what `entry` exports by default, a task at a time.
 *
 * @throws InputError when the entry was not compiled
 */
export function threads(entry: URL, count: number): Tinypool {
  const filename = fileURLToPath(entry);
  if (!existsSync(filename)) throw new InputError('several workers need the compiled program: npm run build');
  return new Tinypool({ filename: entry.href, minThreads: count, maxThreads: count });
}
