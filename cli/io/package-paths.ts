/**
 * Paths of this package's data. The README's `properties/scenarios/...` are there in a clone; where the package is installed, they
 * are somewhere under `node_modules`, and a shell leaves a pattern as it is.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder } from '../../properties/package-data.ts';

const inPackage = /^(?:\.\/)?properties\/((?:scenarios|regressions|scopes)(?:\/.*)?)$/s;

/**
 * The files that a path stands for: itself, where it exists or nothing better is known; what it matches as a pattern, here or in
 * the package; or the file of that name in the package.
 */
export function filesOf(path: string): string[] {
  if (path === '-' || existsSync(path)) return [path];
  const here = isPattern(path) ? matching(path) : [];
  if (here.length > 0) return here;
  const [, rest] = inPackage.exec(path) ?? [];
  if (rest === undefined || rest.split('/').includes('..')) return [path];
  const file = shortened(join(fileURLToPath(dataFolder('')), rest));
  if (existsSync(file)) return [file];
  const there = isPattern(rest) ? matching(file) : [];
  return there.length > 0 ? there : [path];
}

/** A path from the working directory, where that is the shorter one. */
function shortened(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** The paths that match a pattern of `*` and `?`, by name, as a shell has them. */
function matching(pattern: string): string[] {
  const [first = '', ...steps] = pattern.split('/');
  // An absolute path begins with an empty step.
  const start = first === '' && steps.length > 0 ? ['/'] : stepInto('', first);
  return steps.reduce((paths, step) => paths.flatMap((path) => stepInto(path, step)), start);
}

function stepInto(directory: string, step: string): string[] {
  if (!isPattern(step)) {
    const path = join(directory, step);
    return existsSync(path) ? [path] : [];
  }
  const source = step
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const isMatch = new RegExp(`^${source}$`, 's');
  const names = namesIn(directory).filter(
    (name) => isMatch.test(name) && (step.startsWith('.') || !name.startsWith('.')),
  );
  return names.sort().map((name) => join(directory, name));
}

/** The names in a directory; none in what is no directory, or cannot be looked at. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory === '' ? '.' : directory);
  } catch {
    return [];
  }
}
