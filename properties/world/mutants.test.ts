import { expect, it } from 'vitest';
import { type Mutant, mutants } from '../../impl/mutants/index.ts';
import { toldFrom, whyNotShown } from './mutants.ts';

it('every seeded bug is told from a running QEMU, or there is a reason why it is not', () => {
  const isTold = ({ name }: Mutant) => toldFrom[name] !== undefined;
  const hasReason = ({ name }: Mutant) => whyNotShown[name] !== undefined;
  expect(mutants.filter((mutant) => isTold(mutant) === hasReason(mutant)).map(({ name }) => name)).toEqual(
    [],
  );
  const names = new Set(mutants.map(({ name }) => name));
  expect([...Object.keys(toldFrom), ...Object.keys(whyNotShown)].filter((name) => !names.has(name))).toEqual(
    [],
  );
});

it('what only the contract says is nothing that a QEMU shows, and the other way round', () => {
  const why = 'it is a mistake in what the contract says, which no QEMU keeps';
  const ofContract = mutants.filter(({ profiles }) => profiles.every((profile) => profile === 'contract'));
  expect(ofContract.filter(({ name }) => whyNotShown[name] !== why).map(({ name }) => name)).toEqual([]);
  const said = mutants.filter(({ name }) => whyNotShown[name] === why);
  expect(said.filter((mutant) => !ofContract.includes(mutant)).map(({ name }) => name)).toEqual([]);
});
