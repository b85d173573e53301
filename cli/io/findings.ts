/** Findings on disk: written before they are printed, so that nothing is lost however the process ends. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError, printable } from '../../format/errors.ts';
import { writeScenario } from '../../format/index.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import { kernelTestOf } from '../../properties/selftest/finding.ts';
import { commandsFor } from '../invocation.ts';
import type { SavedFinding } from '../text/finding-report.ts';

/**
 * Makes sure, before a long run begins, that its findings can be saved. Nothing is left behind: the directory itself is
 * made when there is something to save.
 *
 * @throws InputError where the directory cannot be made or written to
 */
export function requireDirectory(path: string): void {
  try {
    if (path === '') throw new InputError('expected the name of a directory');
    tryToWrite(nearestDirectory(resolve(path)));
  } catch (error) {
    throw new InputError(`--save ${printable(path)}: ${reasonOf(error)}`);
  }
}

/** Finds out by writing. Permissions do not say it: root has them all, /proc takes no files, and a disk may be full. */
function tryToWrite(directory: string): void {
  const trial = mkdtempSync(join(directory, '.ioeventfd-check-'));
  try {
    writeFileSync(join(trial, 'trial'), Buffer.alloc(trialBytes));
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

/** More than a finding takes, in bytes. */
const trialBytes = 65_536;

/** The directory of this path, or the nearest one above it that is there. */
function nearestDirectory(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return path;
  if (found !== undefined) throw new InputError('expected a directory, it is a file');
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new InputError('expected a directory, it is a link to nothing');
  }
  return nearestDirectory(dirname(path));
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no files can be made there',
  ENOTDIR: 'expected a directory, a part of the path is a file',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error.message;
  return reasons[code] ?? `cannot be written (${code})`;
}

/**
 * Writes a finding, and beside it, where the running kernel has a part in it, a test of the kernel in C. Its name says what was found, and is the same for the same scenario. Where that fails, no part of
 * it stays on the disk, and the text comes back with the reason.
 *
 * @param program the words that call this program, for the commands that show the finding
 */
export function saveFinding(
  finding: Finding,
  directory: string,
  pair: readonly [string, string],
  program: string,
): SavedFinding {
  const { failure, scenario, reproduction } = finding;
  const text = writeScenario(scenario);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const name = [failure.property, failure.clause, digest].filter((part) => part !== undefined).join('-');
  const path = join(directory, name.replace(/[^A-Za-z0-9.-]+/g, '-'));
  const file = `${path}.json`;
  const test = kernelTestOf(finding, pair);
  try {
    makeDirectory(resolve(directory));
    writeAtOnce(file, text);
    if (test !== undefined) writeAtOnce(`${path}.c`, test);
    for (const [ending, other] of reproduction ?? []) {
      writeAtOnce(`${path}.${ending}`, other);
      if (ending === 'sh') chmodSync(`${path}.${ending}`, 0o755);
    }
  } catch (error) {
    return { text, reason: reasonOf(error) };
  }
  const beside = [...(reproduction?.keys() ?? [])].map((ending) => `${path}.${ending}`);
  return {
    file,
    ...(test !== undefined && { test: `${path}.c` }),
    ...(beside.length > 0 && { beside }),
    ...commandsFor(program, file, pair),
  };
}

/** Under its own name a file is whole, whenever the process is killed. */
function writeAtOnce(file: string, text: string): void {
  // Two runs may save the same finding at the same time.
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } catch (error) {
    removeIfThere(part);
    throw error;
  }
}

/** Like `mkdir -p`. (The recursive `mkdirSync` of Node 20 never returns for a path in /proc.) */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What made the save fail is the reason that counts.
  }
}
