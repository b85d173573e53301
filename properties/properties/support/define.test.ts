import { expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Operation, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import { breachAt, defineProperty } from './define.ts';

const first: Operation = { op: 'begin' };
const second: Operation = { op: 'commit' };
const scenario: Scenario = { operations: [first, second] };

const description = {
  name: 'an-example',
  clauses: ['D3', 'D1'],
  against: 'nothing',
  statement: 'Nothing.',
  profiles: ['contract'],
} as const;

it('a failure in a part of a scenario is told in the numbering of the whole scenario', () => {
  const property = defineProperty(description, () =>
    breachAt({ operations: [second] }, 0, 0, [
      { name: 'one', effects: [[{ signal: 'n' }]] },
      { name: 'other', effects: [[]] },
    ]),
  );
  expect(property.check(modelDispatcher, scenario)).toEqual({
    property: 'an-example',
    clause: 'D3',
    operation: 1,
    effect: 0,
    kind: 'commit: signal / nothing',
    message: 'other: nothing where one gives signal',
    sides: [
      { name: 'one', effects: [[], [{ signal: 'n' }]] },
      { name: 'other', effects: [[], []] },
    ],
  });
});

it('a scenario under another profile is not looked at', () => {
  const property = defineProperty(description, () => {
    throw new Error('looked at');
  });
  expect(property.check(modelDispatcher, { ...scenario, profile: 'tcg' })).toBe('does not apply');
});
