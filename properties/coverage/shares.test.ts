import { expect, it } from 'vitest';
import { coverageShares } from './shares.ts';
import { coverageNames } from './table.ts';

it('in a run of the default length, every minimum above 0 can fail', () => {
  const nothing = coverageShares(
    coverageNames.map(() => 0),
    { contract: 10_000, tcg: 10_000, 'tcg-7.2': 10_000, kvm: 10_000 },
  );
  const demanded = nothing.filter(({ minimum }) => minimum > 0);
  expect(demanded.map(({ name }) => name)).toContain('host refuses: EINVAL');
  expect(demanded.filter(({ reached }) => reached).map(({ name }) => name)).toEqual([]);
});
