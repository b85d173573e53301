import { expect, it } from 'vitest';
import { type Matrix, type MatrixLine, matrixJson, renderMatrix } from './matrix-report.ts';

const row = (name: string): MatrixLine => ({
  name,
  clause: 'D2',
  story: 'some mistake',
  reenacts: undefined,
  named: 1,
  scenarios: [3],
  median: 3,
  worst: 3,
  shrunk: 4,
  proof: undefined,
});

function matrixOf(...names: readonly string[]): Matrix {
  return {
    shard: undefined,
    mutants: names,
    rows: names.map(row),
    controls: [],
    asked: names.length,
    seeds: 1,
    scenarios: 100,
    explores: false,
    milliseconds: 1000,
  };
}

it('says of each mutant which QEMU tells it, or why none does', () => {
  const names = [
    'match-data-dropped',
    'alias-not-clipped',
    'ports-told-first',
    'exec:./mine',
    'container-does-not-clip',
  ];
  const matrix = matrixOf(...names);
  const lines = renderMatrix(matrix);
  const cells = lines.slice(3, 8).map((line) => line.trim().split(/ {2,}/));
  expect(lines[2]).toMatch(/ {2}on QEMU$/);
  expect(cells.map((line) => [line[0], line.at(-1)])).toEqual([
    ['match-data-dropped', 'qemu'],
    ['alias-not-clipped', 'qemu@kvm'],
    ['ports-told-first', 'no (1)'],
    ['exec:./mine', '-'],
    ['container-does-not-clip', 'no (2)'],
  ]);
  const at = lines.findIndex((line) => line.startsWith('  on QEMU'));
  expect(lines.slice(at, at + 3)).toEqual([
    '  on QEMU           2 of 5 are told from a running QEMU by random histories (npm run qemu); the others are not:',
    '  no (1)            no transaction of a guest changes the words of both spaces',
    '  no (2)            the containers of this machine are as large as their spaces',
  ]);
  expect(JSON.parse(matrixJson(matrix)).rows).toMatchObject([
    { onQemu: 'qemu', whyNotOnQemu: null },
    { onQemu: 'qemu@kvm', whyNotOnQemu: null },
    { onQemu: null, whyNotOnQemu: 'no transaction of a guest changes the words of both spaces' },
    { onQemu: null, whyNotOnQemu: null },
    { onQemu: null, whyNotOnQemu: 'the containers of this machine are as large as their spaces' },
  ]);
});

it('says nothing of QEMU where there is nothing to say', () => {
  expect(renderMatrix(matrixOf('exec:./mine')).join('\n')).not.toMatch(/running QEMU/);
  expect(renderMatrix(matrixOf('match-data-dropped')).join('\n')).toMatch(/histories \(npm run qemu\)$/m);
});
