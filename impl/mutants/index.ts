/** The seeded bugs: dispatchers that are broken on purpose, each in one place. */

import type { Dispatcher, Effect } from '../../model/vocabulary/vocabulary.ts';
import { OptimizedSession } from '../optimized/session.ts';
import { arithmeticMutants } from './arithmetic.ts';
import { kernelMutants } from './kernel-bus.ts';
import { kernelPathMutants } from './kernel-path.ts';
import { monitorMutants } from './monitors.ts';
import type { Mutant } from './mutant.ts';
import { dispatchMutants } from './qemu-dispatch.ts';
import { hostMutants } from './qemu-host.ts';
import { listMutants } from './qemu-list.ts';
import { mapMutants } from './qemu-map.ts';
import { registrationMutants } from './qemu-registration.ts';

export type { Mutant } from './mutant.ts';

/** All of them, by origin. */
export const mutants: readonly Mutant[] = [
  ...registrationMutants,
  ...mapMutants,
  ...dispatchMutants,
  ...hostMutants,
  ...listMutants,
  ...kernelMutants,
  ...kernelPathMutants,
  ...monitorMutants,
  ...arithmeticMutants,
];

/** The mutant of this name, without `mutant:`. */
export function mutantNamed(name: string): Mutant | undefined {
  return mutants.find((mutant) => mutant.name === name);
}

/** Swallows every signal. A matrix that does not find it at once proves nothing. */
export const canary: Dispatcher = {
  name: 'canary',
  open(header) {
    const session = new OptimizedSession(header);
    const isLoud = (effect: Effect) => !('signal' in effect);
    return {
      apply: (operation) => session.apply(operation).filter(isLoud),
      fingerprint: () => session.fingerprint(),
    };
  },
};
