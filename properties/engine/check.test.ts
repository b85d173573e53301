import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import { check } from './check.ts';
import { dispatcherNamed } from './dispatchers.ts';
import type { CheckOptions } from './options.ts';
import { loadRegressions, type Regression } from './regressions.ts';

function optionsFor(b: string, seed: number) {
  const a = 'model';
  return {
    a,
    b,
    profiles: ['contract', 'tcg', 'tcg-7.2', 'kvm'],
    runs: 2000,
    seed,
    regressions: [],
  } satisfies CheckOptions;
}

const lengthOf = (finding: Finding | undefined) => finding?.scenario.operations.length ?? Number.NaN;

/** What a check reports and tells while it runs. */
async function outcomeOf(b: string) {
  const told: Finding[] = [];
  const report = await check({ ...optionsFor(b, 1), onFirst: (first) => told.push(first) });
  return { report, told };
}

describe('check', () => {
  let deletion: Awaited<ReturnType<typeof outcomeOf>>;
  beforeAll(async () => {
    deletion = await outcomeOf('mutant:deletion-ignores-data');
  });

  it('reports the shortest scenario, and beside it what it found first', () => {
    const { report, told } = deletion;
    // Proven by exploration: two registrations that differ in their data, and a deletion.
    expect(lengthOf(report.finding)).toBe(3);
    expect(lengthOf(report.first)).toBeGreaterThan(3);
    expect(told).toEqual([report.first]);
    for (const finding of [report.finding, report.first]) {
      const mutant = dispatcherNamed('mutant:deletion-ignores-data');
      const found = finding && lockstep(modelDispatcher, mutant, finding.scenario);
      expect(found?.kind).toBe(finding?.failure.kind);
      expect(finding?.origin).toBe(report.first?.origin);
    }
  });

  it('says nothing of the first where none is shorter, but has told of it', async () => {
    const { report, told } = await outcomeOf('mutant:match-data-dropped');
    expect(lengthOf(report.finding)).toBe(3);
    expect(report.first).toBeUndefined();
    expect(told).toEqual([report.finding]);
  });

  it('reports a failing regression as it is', async () => {
    const { first } = deletion.report;
    if (first === undefined) throw new Error('nothing was found');
    const regressions = [{ source: 'saved.json', scenario: first.scenario }];
    const report = await check({ ...optionsFor('mutant:deletion-ignores-data', 1), regressions });
    expect(report.finding?.scenario).toEqual(first.scenario);
    expect([report.finding?.origin, report.first, report.scenarios]).toEqual(['saved.json', undefined, 0]);
  });
});

describe('regressions', () => {
  /** A registration counts at once under tcg, and from the commit on under contract. */
  const scenario: Scenario = {
    profile: 'contract',
    operations: [
      { op: 'create', region: 'd', kind: 'io', size: 16n },
      { op: 'map', region: 'd', container: 'memory', offset: 0n },
      { op: 'begin' },
      { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'n' },
      { op: 'write', space: 'memory', address: 0n, size: 4, data: 0n },
    ],
  };
  const run = (a: string, b: string, regression: Partial<Regression>, profiles?: readonly Profile[]) =>
    check({
      a,
      b,
      runs: 1,
      seed: 1,
      regressions: [{ source: 'saved', scenario, ...regression }],
      ...(profiles !== undefined && { profiles }),
    });
  const onlyUnderItsProfile = { onlyUnderItsProfile: true };

  it.each([
    ['model', 'impl', undefined, 1],
    ['model@contract', 'impl', undefined, 1],
    ['model@contract', 'impl@contract', undefined, 1],
    ['model', 'impl', ['kvm', 'contract'], 1],
    ['model', 'impl', ['kvm'], 0],
    ['model@contract', 'model@tcg', undefined, 0],
    ['model', 'impl@tcg', undefined, 0],
    ['model@tcg', 'impl@tcg', undefined, 0],
    ['model@contract', 'model@contract+visibility=any-byte', undefined, 0],
  ] as const)('of this package run only under their profile: %s, %s, %s', async (a, b, profiles, count) => {
    expect((await run(a, b, onlyUnderItsProfile, profiles)).regressions).toBe(count);
  });

  it('that a user names always run', async () => {
    const { finding } = await run('model@contract', 'model@tcg', {});
    expect([finding?.origin, finding?.failure.kind]).toEqual(['saved', 'callback / signal']);
    expect((await run('model', 'impl', {}, ['kvm'])).regressions).toBe(1);
  });

  it('are shown as they are, the shortest that fails first', async () => {
    const longer = {
      ...scenario,
      operations: [{ op: 'begin' }, { op: 'commit' }, ...scenario.operations],
    } as const;
    const regressions = [
      { source: 'longer', scenario: longer },
      { source: 'shorter', scenario },
    ];
    const { finding, scenarios } = await check({ a: 'model@contract', b: 'model@tcg', regressions, runs: 1 });
    expect([finding?.origin, finding?.scenario, scenarios]).toEqual(['shorter', scenario, 0]);
  });

  it('of this package are such, and others are not', async () => {
    const loaded = await loadRegressions([]);
    expect(loaded.every((one) => one.onlyUnderItsProfile)).toBe(true);
    const [named] = (await loadRegressions([loaded[0]?.source ?? ''])).slice(loaded.length);
    expect(named?.onlyUnderItsProfile).toBe(false);
  });
});

describe('a worker that dies', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-worker-'));
  const threadEntry = pathToFileURL(join(directory, 'worker.mjs'));
  const options = { ...optionsFor('impl', 9), runs: 5000, workers: 2, threadEntry };
  const died = 'at seed 9, scenarios 1251 to 1500: run the same with --workers 1 to see where';

  afterAll(() => rmSync(directory, { recursive: true }));

  /** Batches that find nothing, but one of which the worker does something else. */
  function worker(statement: string, found = 'undefined'): void {
    const result =
      '{ batch, scenarios: size, scenariosPerProfile: {}, operations: size, extra: {}, counts: [], uses: [], found: batch === 8 ? FOUND : undefined }';
    writeFileSync(
      threadEntry,
      `import { existsSync, writeFileSync } from 'node:fs';
const mark = ${JSON.stringify(join(directory, 'mark'))};
export default ({ batch, size }) => { if (batch === 5) { ${statement} } return ${result.replace('FOUND', found)}; };`,
    );
  }

  it.each([
    ['process.exit(7)', 'worker exited with code: 7'],
    ['throw new Error("out of luck")', 'out of luck'],
  ])('is reported with the seed that it was at: %s', async (statement, reason) => {
    worker(statement);
    await expect(check(options)).rejects.toThrow(`a worker died (${reason}) ${died}`);
  });

  it('does not lose what another has found', async () => {
    const { finding } = await check(optionsFor('mutant:match-data-dropped', 1));
    if (finding === undefined) throw new Error('nothing was found');
    const { scenario, failure } = finding;
    const bigint = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
    const text = JSON.stringify({ scenario, failure, originalLength: 3, number: 2001 }, bigint);
    // This thread dies when the other has gone on to batch 8.
    worker(
      'while (!existsSync(mark)); process.exit(7);',
      `(writeFileSync(mark, ''), ${text.replaceAll(/"(\d+n)"/g, '$1')})`,
    );
    const report = await check({ ...options, b: 'mutant:match-data-dropped' });
    expect(report.finding?.origin).toBe('seed 9, scenario 2001');
    expect(report.died?.message).toBe(`a worker died (worker exited with code: 7) ${died}`);
  });
});
