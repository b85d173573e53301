/** Dispatchers that loop for ever or end the process, where nothing is shrunk. No test waits for a clock: the limits only end what never ends. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../../format/index.ts';
import { built, check, limits, misbehavingModules, withoutTime } from './testing/watched-check.ts';

const misbehaving = misbehavingModules();

describe('a dispatcher that does not bring a scenario to its end', () => {
  it('is a finding where the mistake is in a table: a probe that never ends', async () => {
    const source = 'index-loses-an-entry-when-it-grows.json';
    const text = readFileSync(new URL(`../regressions/${source}`, import.meta.url), 'utf8');
    const regressions = [{ source, scenario: readScenario(text, source) }];
    const { finding } = await check({
      a: 'model',
      b: 'mutant:probe-without-end',
      runs: 1,
      limits,
      regressions,
    });
    expect(finding?.failure).toMatchObject({ property: 'termination', kind: 'timeout' });
    expect(finding?.origin).toBe(source);
  });

  it.each([
    ['timeout', 'loops-again', 'for (;;);'],
    ['exit', 'is-killed', "process.kill(process.pid, 'SIGKILL'); for (;;);"],
  ])('is found in a regression, which is reported as it is: %s', async (kind, name, statement) => {
    const b = misbehaving(name, statement);
    const scenario = { operations: [{ op: 'begin' }, { op: 'commit' }] } as const;
    const regressions = [{ source: 'saved.json', scenario }];
    const { finding } = await check({ a: 'model', b, runs: 500, seed: 1, limits, regressions });
    expect([finding?.origin, finding?.failure.kind, finding?.failure.operation]).toEqual([
      'saved.json',
      kind,
      1,
    ]);
  });
});

describe('dispatchers that bring every scenario to its end', () => {
  const runs = 260;

  it('are told of alike from a process and from the thread of the caller', async () => {
    const dispatchers = await built<typeof import('../engine/dispatchers.ts')>(
      'properties/engine/dispatchers.js',
    );
    const impl = dispatchers.dispatcherNamed('impl');
    const options = { a: 'model', runs, seed: 5 } as const;
    const [watched, here] = [await check({ ...options, b: 'impl' }), await check({ ...options, b: impl })];
    expect(watched.finding).toBeUndefined();
    expect(withoutTime(watched)).toEqual(withoutTime(here));
  });

  it('run in the processes of the check before, where they are of this package', async () => {
    const started: unknown[] = [];
    const count = (message: unknown) => started.push(message);
    subscribe('child_process', count);
    try {
      const options = { a: 'model', b: 'impl', runs: 10, seed: 6, regressions: [] } as const;
      const [first, again] = [await check(options), await check(options)];
      expect(withoutTime(again)).toEqual(withoutTime(first));
      expect(started.length).toBeLessThanOrEqual(1);
      const before = started.length;
      const mine = misbehaving('behaves', '');
      for (const _ of ['once', 'twice']) await check({ ...options, b: mine });
      expect(started.length).toBe(before + 2);
    } finally {
      unsubscribe('child_process', count);
    }
  });
});
