import { describe, expect, it } from 'vitest';
import { type CheckOptions, check, type Finding } from './check.ts';
import { dispatcherNamed } from './dispatchers.ts';
import { lockstep } from './lockstep.ts';

function optionsFor(name: string, seed: number): CheckOptions {
  const [a, b] = [dispatcherNamed('model'), dispatcherNamed(name)];
  return { a, b, profiles: ['contract', 'tcg', 'kvm'], runs: 2000, seed, regressions: [] };
}

const lengthOf = (finding: Finding | undefined) => finding?.scenario.operations.length ?? Number.NaN;

describe('check', () => {
  it('reports the shortest history, and beside it what it found first', async () => {
    const options = optionsFor('mutant:deletion-ignores-data', 1);
    const told: Finding[] = [];
    const report = await check({ ...options, onFirst: (first) => told.push(first) });
    // Proven by exploration: two registrations that differ in their data, and a deletion.
    expect(lengthOf(report.finding)).toBe(3);
    expect(lengthOf(report.first)).toBeGreaterThan(3);
    expect(told).toEqual([report.first]);
    for (const finding of [report.finding, report.first]) {
      const found = finding && lockstep(options.a, options.b, finding.scenario);
      expect(found?.kind).toBe(finding?.failure.kind);
      expect(finding?.origin).toBe(report.first?.origin);
    }
  });

  it('says nothing of the first where none is shorter, but has told of it', async () => {
    const told: Finding[] = [];
    const report = await check({
      ...optionsFor('mutant:match-data-dropped', 1),
      onFirst: (first) => told.push(first),
    });
    expect(lengthOf(report.finding)).toBe(3);
    expect(report.first).toBeUndefined();
    expect(told).toEqual([report.finding]);
  });

  it('reports a failing regression as it is', async () => {
    const options = optionsFor('mutant:deletion-ignores-data', 1);
    const { first } = await check(options);
    if (first === undefined) throw new Error('nothing was found');
    const regressions = [{ source: 'saved.json', scenario: first.scenario }];
    const report = await check({ ...options, regressions });
    expect(report.finding?.scenario).toEqual(first.scenario);
    expect([report.finding?.origin, report.first, report.histories]).toEqual(['saved.json', undefined, 0]);
  });
});
