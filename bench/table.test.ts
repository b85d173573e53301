import { describe, expect, it } from 'vitest';
import { type Figure, isMet } from './figures.ts';
import { asMarkdown, asText, betweenMarkers } from './table.ts';

const figure = (value: number, goal?: Figure['goal']): Figure => ({
  group: 'a group',
  what: 'something',
  value,
  unit: '×',
  behind: '2 ns / 1 ns',
  goal,
});

describe('the table of figures', () => {
  it('says of each figure with a goal whether it is met', () => {
    const figures = [
      figure(2, { kind: 'at most', value: 2 }),
      figure(2.01, { kind: 'at most', value: 2 }),
      figure(99, { kind: 'at least', value: 100 }),
      figure(7),
    ];
    expect(figures.map(isMet)).toEqual([true, false, false, undefined]);
    expect(asText(figures)).toBe(
      [
        'a group',
        '  something   2.00×  at most 2×     met      2 ns / 1 ns',
        '  something   2.01×  at most 2×     NOT MET  2 ns / 1 ns',
        '  something  99.00×  at least 100×  NOT MET  2 ns / 1 ns',
        '  something   7.00×                          2 ns / 1 ns',
        '',
      ].join('\n'),
    );
    expect(asMarkdown([figure(1234, { kind: 'at least', value: 1.6 })])).toContain(
      '| a group: something | 1,234× | at least 1.6× | met | 2 ns / 1 ns |',
    );
  });

  it('replaces what is between the markers, and nothing else', () => {
    const document = 'before <!-- bench -->old<!-- /bench --> after';
    expect(betweenMarkers(document, 'new\n')).toBe('before <!-- bench -->\nnew\n<!-- /bench --> after');
    expect(() => betweenMarkers('nothing', 'new')).toThrow('no <!-- bench -->');
  });
});
