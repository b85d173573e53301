/** Regressions: saved scenarios that a check runs before any random one. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireBounds } from '../../format/bounds.ts';
import { InputError, printable } from '../../format/errors.ts';
import { readScenarios } from '../../format/read.ts';
import type { ReadOptions } from '../../format/read-bounded.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { dataFolder } from '../package-data.ts';

/** A saved scenario. */
export type Regression = {
  /** The name that it is reported under: its file, and its line in JSON Lines. */
  readonly source: string;
  readonly scenario: Scenario;
  /**
   * Whether it runs only where both dispatchers follow the profile that the scenario names, as it is, and where the run is one
   * of that profile. Under two profiles a scenario shows where those differ, and no mistake. True of this package's own; what
   * a user names always runs.
   */
  readonly onlyUnderItsProfile?: boolean;
};

/**
 * This package's own regressions, then those of each path, in order. Of a directory, those of its `.json` and `.jsonl` files, by
 * name.
 *
 * @throws InputError where a path is missing, cannot be read, or holds no scenario
 */
export async function loadRegressions(
  paths: readonly string[],
  options: ReadOptions = {},
): Promise<readonly Regression[]> {
  const own = fileURLToPath(dataFolder('regressions/'));
  const found: Regression[] = [];
  for (const path of [own, ...paths]) {
    const before = found.length;
    for (const file of filesAt(path)) {
      for await (const { source, scenario } of readScenarios(file, options)) {
        requireBounds(scenario, source);
        found.push({ source, scenario, onlyUnderItsProfile: path === own });
      }
    }
    if (found.length === before) throw new InputError(`${printable(path)}: no scenario in it`);
  }
  return found;
}

/** A path to a file as it is; the scenario files of a directory, at least one. */
function filesAt(path: string): string[] {
  if (!isDirectory(path)) return [path];
  const files = namesIn(path).filter((name) => /\.jsonl?$/.test(name));
  if (files.length > 0) return files.sort().map((name) => join(path, name));
  throw new InputError(`${printable(path)}: no .json or .jsonl file in it`);
}

/** A path that is missing or cannot be looked at counts as no directory: reading it as a file says what is wrong. */
function isDirectory(path: string): boolean {
  try {
    return path !== '-' && statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : message;
    throw new InputError(`${printable(directory)}: ${printable(reason)}`);
  }
}
