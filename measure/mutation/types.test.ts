import { expect, it } from 'vitest';
import { readSource } from '../tree.ts';
import { instrument } from './mutants.ts';
import { withTypeErrors } from './types.ts';

it('tells mutants that do not compile from those that do, several files at once', async () => {
  const files = ['impl/optimized/tables/wide.ts', 'model/ioeventfd/ioeventfd.ts'];
  const { mutants, textWith } = await instrument(new Map(files.map((file) => [file, readSource(file)])));
  const some = files.flatMap((file) => {
    const own = mutants.filter((mutant) => mutant.file === file);
    const body = own.find(
      ({ mutator, original }) => mutator === 'BlockStatement' && original.includes('return'),
    );
    const comparison = own.find(({ mutator }) => mutator === 'EqualityOperator');
    return [body, comparison].filter((mutant) => mutant !== undefined);
  });
  const wrong = await withTypeErrors(some, textWith);
  // A function without its body returns nothing; a comparison that is turned round has its type still.
  expect(some.map(({ mutator }) => mutator).sort()).toEqual([
    ...Array(2).fill('BlockStatement'),
    ...Array(2).fill('EqualityOperator'),
  ]);
  expect([...wrong].map(({ mutator }) => mutator)).toEqual(Array(2).fill('BlockStatement'));
});
