import { describe, expect, it } from 'vitest';
import { keyOf, type Mutant } from './mutants.ts';
import type { Outcome } from './outcome.ts';
import { isGoalMet, reportOf, textOf } from './report.ts';
import { type Listed, readSurvivors, Survivors } from './survivors.ts';

function mutant(id: number): Mutant {
  const named = { file: 'impl/a.ts', mutator: 'EqualityOperator', code: `x < ${id}`, nth: 1 };
  const changed = { original: `x < ${id}`, replacement: `x <= ${id}` };
  return { id, key: keyOf({ ...named, ...changed }), ...named, ...changed, line: id, column: 3 };
}

const found = (scenarios: number): Outcome => ({ kind: 'found', scenarios, how: 'signal / callback' });
const survived: Outcome = { kind: 'survived' };

function listed(id: number, verdict: Pick<Listed, 'equivalent' | 'missed'>): Listed {
  const { file, line, mutator, code, original, replacement } = mutant(id);
  return { file, line, mutator, code, original, replacement, ...verdict };
}

function report(outcomes: readonly Outcome[], list: readonly Listed[] = []) {
  const tried = outcomes.map((outcome, index) => ({ mutant: mutant(index + 1), outcome }));
  const mutants = tried.map((one) => one.mutant);
  return reportOf({
    seed: 1,
    runs: 30_000,
    mutants,
    ignored: 1234,
    tried,
    list: new Survivors(list),
    isWhole: true,
  });
}

describe('the report', () => {
  it('counts, and gives how many scenarios half, nine tenths and all of the found ones took', () => {
    const outcomes = [...Array.from({ length: 18 }, (_, i) => found(i + 1)), found(500), found(900)];
    expect(report(outcomes)).toMatchObject({
      counted: 20,
      found: 20,
      median: 10,
      nineTenths: 18,
      worst: 900,
    });
  });

  it('a mutant that is not found counts as one that takes for ever', () => {
    const { median, nineTenths, worst } = report([
      found(5),
      found(7),
      survived,
      { kind: 'not reached' },
      found(9),
    ]);
    expect([median, nineTenths, worst]).toEqual([9, undefined, 9]);
    expect(report([survived, survived, found(1)]).median).toBeUndefined();
  });

  it.each<Outcome>([survived, { kind: 'not reached' }, { kind: 'broke check', message: 'x' }])(
    'only a finding counts: $kind is a survivor',
    (outcome) => {
      const made = report([found(1), outcome]);
      expect([made.found, made.survivors.map(({ line }) => line)]).toEqual([1, [2]]);
    },
  );

  it('one that is listed as equivalent does not count while it survives', () => {
    const list = [listed(2, { equivalent: 'a reason that is long enough' })];
    expect(report([found(1), survived], list)).toMatchObject({ counted: 1, equivalent: 1, survivors: [] });
    expect(report([found(1), found(3)], list)).toMatchObject({ counted: 2, found: 2, equivalent: 0 });
  });

  it('one that does not compile does not count', () => {
    expect(report([found(1), { kind: 'type error' }])).toMatchObject({
      counted: 1,
      typeErrors: 1,
      survivors: [],
    });
  });

  it('one that is listed as missed counts as not found', () => {
    const made = report([found(1), survived], [listed(2, { missed: 'a longer scenario' })]);
    expect(made).toMatchObject({ counted: 2, found: 1, survivors: [{ missed: 'a longer scenario' }] });
  });

  it.each(['equivalent', 'missed'] as const)('complains of an entry, %s, that is found', (verdict) => {
    const { complaints } = report([found(1)], [listed(1, { [verdict]: 'a reason that is long enough' })]);
    expect(complaints).toEqual(['impl/a.ts:1: x < 1 => x <= 1: listed, and found: take it off the list']);
  });

  it('complains of an entry that names no mutant', () => {
    const { complaints } = report([found(1)], [listed(9, { missed: 'a reason that is long enough' })]);
    expect(complaints).toEqual(['impl/a.ts:9: x < 9 => x <= 9: the sources have no such mutant any more']);
  });

  it('the goal is 95 %, and a median of 100', () => {
    const many = (count: number, outcome: Outcome) => Array.from({ length: count }, () => outcome);
    expect(isGoalMet(report([...many(95, found(100)), ...many(5, survived)]))).toBe(true);
    expect(isGoalMet(report([...many(94, found(100)), ...many(6, survived)]))).toBe(false);
    expect(isGoalMet(report(many(100, found(101))))).toBe(false);
  });

  it('as text', () => {
    const list = [listed(3, { missed: 'a longer scenario' })];
    expect(textOf(report([found(12), found(1500), survived, survived], list))).toEqual([
      '4 mutants in 1 file; 4 of them drawn, each by',
      'check model impl on 30,000 random scenarios, seed 1, without regressions. 1,234 more are',
      'not made: the wording of errors, assertions, and what only validates. Files that check never loads have none (the',
      'texts of the clauses, device models, the reasons that explain gives), nor what only looks (invariants, counts).',
      '',
      '  found                                   2 of 4  50.0 %  goal: at least 95.0 %',
      '  median                         1,500 scenarios          goal: at most 100',
      '  90 % within         more than 30,000 scenarios',
      '  the last one found             1,500 scenarios',
      '  equivalent                                   0          listed with a reason each; not tried, not counted',
      '  type errors                                  0          found by the type checker; not counted',
      '',
      'by mutator',
      '  EqualityOperator  2 of 4',
      '',
      'by file',
      '  impl/a.ts  2 of 4',
      '',
      'not found:',
      '  impl/a.ts:3:3  EqualityOperator',
      '    - x < 3',
      '    + x <= 3',
      '    a longer scenario',
      '  impl/a.ts:4:3  EqualityOperator',
      '    - x < 4',
      '    + x <= 4',
      '    not listed',
    ]);
  });
});

describe('the list of survivors', () => {
  it('is read as it is written', () => {
    const list = [listed(1, { equivalent: 'a reason that is long enough' })];
    expect(readSurvivors(JSON.stringify(list), 'list.json')).toEqual(list);
  });

  it.each([
    ['[', /^list.json: .*JSON/],
    ['{}', /^list.json: entry : /],
    [JSON.stringify([{ ...listed(1, { missed: 'short' }) }]), /^list.json: entry 0.missed: /],
    [JSON.stringify([listed(1, {})]), /^list.json: entry 0: expected one of equivalent and missed$/],
    [
      JSON.stringify([listed(1, { missed: 'a long reason', equivalent: 'a long reason' })]),
      /^list.json: entry 0: expected one of equivalent and missed$/,
    ],
  ])('a mistake in it is one line: %s', (text, message) => {
    expect(() => readSurvivors(text, 'list.json')).toThrow(message);
  });
});
