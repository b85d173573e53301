import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Mutant } from './mutants.ts';
import { runSample, type Tried } from './run.ts';

/** Stands for the instrumented build: what a mutant comes to depends on its number. */
const script = `
const id = Number(process.env.ACTIVE_MUTANT);
if (id === 2) { console.error('FATAL ERROR: JavaScript heap out of memory'); process.exit(134); }
if (id === 3) throw new Error('cannot be loaded');
setTimeout(() => console.log(JSON.stringify({ kind: 'found', scenarios: id, property: process.argv.slice(2).join() })), 100 - 10 * id);
`;

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'run-test-'));
  mkdirSync(join(copy, 'dist/measure/mutation'), { recursive: true });
  writeFileSync(join(copy, 'dist/measure/mutation/check-one.js'), script);
});
afterAll(() => rmSync(copy, { recursive: true }));

const sample = [1, 2, 3, 4].map((id) => ({ id }) as Mutant);

it('gives each outcome in the order of the sample, whatever the number of processes', async () => {
  const abort = new AbortController().signal;
  const done: number[] = [];
  const options = {
    copy,
    runs: 250,
    seed: 9,
    abort,
    onProgress: (_: Tried, count: number) => done.push(count),
  };
  const [one, three] = await Promise.all([1, 3].map((workers) => runSample(sample, { ...options, workers })));
  expect(three).toEqual(one);
  expect(one?.map(({ mutant }) => mutant.id)).toEqual([1, 2, 3, 4]);
  expect(one?.map(({ outcome }) => outcome)).toMatchObject([
    { kind: 'found', scenarios: 1, property: '250,9' },
    { kind: 'out of memory' },
    { kind: 'broke check', message: expect.stringMatching(/status 1: .*cannot be loaded/s) },
    { kind: 'found', scenarios: 4 },
  ]);
  expect(done.sort()).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
});

it('does not try what is not reached', async () => {
  const options = {
    copy,
    runs: 1,
    seed: 1,
    workers: 1,
    abort: new AbortController().signal,
    onProgress: () => {},
  };
  const tried = await runSample(sample.slice(0, 2), { ...options, reached: new Set([1]) });
  expect(tried.map(({ outcome }) => outcome.kind)).toEqual(['found', 'not reached']);
});

it('ends early with what was done', async () => {
  const stop = new AbortController();
  const onProgress = (_: Tried, count: number) => count === 2 && stop.abort();
  const tried = await runSample(sample, {
    copy,
    runs: 1,
    seed: 1,
    workers: 1,
    abort: stop.signal,
    onProgress,
  });
  expect(tried.map(({ mutant }) => mutant.id)).toEqual([1, 2]);
});
