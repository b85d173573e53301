import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, expectTypeOf, inject, it } from 'vitest';
import { readScenario } from '../format/index.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Dispatcher, Scenario } from '../model/vocabulary/vocabulary.ts';
import { lockstep } from '../properties/compare/lockstep.ts';
import { checkDispatcher, type DispatcherTest, DispatcherTestError, fc } from './index.ts';
import { describeDispatcher } from './vitest.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-runners-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The model, but for stores that match a registration of any length: they reach the callback. */
const broken: Dispatcher = {
  name: 'mine',
  open(header) {
    const session = modelDispatcher.open(header);
    return {
      apply: (operation) =>
        session
          .apply(operation)
          .filter((effect) => !('signal' in effect) || operation.op !== 'write' || 'bytes' in operation),
    };
  },
};

const groupOf = (tests: readonly DispatcherTest[], group: string) =>
  tests.filter((one) => one.group === group);

/** What a test fails with. */
async function errorOf({ run }: DispatcherTest): Promise<unknown> {
  return run().then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the tests of a dispatcher', () => {
  it('are one for each profile, property, named scenario and regression, and the model passes them', async () => {
    const tests = checkDispatcher('model', { runs: 20, seed: 1, against: 'impl' });
    const named = readdirSync('properties/scenarios').filter((name) => name.endsWith('.json')).length;
    const regressions = readdirSync('properties/regressions').filter((name) => name.endsWith('.json')).length;
    const counts = ['random scenarios', 'properties', 'named scenarios', 'regressions'].map(
      (group) => groupOf(tests, group).length,
    );
    expect(counts).toEqual([4, 14, named, regressions]);
    for (const test of tests) expect([test.name, await errorOf(test)]).toEqual([test.name, undefined]);
  });

  it('are those of the dispatcher’s profile, where it has one', () => {
    const tests = checkDispatcher('impl@kvm');
    expect(groupOf(tests, 'random scenarios').map(({ name }) => name)).toEqual(['agrees with model, kvm']);
    const { skip } = tests.find(({ name }) => name.startsWith('through-alias')) ?? {};
    expect(skip).toBe('promised under contract only');
  });

  it.each([
    ['runs', { runs: 0 }, 'runs: expected a whole number from 1, got 0'],
    ['seed', { seed: 0.5 }, 'seed: expected a whole number, got 0.5'],
    ['profiles', { profiles: [] }, 'profiles: empty: give at least one, or leave it out'],
  ])('a wrong option is named: %s', (_, options, message) => {
    expect(() => checkDispatcher('model', options)).toThrow(message);
  });
});

describe('a failure', () => {
  it('shows both sides, the explanation, the seed, and the scenario, which is saved and a test from then on', async () => {
    const regressions = join(directory, 'saved');
    const options = { runs: 200, seed: 3, profiles: ['contract'], regressions } as const;
    const [random] = groupOf(checkDispatcher(broken, options), 'random scenarios');
    const error = await errorOf(random as DispatcherTest);
    expect(error).toBeInstanceOf(DispatcherTestError);
    const { message, finding } = error as DispatcherTestError;
    const [file = ''] = readdirSync(regressions);
    expect(message).toContain('model and mine differ.');
    expect(message).toMatch(/found {5}\{ seed: 3, path: "[\d:]+", endOnFailure: true \}/);
    expect(message).toContain(`saved     ${join(regressions, file)}`);
    expect(message).toContain(`explain   npx ioeventfd-check explain ${join(regressions, file)}`);
    // The drawing of `explain`.
    expect(message).toContain('map before [');
    expect(message).toMatch(/=> signal n\d/);
    expect(finding.scenario.operations.length).toBeLessThan(5);

    const again = checkDispatcher(broken, options).find(({ name }) => `${name}.json` === file);
    expect(await errorOf(again as DispatcherTest)).toBeInstanceOf(DispatcherTestError);
    const mended = checkDispatcher('impl', options).find(({ name }) => `${name}.json` === file);
    expect(await errorOf(mended as DispatcherTest)).toBeUndefined();
  });

  it('has the scenario in it where nothing is saved', async () => {
    const [random] = checkDispatcher(broken, { runs: 200, seed: 3, profiles: ['tcg'] });
    const { message } = (await errorOf(random as DispatcherTest)) as DispatcherTestError;
    const text = message.slice(message.indexOf('\n{\n'));
    expect(lockstep(modelDispatcher, broken, readScenario(text, 'message'))).toBeDefined();
  });

  it('comes again from its seed and path alone', async () => {
    const [random] = checkDispatcher(broken, { runs: 200, seed: 4, profiles: ['kvm'] });
    const { finding } = (await errorOf(random as DispatcherTest)) as DispatcherTestError;
    const [, path = ''] = /path: "([\d:]+)"/.exec(finding.origin) ?? [];
    const [again] = checkDispatcher(broken, { runs: 200, seed: 4, path, profiles: ['kvm'] });
    const second = (await errorOf(again as DispatcherTest)) as DispatcherTestError;
    expect(second.finding.scenario.operations).toEqual(finding.scenario.operations);
  });

  it('of a dispatcher with a name has commands that find it', async () => {
    const name = 'mutant:off-by-one-end';
    const regressions = join(directory, 'saved');
    const tests = checkDispatcher(name, { runs: 2000, seed: 1, regressions });
    const failed = await errorOf(groupOf(tests, 'random scenarios')[0] as DispatcherTest);
    expect((failed as Error).message).toContain(`--on model,${name}`);
  });

  it('of a named scenario shows what it expects', async () => {
    const test = checkDispatcher(broken, { against: broken }).find(({ name }) =>
      name.startsWith('c1-contract-the-question'),
    );
    const { message } = (await errorOf(test as DispatcherTest)) as DispatcherTestError;
    expect(message).toContain('mine does not do what the scenario expects of operation 4');
  });
});

