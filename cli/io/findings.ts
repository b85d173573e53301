/** Findings on disk: written before they are printed, so that whatever ends the process loses nothing. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, writeScenario } from '../../format/index.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import { programName, shellWord } from '../invocation.ts';
import type { SavedFinding } from '../text/finding-report.ts';

/** @throws InputError where the place for findings is a file. */
export function requireDirectory(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) {
    throw new InputError(`--save ${path}: expected a directory, it is a file`);
  }
}

/** Writes a finding; its name says what was found, and is the same for the same scenario. */
export function saveFinding(
  { failure, scenario }: Finding,
  directory: string,
  a: string,
  b: string,
): SavedFinding {
  const text = writeScenario(scenario);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const name = [failure.property, failure.clause, digest].filter((part) => part !== undefined).join('-');
  const file = join(directory, `${name.replace(/[^A-Za-z0-9.-]+/g, '-')}.json`);
  const program = programName(process.argv[1] ?? '', process.cwd());
  try {
    mkdirSync(directory, { recursive: true });
    // Under its name it is whole, whenever the process is killed.
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
  } catch (error) {
    return { text, reason: error instanceof Error ? error.message : String(error) };
  }
  const path = shellWord(file);
  return {
    file,
    replay: `${program} replay ${path} --on ${shellWord(`${a},${b}`)}`,
    explain: `${program} explain ${path} --on ${shellWord(b)}`,
  };
}
