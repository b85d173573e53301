/** A directory of scenarios that reached something new, shared between runs: each in a file that is named by its content. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { requireBounds } from '../../format/bounds.ts';
import { InputError, printable } from '../../format/errors.ts';
import { writeScenario, writeScenarioLine } from '../../format/index.ts';
import { readScenarios } from '../../format/read.ts';
import type { ReadOptions } from '../../format/read-bounded.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { writeWhole } from './write-file.ts';

/** The most files that are read. Whoever has more joins runs that have little in common. */
export const mostCorpusFiles = 20_000;

/**
 * The scenarios of a directory, by the names of their files; none where there is no such directory. What is no `.json` file is left alone.
 *
 * @throws InputError in one line where it is no directory, or a file of it is no scenario
 */
export async function readCorpus(directory: string, options: ReadOptions): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  for (const name of namesIn(directory)) {
    for await (const { source, scenario } of readScenarios(join(directory, name), options)) {
      requireBounds(scenario, source);
      scenarios.push(scenario);
    }
  }
  return scenarios;
}

function namesIn(directory: string): string[] {
  if (directory === '') throw new InputError('--corpus: expected a directory');
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return [];
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOTDIR' ? 'not a directory' : `cannot be read (${code})`;
    throw new InputError(`--corpus ${printable(directory)}: ${reason}`);
  }
  const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  if (files.length <= mostCorpusFiles) return files.sort();
  throw new InputError(
    `--corpus ${printable(directory)}: ${files.length} files; at most ${mostCorpusFiles} are read`,
  );
}

/**
 * Keeps a scenario. The same one has the same name, so that directories of several runs can be put together.
 *
 * @throws InputError where it cannot be written
 */
export function keepInCorpus(directory: string, scenario: Scenario): void {
  const hash = createHash('sha256').update(writeScenarioLine(scenario)).digest('hex').slice(0, 20);
  const path = join(directory, `${hash}.json`);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`--corpus ${printable(directory)}: cannot be made (${code})`);
  }
  if (!existsSync(path)) writeWhole(path, writeScenario(scenario));
}
