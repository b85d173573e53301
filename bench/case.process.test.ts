/** Each case of the bench runs: what it asks of the package is still there. What it measures is not looked at. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { neededCases } from './figures.ts';

const script = fileURLToPath(new URL('../dist/bench/case.js', import.meta.url));

/** A million registrations take seconds, however few the rounds. */
const large = ['hits 1048576', 'waiting 1048576', 'memory'];

const names = neededCases().filter((name) => !large.includes(name));

test.concurrent.each(names)('%s', { timeout: 120_000 }, async (name) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, name, '0.01']);
  const costs = Object.values(JSON.parse(stdout) as Record<string, unknown>);
  expect(costs.length).toBeGreaterThan(0);
  // JSON has no NaN: it would be null here.
  for (const cost of costs) expect(cost).toBeTypeOf('number');
});