describe('fast-check', () => {
  afterEach(() => fc.resetConfigureGlobal());

  it('its global settings count where an option is left out', async () => {
    fc.configureGlobal({ seed: 3, numRuns: 200 });
    const [random] = checkDispatcher(broken, { profiles: ['contract'] });
    expect(((await errorOf(random as DispatcherTest)) as Error).message).toContain('{ seed: 3, path: ');
  });
});

describe('what a dispatcher does not support', () => {
  const noBytes = ({ operations }: Scenario) =>
    operations.some((operation) => operation.op === 'write' && 'bytes' in operation)
      ? 'no writes of bytes'
      : undefined;

  it('is skipped, with the reason, and random scenarios have none of it', async () => {
    const seen: Scenario[] = [];
    const spy: Dispatcher = {
      name: 'spy',
      open: (header) => {
        if ('operations' in header) seen.push(header as Scenario);
        return modelDispatcher.open(header);
      },
    };
    const tests = checkDispatcher(spy, { runs: 50, seed: 1, profiles: ['contract'], unsupported: noBytes });
    expect(new Set(tests.map(({ skip }) => skip))).toEqual(
      new Set([undefined, 'not supported: no writes of bytes']),
    );
    await groupOf(tests, 'random scenarios')[0]?.run();
    expect(seen.length).toBeGreaterThan(40);
    expect(seen.filter(noBytes)).toEqual([]);
  });

  it('fails where it is nearly everything', async () => {
    const tests = checkDispatcher('model', { runs: 20, seed: 1, unsupported: () => 'nothing is' });
    const error = await errorOf(tests[0] as DispatcherTest);
    expect(String(error)).toMatch(/only \d+ of \d+ random scenarios are supported, .*nothing is: \d+/);
  });
});

describe('expect(...).toAgreeWith', () => {
  it('passes and fails as the two agree', () => {
    expect('impl@kvm').toAgreeWith('model@kvm', { runs: 50, seed: 1 });
    expect('impl@kvm').not.toAgreeWith('model@contract', { runs: 500, seed: 1 });
    expect(() => expect(broken).toAgreeWith('model@kvm', { runs: 200, seed: 1 })).toThrow(
      /model@kvm and mine differ/,
    );
    expect(() => expect(broken).toAgreeWith('modle')).toThrow('no dispatcher is called "modle"');
  });

  it('has types', () => {
    expectTypeOf(describeDispatcher).parameter(1).toEqualTypeOf<Dispatcher | string>();
    expectTypeOf(checkDispatcher).returns.toEqualTypeOf<readonly DispatcherTest[]>();
    // @ts-expect-error: a number is no dispatcher
    expect(() => expect(broken).toAgreeWith(7)).toThrow();
  });
});

describeDispatcher('tests of vitest: impl', 'impl', { runs: 10, seed: 1, profiles: ['kvm'] });

it('runs under node:test', () => {
  const entry = pathToFileURL(join(inject('builtPackage'), 'dist/runners/index.js')).href;
  const file = join(directory, 'mine.test.mjs');
  writeFileSync(
    file,
    `import test from 'node:test';
import { checkDispatcher } from ${JSON.stringify(entry)};
for (const { group, name, skip, run } of checkDispatcher('impl', { runs: 10, seed: 1, profiles: ['tcg'] })) {
  if (group !== 'named scenarios') test(\`\${group}: \${name}\`, { skip }, run);
}`,
  );
  const out = execFileSync(process.execPath, ['--test', file], { encoding: 'utf8' });
  expect(out).toMatch(/# pass \d\d+\n# fail 0\n/);
});
