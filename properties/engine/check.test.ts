import { beforeAll, describe, expect, it } from 'vitest';
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
