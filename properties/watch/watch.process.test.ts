/** What is made of dispatchers that loop for ever, eat the memory, or end the process. The limits only end what never ends. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestCommand } from '../../cli/testing/command.ts';
import { check, limits, misbehavingModules, withoutTime } from './testing/watched-check.ts';

const misbehaving = misbehavingModules();

describe('a dispatcher that does not bring a scenario to its end', () => {
  it.each([
    ['timeout', 'loops', 'for (;;);', 'does not return from operation 0'],
    [
      'memory',
      'grows',
      'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));',
      'takes more than 300 MiB',
    ],
  ])('is a finding, %s: %s', async (kind, name, statement, what) => {
    const b = misbehaving(name, statement);
    const { finding, scenarios } = await check({ a: 'model', b, runs: 500, seed: 1, limits });
    expect(finding?.failure).toMatchObject({ property: 'termination', kind });
    expect(finding?.failure.message).toContain(what);
    expect(finding?.scenario.operations).toEqual([{ op: 'commit' }]);
    expect(finding?.origin).toBe(`seed 1, scenario ${scenarios}`);
  });

  it('is a finding, exit, the same whatever the number of workers', async () => {
    const b = misbehaving('exits', 'process.exit(7);');
    // So many that there is work for a second process.
    const options = { a: 'model', b, runs: 1250, seed: 1, limits };
    const [one, two] = [await check(options), await check({ ...options, workers: 2 })];
    expect(one.finding?.failure.kind).toBe('exit');
    expect(one.finding?.failure.message).toContain('ends its process (exit code 7) at operation 0');
    expect(one.finding?.scenario.operations).toEqual([{ op: 'commit' }]);
    expect([one.workers, two.workers]).toEqual([1, 2]);
    expect(withoutTime(two)).toEqual(withoutTime(one));
  });
});

it('a saved one is replayed and run within limits: one line says what it does', async () => {
  const command = new TestCommand();
  try {
    const b = misbehaving('exits-replayed', 'process.exit(3);');
    const words = [
      'check',
      'model',
      b,
      '--runs',
      '500',
      '--seed',
      '1',
      '--no-regressions',
      '--save',
      'found',
    ];
    const found = await command.run(words);
    expect(found.status).toBe(1);
    const [name = ''] = readdirSync(join(command.directory, 'found'));
    expect(readFileSync(join(command.directory, 'found', name), 'utf8')).toContain(
      '"property": "termination"',
    );
    const replayed = await command.run(['replay', `found/${name}`, '--on', `model,${b}`]);
    expect(replayed.status).toBe(1);
    expect(replayed.out).toContain('ends its process (exit code 3) at operation 0');
    const run = await command.run(['run', `found/${name}`, '--on', b]);
    expect([run.status, run.error.split('\n').length]).toEqual([2, 2]);
    expect(run.error).toContain('ends its process (exit code 3) at operation 0');
  } finally {
    command.remove();
  }
});
