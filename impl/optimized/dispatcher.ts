/** The optimized dispatcher, as it is shipped and with parts exchanged. */

import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { type Parts, standardParts } from './parts.ts';
import { memoryOf, OptimizedSession } from './session.ts';
import { insideOf } from './structure.ts';
import { smallestThresholds, standardThresholds, type Thresholds } from './thresholds.ts';

/** Parts, and thresholds, that are not the standard ones. */
export type ExchangedParts = Partial<Omit<Parts, 'thresholds'>> & {
  readonly thresholds?: Partial<Thresholds>;
};

/** The optimized dispatcher with parts or thresholds exchanged: see `Parts` and `Thresholds`. */
export function optimizedDispatcherWith(name: string, parts: ExchangedParts): Dispatcher {
  const thresholds = Object.freeze({ ...standardThresholds, ...parts.thresholds });
  const makeMemory = memoryOf({ ...standardParts, ...parts, thresholds });
  return { name, followsDecisions: true, open: (header) => new OptimizedSession(header, makeMemory) };
}

/** The optimized dispatcher, all profiles. Its variant `impl:small` has all thresholds at their least. */
export const optimizedDispatcher: Dispatcher = {
  name: 'impl',
  followsDecisions: true,
  variants: [
    {
      ...optimizedDispatcherWith('impl:small', { thresholds: smallestThresholds }),
      inside: insideOf(smallestThresholds),
    },
  ],
  inside: insideOf(standardThresholds),
  open: (header) => new OptimizedSession(header),
};
