/** How many worker threads are used. */
import { availableParallelism } from 'node:os';
import type { OutputStream } from '../surroundings.ts';

/**
 * The threads to use: one a core, or as many as asked for. More than two a core only take memory, so no more are started,
 * and standard error says so.
 *
 * @param ofCore threads a core, where none are asked for: more than one for what waits more than it works
 */
export function workersFor(asked: number | undefined, errors: OutputStream, ofCore = 1): number {
  const cores = availableParallelism();
  const most = Math.max(4, 2 * cores);
  if (asked === undefined || asked <= most) return asked ?? ofCore * cores;
  errors.write(`ioeventfd-check: --workers ${asked}: ${most} are used; more would only take memory\n`);
  return most;
}
