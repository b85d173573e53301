import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { InputError } from '../../format/errors.ts';
import { loadRegressions } from './regressions.ts';

const directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-regressions-'));

afterAll(() => rmSync(directory, { recursive: true }));

it("the package's own are there, and come first", async () => {
  const own = await loadRegressions([]);
  expect(own.length).toBeGreaterThan(0);
  const file = join(directory, 'one.jsonl');
  writeFileSync(file, '{"format":"ioeventfd-scenario/1","operations":[{"op":"begin"}]}\n');
  const sources = (await loadRegressions([file])).map(({ source }) => source);
  expect(sources).toEqual([...own.map(({ source }) => source), file]);
});

it('a path that is missing, or a directory without scenarios, is an error', async () => {
  const empty = mkdtempSync(join(directory, 'empty-'));
  for (const [path, reason] of [
    [join(directory, 'missing'), 'no such file'],
    [empty, 'no .json or .jsonl file in it'],
  ] as const) {
    const loaded = loadRegressions([path]);
    await expect(loaded).rejects.toThrow(InputError);
    await expect(loaded).rejects.toThrow(`${path}: ${reason}`);
  }
});
