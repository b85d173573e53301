import { describe, expect, it } from 'vitest';
import type { Place } from './branches.ts';
import { type Reason, readReasons } from './reasons.ts';
import { isComplete, mostReasons, reportOf, textOf } from './report.ts';

const place = (line: number, code: string, nth = 1): Place => ({
  file: 'a.ts',
  line,
  kind: 'then',
  code,
  nth,
});
const reason = (line: number, code: string, nth?: number): Reason => ({
  ...{ file: 'a.ts', line, kind: 'then', code, why: 'no scenario can do this' },
  ...(nth === undefined ? {} : { nth }),
});

function report(untaken: readonly Place[], reasons: readonly Reason[]) {
  const files = [
    { file: 'a.ts', branches: 10, taken: 8, untaken },
    { file: 'b.ts', branches: 10, taken: 10, untaken: [] },
  ];
  return reportOf({ seed: 1, scenarios: 30_000, files, reasons });
}

describe('the report of branches', () => {
  it('is complete where each that is not taken is listed, wherever it has moved', () => {
    expect(isComplete(report([place(7, 'if (a) return;')], [reason(3, 'if (a) return;')]))).toBe(true);
    expect(isComplete(report([], []))).toBe(true);
  });

  it('is not where one is not listed, and where two look the same and one is listed', () => {
    const one = report([place(7, 'if (a) return;')], []);
    expect([isComplete(one), one.unexplained.length]).toEqual([false, 1]);
    const two = report([place(7, 'if (a)'), place(9, 'if (a)', 2)], [reason(7, 'if (a)')]);
    expect([isComplete(two), two.unexplained.map(({ line }) => line)]).toEqual([false, [9]]);
  });

  it('is not where one is listed and taken', () => {
    const made = report([], [reason(3, 'if (a) return;')]);
    expect([isComplete(made), made.outdated.length]).toEqual([false, 1]);
  });

  it('is not where the list has grown too long', () => {
    const many = Array.from({ length: mostReasons + 1 }, (_, i) => i + 1);
    const made = (count: number) =>
      report(
        many.slice(0, count).map((i) => place(i, `if (${i})`)),
        many.slice(0, count).map((i) => reason(i, `if (${i})`)),
      );
    expect([isComplete(made(mostReasons)), isComplete(made(mostReasons + 1))]).toEqual([true, false]);
  });

  it('an entry of a folder stands for the files that are never loaded, and for nothing else in it', () => {
    const folder = {
      file: 'model/trace/',
      line: 1,
      kind: 'file',
      code: '',
      why: 'loaded by another command',
    };
    const file = (name: string): Place => ({ file: name, line: 1, kind: 'file', code: '', nth: 1 });
    const within = [file('model/trace/a.ts'), file('model/trace/b.ts')];
    expect(isComplete(report(within, [folder]))).toBe(true);
    const loaded = { ...place(7, 'if (a)'), file: 'model/trace/c.ts' };
    expect(report([...within, loaded, file('model/traces.ts')], [folder]).unexplained).toEqual([
      loaded,
      file('model/traces.ts'),
    ]);
    expect(report([], [folder]).outdated).toEqual([folder]);
  });

  it('as text', () => {
    const untaken = [place(7, 'if (a)'), place(9, 'if (a)', 2)];
    expect(textOf(report(untaken, [reason(6, 'if (a)'), reason(12, 'if (c)')]))).toEqual([
      '30,000 random scenarios, seed 1: 18 of 20 branches of model and dispatcher taken (90.0 %).',
      '',
      'files with a branch that is not taken:',
      '  a.ts  8 of 10',
      '',
      'not taken, for a reason (1):',
      '  a.ts:7  then: if (a)',
      '      no scenario can do this',
      '',
      'not taken, and not listed (1):',
      '  a.ts:9  then (2 of the same): if (a)',
      '',
      'listed, but taken or no longer there: take these off the list:',
      '  a.ts:12  then: if (c)',
    ]);
  });

  it('a mistake in the list is one line', () => {
    expect(() => readReasons('[{}]', 'untaken.json')).toThrow(/^untaken.json: entry 0.file: /);
    expect(() => readReasons(JSON.stringify([{ ...reason(1, 'x'), why: '' }]), 'list')).toThrow(
      /^list: entry 0.why: /,
    );
  });
});
