import { expect, it } from 'vitest';
import type { Mutant } from './mutants.ts';
import { sampleOf } from './sample.ts';

const mutants = Array.from({ length: 200 }, (_, id): Mutant => {
  const [code, file] = [`code ${id}`, 'a.ts'];
  const [line, column, nth] = [id, 1, 1];
  return { id, key: code, file, line, column, mutator: 'M', code, original: 'a', replacement: 'b', nth };
});
const none = () => false;
const ids = (sample: readonly Mutant[]) => sample.map(({ id }) => id);

it('the same seed draws the same sample, another seed another one', () => {
  expect(ids(sampleOf(mutants, 20, 1, none))).toEqual(ids(sampleOf([...mutants].reverse(), 20, 1, none)));
  expect(ids(sampleOf(mutants, 20, 1, none))).not.toEqual(ids(sampleOf(mutants, 20, 2, none)));
});

it('a larger sample begins with the smaller one', () => {
  expect(ids(sampleOf(mutants, 50, 1, none)).slice(0, 20)).toEqual(ids(sampleOf(mutants, 20, 1, none)));
});

it('a change of some mutants leaves the others in the sample, in their order', () => {
  const changed = mutants.map((mutant) =>
    mutant.id % 4 === 0 ? { ...mutant, key: `new ${mutant.id}` } : mutant,
  );
  const kept = (sample: readonly Mutant[]) => ids(sample).filter((id) => id % 4 !== 0);
  const [before, after] = [kept(sampleOf(mutants, 200, 1, none)), kept(sampleOf(changed, 200, 1, none))];
  expect(after).toEqual(before);
});

it('equivalent ones come along and do not count', () => {
  const isEven = ({ id }: Mutant) => id % 2 === 0;
  const sample = sampleOf(mutants, 20, 1, isEven);
  expect(sample.filter((mutant) => !isEven(mutant)).length).toBe(20);
  expect(sample.filter(isEven).length).toBeGreaterThan(0);
  expect(sampleOf(mutants, Number.POSITIVE_INFINITY, 1, isEven).length).toBe(200);
});
