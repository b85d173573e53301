import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { underProfile } from '../engine/dispatchers.ts';
import { type ExploreReport, explore } from './explore.ts';
import { loadScope } from './scope.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
// Inside node_modules, so that what is compiled finds its packages.
const compiled = `${root}node_modules/.cache/explore-threads-${process.pid}`;
const threadEntry = pathToFileURL(`${compiled}/properties/explore/thread.js`);

beforeAll(() => {
  mkdirSync(compiled, { recursive: true });
  const options = [
    '-p',
    `${root}tsconfig.build.json`,
    '--noCheck',
    '--declaration',
    'false',
    '--outDir',
    compiled,
  ];
  execFileSync(`${root}node_modules/.bin/tsc`, options, { stdio: 'pipe' });
});

afterAll(() => {
  rmSync(compiled, { recursive: true, force: true });
});

/** What must not depend on the number of workers. */
function essence({ milliseconds: _, peakMemory: __, workers: ___, ...rest }: ExploreReport): unknown {
  return rest;
}

it('threads find and count what one worker does', async () => {
  const scope = loadScope('transaction');
  const options = { a: modelDispatcher, b: modelDispatcher, scope };
  const [one, three] = [await explore(options), await explore({ ...options, workers: 3, threadEntry })];
  expect(three.workers).toBe(3);
  expect(essence(three)).toEqual(essence(one));
});

it.each(['tcg', 'kvm'] as const)('threads find the same scenario: contract and %s', async (profile) => {
  const scope = loadScope('tiny');
  const a = underProfile(modelDispatcher, 'contract');
  const b = underProfile(modelDispatcher, profile);
  const [one, two] = [
    await explore({ a, b, scope }),
    await explore({ a, b, scope, workers: 2, threadEntry }),
  ];
  expect(two.finding).toBeDefined();
  expect(essence(two)).toEqual(essence(one));
});
