/** Writing changes nothing. */
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Effect } from '../../model/vocabulary/vocabulary.ts';
import type { Property } from '../compare/property.ts';
import { defineProperty, difference } from './support/define.ts';
import { runReplaced } from './support/scenario.ts';

/** A write is made so many times in a row: what the first one warms, the second one finds warm. */
const times = 3;

// A write has effects, but the map, the registrations and the host are as before.
export const repeatedWrites: Property = defineProperty(
  {
    name: 'repeated-writes',
    clauses: ['D1', 'D2', 'D3'],
    against: 'each write of a scenario with the same write made again at once',
    statement: 'A write that is made again at once has the same effects again.',
    profiles: profileNames,
  },
  (dispatcher, scenario) => {
    if (!scenario.operations.some(({ op }) => op === 'write')) return 'does not apply';
    const replaced = runReplaced(dispatcher, scenario, (operation) =>
      operation.op === 'write' ? Array.from({ length: times }, () => operation) : [operation],
    );
    for (let again = 1; again < times; again++) {
      const nth = (lists: readonly (readonly Effect[])[], at: number) => lists[at] ?? lists[0] ?? [];
      const failure = difference(
        scenario,
        { name: dispatcher.name, effects: replaced.map((lists) => nth(lists, 0)) },
        { name: `${dispatcher.name}, written again`, effects: replaced.map((lists) => nth(lists, again)) },
      );
      if (failure !== undefined) return failure;
    }
    return 'holds';
  },
);
