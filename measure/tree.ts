/** The tree of this project as the measurements need it: its files, and a compiled copy of it in a folder of its own. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { globSync } from 'tinyglobby';

/** The project's folder, wherever this program was compiled to. */
export const root = fileURLToPath(
  new URL(import.meta.url.includes('/dist/measure/') ? '../../' : '../', import.meta.url),
);

/** The two sides that `check` compares: what is measured. */
const sides = ['model/**/*.ts', 'impl/optimized/**/*.ts'];

/**
 * Where no mistake can be asked of `check`: what it never runs (texts of the catalogue, device models, reasons that `explain` gives),
 * and what only looks at the dispatcher (its invariants, and what is counted inside it).
 */
const elsewhere = [
  'model/clauses/**',
  'model/callers/**',
  'model/trace/**',
  'impl/optimized/invariants.ts',
  'impl/optimized/structure.ts',
  'impl/optimized/tables/must.ts',
];

/** The source files of the model and the dispatcher, as paths from the root, sorted. */
export function measuredFiles(): string[] {
  return globSync(sides, { cwd: root, ignore: '**/*.test.ts' }).sort();
}

/** Those in which `check` is to find mistakes. */
export function filesOfCheck(): string[] {
  return globSync(sides, { cwd: root, ignore: ['**/*.test.ts', ...elsewhere] }).sort();
}

export function readSource(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** What a build is made of. */
const folders = ['format', 'model', 'impl', 'properties', 'cli', 'bench', 'docs', 'measure'];
const files = ['index.ts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

export type CopyOptions = {
  /** Source files, by their path from the root, that have another text in the copy. */
  readonly replaced?: ReadonlyMap<string, string>;
  readonly sourceMaps?: boolean;
};

/**
 * Copies the sources to a temporary folder and compiles them there, to `dist/`. Types are not checked: `npm run types` does.
 *
 * @returns the folder, with no symbolic link in its path; whoever asked removes it (`removeCopy`)
 */
export async function buildCopy({ replaced = new Map(), sourceMaps = false }: CopyOptions): Promise<string> {
  const copy = copySources([...folders, ...files]);
  try {
    for (const [file, text] of replaced) writeFileSync(join(copy, file), text);
    const options = ['--noCheck', '--declaration', 'false', ...(sourceMaps ? ['--sourceMap'] : [])];
    await runCompiler(['-p', join(copy, 'tsconfig.build.json'), ...options]);
  } catch (error) {
    removeCopy(copy);
    throw error;
  }
  return copy;
}

/** Copies sources without their tests to a temporary folder, where they find the packages that they import. */
export function copySources(names: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'ioeventfd-check-measured-'));
  for (const name of names) {
    const isNeeded = (path: string) => !path.endsWith('.test.ts') && !path.includes('golden');
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: isNeeded });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** What the TypeScript compiler prints. @throws where it ends with another status than 0 */
export async function runCompiler(options: readonly string[]): Promise<string> {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, ...options], {
    maxBuffer: 1 << 26,
  });
  return stdout;
}

export function removeCopy(copy: string): void {
  rmSync(copy, { recursive: true, force: true });
}
