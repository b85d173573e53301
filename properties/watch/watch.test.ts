/** Dispatchers that loop for ever, eat the memory, or end the process. No test waits for a clock: the limits only end what never ends. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { TestCommand } from '../../cli/testing/command.ts';
import type { CheckOptions } from '../engine/options.ts';
import type { CheckReport } from '../engine/report.ts';

const dist = join(inject('builtPackage'), 'dist');
const directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-watch-'));
const limits = { seconds: 1, mebibytes: 300 };

let check: (options: CheckOptions) => Promise<CheckReport>;
beforeAll(async () => {
  check = (await import(pathToFileURL(join(dist, 'properties/engine/check.js')).href)).check;
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A module of a dispatcher that does as the model does, but something else at the end of a transaction. */
function misbehaving(name: string, statement: string): string {
  const model = pathToFileURL(join(dist, 'model/index.js')).href;
  const path = join(directory, `${name}.mjs`);
  writeFileSync(
    path,
    `import { modelDispatcher } from ${JSON.stringify(model)};
export default {
  name: 'misbehaving',
  open(header) {
    const session = modelDispatcher.open(header);
    return { apply(operation) { if (operation.op === 'commit') { ${statement} } return session.apply(operation); } };
  },
};`,
  );
  return path;
}

describe('a dispatcher that does not bring a scenario to its end', () => {
  it.each([
    ['timeout', 'loops', 'for (;;);', 'does not return from operation 0'],
    [
      'memory',
      'grows',
      'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));',
      'takes more than 300 MiB',
    ],
    ['exit', 'exits', 'process.exit(7);', 'ends its process (exit code 7) at operation 0'],
  ])('is a finding, %s: %s', async (kind, name, statement, what) => {
    const b = misbehaving(name, statement);
    const { finding, scenarios } = await check({ a: 'model', b, runs: 500, seed: 1, limits });
    expect(finding?.failure).toMatchObject({ property: 'termination', kind });
    expect(finding?.failure.message).toContain(what);
    expect(finding?.scenario.operations).toEqual([{ op: 'commit' }]);
    expect(finding?.origin).toBe(`seed 1, scenario ${scenarios}`);
  });

  it('is a finding where the mistake is in a table: a probe that never ends', async () => {
    const b = 'mutant:probe-without-end';
    // With this seed a probe comes to a full table before the dispatcher's own invariants are tried on one.
    const { finding } = await check({ a: 'model', b, runs: 500, seed: 2, limits });
    expect(finding?.failure).toMatchObject({ property: 'termination', kind: 'timeout' });
  });

  it('is the same finding whatever the number of workers', async () => {
    const b = misbehaving('exits-too', 'process.exit(1);');
    const options = { a: 'model', b, runs: 1500, seed: 1, limits };
    const [one, two] = [await check(options), await check({ ...options, workers: 2 })];
    expect(one.finding?.failure.kind).toBe('exit');
    expect({ ...two, milliseconds: 0, workers: 0 }).toEqual({ ...one, milliseconds: 0, workers: 0 });
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

  it('takes nothing from a run without one, in a process of its own', async () => {
    const options = { a: 'model', b: 'impl', runs: 600, seed: 5 } as const;
    const [watched, again] = [await check({ ...options, workers: 2 }), await check(options)];
    expect(watched.finding).toBeUndefined();
    expect({ ...watched, milliseconds: 0, workers: 0 }).toEqual({ ...again, milliseconds: 0, workers: 0 });
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
