import { expect, it } from 'vitest';
import type { Mutant } from './mutants.ts';
import { runSample, type Tried } from './run.ts';

/** Stands for the thread of `check`: what a mutant comes to depends on its number. */
const thread = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    const id = Number(process.env.ACTIVE_MUTANT);
    if (id === 2) process.exit(3);
    if (id === 3) throw new Error('cannot be loaded');
    const { runs, seed, processEntry } = workerData;
    const how = [runs, seed, processEntry].join();
    setTimeout(() => parentPort.postMessage({ kind: 'found', scenarios: id, how }), 100 - 10 * id);
  `)}`,
);

const sample = [1, 2, 3, 4].map((id) => ({ id }) as Mutant);

it('gives each outcome in the order of the sample, whatever the number of processes', async () => {
  const abort = new AbortController().signal;
  const done: number[] = [];
  const options = {
    copy: '/build',
    thread,
    typeErrors: new Set<Mutant>(),
    runs: 250,
    seed: 9,
    abort,
    onProgress: (_: Tried, count: number) => done.push(count),
  };
  const [one, three] = await Promise.all([1, 3].map((workers) => runSample(sample, { ...options, workers })));
  expect(three).toEqual(one);
  expect(one?.map(({ mutant }) => mutant.id)).toEqual([1, 2, 3, 4]);
  expect(one?.map(({ outcome }) => outcome)).toMatchObject([
    { kind: 'found', scenarios: 1, how: '250,9,file:///build/dist/properties/watch/child.js' },
    { kind: 'broke check', message: 'its thread ended with status 3' },
    { kind: 'broke check', message: 'cannot be loaded' },
    { kind: 'found', scenarios: 4 },
  ]);
  expect(done.sort()).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
});

it('does not try what is not reached, or does not compile', async () => {
  const options = {
    copy: '/build',
    thread,
    typeErrors: new Set<Mutant>(),
    runs: 1,
    seed: 1,
    workers: 1,
    abort: new AbortController().signal,
    onProgress: () => {},
  };
  const tried = await runSample(sample.slice(0, 2), { ...options, reached: new Set([1]) });
  expect(tried.map(({ outcome }) => outcome.kind)).toEqual(['found', 'not reached']);
  const [first] = sample;
  const typeErrors = new Set(first === undefined ? [] : [first]);
  const [one] = await runSample(sample.slice(0, 1), { ...options, typeErrors });
  expect(one?.outcome.kind).toBe('type error');
});

it('ends early with what was done', async () => {
  const stop = new AbortController();
  const onProgress = (_: Tried, count: number) => count === 2 && stop.abort();
  const tried = await runSample(sample, {
    copy: '/build',
    thread,
    typeErrors: new Set<Mutant>(),
    runs: 1,
    seed: 1,
    workers: 1,
    abort: stop.signal,
    onProgress,
  });
  expect(tried.map(({ mutant }) => mutant.id)).toEqual([1, 2]);
});
