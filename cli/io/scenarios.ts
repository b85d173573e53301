/** The scenarios of files, one after the other, until there are no more or Ctrl-C. */
import { statSync } from 'node:fs';
import { requireBounds } from '../../format/bounds.ts';
import { printable } from '../../format/errors.ts';
import { readScenarios, type SourcedScenario } from '../../format/read.ts';
import { inputName } from '../../format/read-bounded.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runsOtherCode } from '../../properties/engine/dispatchers.ts';
import type { Context } from '../context.ts';
import { filesOf } from './package-paths.ts';

export type ScenariosOptions = {
  /** The dispatchers that they are for, as references. One of a user may never return. */
  readonly dispatchers: readonly string[];
  /** Whether to show no progress. */
  readonly quiet?: boolean;
};

/** Files that are larger than this take a while to read, in bytes. */
const largeFile = 2 ** 20;

/**
 * Every scenario of every file, in order, read as it is asked for. What was printed before is handed over where the next
 * scenario may take long.
 *
 * @throws InputError where a file is not there or not of the format
 */
export async function* scenarios(
  files: readonly string[],
  { dispatchers, quiet = false }: ScenariosOptions,
  context: Context,
): AsyncGenerator<SourcedScenario, void, undefined> {
  const { interrupt } = context;
  const { input } = context.surroundings;
  const mayHang = dispatchers.some(runsOtherCode);
  for (const file of files.flatMap(filesOf)) {
    const progress = context.progress(
      `reading ${printable(inputName(file))}`,
      quiet || sizeOf(file) < largeFile,
    );
    try {
      const scenarios = readScenarios(file, { signal: interrupt, input });
      for (;;) {
        if (interrupt.aborted) return;
        // Standard input may never give another: Ctrl-C does not wait for it.
        const next = await unlessAborted(scenarios.next(), interrupt);
        progress.stop();
        if (next === undefined) return;
        if (next.done) break;
        requireBounds(next.value.scenario, next.value.source);
        if (mayHang || !isSmall(next.value.scenario)) await context.handOver();
        yield next.value;
      }
    } finally {
      progress.stop();
    }
  }
}

/** The size of a regular file, in bytes; 0 for anything else. */
function sizeOf(path: string): number {
  try {
    const found = path === '-' ? undefined : statSync(path);
    return found?.isFile() ? found.size : 0;
  } catch {
    // Whoever reads it says why it cannot be read.
    return 0;
  }
}

/** Operations of a scenario that takes no time: no more than this, and no more aliases, each of which can double the map. */
const fewOperations = 64;
const fewAliases = 6;

/** Whether this package's dispatchers run a scenario in no time. */
export function isSmall({ operations }: Scenario): boolean {
  if (operations.length > fewOperations) return false;
  const aliases = operations.filter((one) => one.op === 'create' && one.kind === 'alias');
  return aliases.length <= fewAliases;
}

/**
 * What a promise gives, or nothing when the signal is aborted first. (Not `Promise.race`: that would keep every value
 * for as long as the signal lives.)
 */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
