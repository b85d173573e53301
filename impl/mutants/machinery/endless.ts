/** Mistakes after which a scenario does not come to its end. They are no part of the matrix, which runs in one process. */

import { FastTable } from '../../optimized/tables/fast-table.ts';
import { IoeventfdStore } from '../../optimized/tables/ioeventfd-store.ts';
import { RecordTable } from '../../optimized/tables/record-table.ts';
import { allProfiles, type Mutant, mutant } from '../mutant.ts';
import { withParts } from '../parts.ts';

class NeverGrows extends FastTable {}
Object.defineProperty(NeverGrows.prototype, 'grow', { value: () => {} });

const all = { profiles: allProfiles } as const;

export const endlessMutants: readonly Mutant[] = [
  mutant(
    'probe-without-end',
    withParts({
      store: (thresholds) =>
        new IoeventfdStore(thresholds, new RecordTable(thresholds), new NeverGrows(thresholds)),
    }),
    {
      ...all,
      clause: 'R1',
      story: 'The fast table does not grow: when it is full, a probe for one more registration never ends.',
    },
  ),
];
