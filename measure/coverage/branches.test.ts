import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { branchesOf, type ScriptCounts } from './branches.ts';

const compiler = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

const source = `/** Types go, so that lines of script and source differ. */
export type Range = { readonly start: number; readonly end: number };

export function sizeOf({ start, end }: Range, step = 1): number {
  if (end < start) throw new Error('upside down');
  if (start >= 0) {
    step += 0;
  }
  return (start === end || end === 0 ? 0 : end - start) / step;
}

export function never(value: number): number {
  if (value > 3) return 1;
  return value && 2;
}

export function kindOf(value: 'a' | 'b' | 'c'): number {
  switch (value) {
    case 'a':
      return 1;
    case 'b':
      return 2;
    default:
      return 3;
  }
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'branches-test-'));
  writeFileSync(join(folder, 'range.ts'), source);
  writeFileSync(join(folder, 'types.ts'), 'export type One = 1;\n');
  const options = ['--sourceMap', '--target', 'es2023', '--module', 'esnext', '--types', ''];
  const files = ['range.ts', 'types.ts'].map((name) => join(folder, name));
  execFileSync(process.execPath, [compiler, '--ignoreConfig', '--noCheck', ...options, ...files]);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

type Ranges = {
  sizeOf(range: { start: number; end: number }, step?: number): number;
  kindOf(value: string): number;
};

let modules = 0;

/** V8's counts of a module that is loaded anew and used. */
async function countsOf(use: (module: Ranges) => void): Promise<ScriptCounts> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  // A data URL, because vitest loads files in its own way. The comment at its end makes it a new module each time.
  const script = join(folder, 'range.js');
  const text = `${readFileSync(script, 'utf8')}\n// ${modules++}`;
  const url = `data:text/javascript,${encodeURIComponent(text)}`;
  use(await import(/* @vite-ignore */ url));
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const counts = result.find((one) => one.url === url);
  if (counts === undefined) throw new Error('the module was not counted');
  return { ...counts, url: pathToFileURL(script).href };
}

const compiled = (counts: ScriptCounts | undefined, name = 'range') => {
  return { file: `${name}.ts`, source, script: join(folder, `${name}.js`), counts };
};

describe('branches', () => {
  it('what was not taken, by line of the source, the outermost only', async () => {
    const counts = await countsOf(({ sizeOf, kindOf }) => {
      sizeOf({ start: 1, end: 2 }, 2);
      kindOf('a');
    });
    const { untaken } = await branchesOf(compiled(counts));
    expect(untaken.map(({ line, kind, code }) => `${line} ${kind}: ${code}`)).toEqual([
      "5 then: if (end < start) throw new Error('upside down');",
      '6 else: if (start >= 0) {',
      '9 choice: 0',
      '12 function: never(value: number): number { if (value > 3) return 1; return value && 2; }',
      "21 case: case 'b': return 2;",
      '23 case: default: return 3;',
    ]);
  });

  it('all are taken where all were, but for the function that was not called', async () => {
    const counts = await countsOf(({ sizeOf, kindOf }) => {
      for (const [start, end] of [
        [1, 2],
        [-1, 0],
        [-2, -1],
        [3, 3],
      ] as const) {
        sizeOf({ start, end });
      }
      expect(() => sizeOf({ start: 2, end: 1 }, 2)).toThrow();
      for (const value of ['a', 'b', 'c']) kindOf(value);
    });
    const { untaken, branches, taken } = await branchesOf(compiled(counts));
    expect(untaken.map(({ kind, line }) => [kind, line])).toEqual([['function', 12]]);
    expect(branches - taken).toBe(4);
  });

  it('a file that was never loaded is one place, unless it has no code', async () => {
    const { untaken, taken, branches } = await branchesOf(compiled(undefined));
    expect(untaken).toEqual([{ file: 'range.ts', line: 1, kind: 'file', code: '', nth: 1 }]);
    expect([taken, branches > 8]).toEqual([0, true]);
    expect(await branchesOf(compiled(undefined, 'types'))).toMatchObject({ branches: 0, untaken: [] });
  });
});
