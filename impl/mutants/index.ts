/** The seeded bugs: dispatchers that are broken on purpose, each in one place. */

import type { Dispatcher, Effect } from '../../model/vocabulary/vocabulary.ts';
import { OptimizedSession } from '../optimized/session.ts';
import { arithmeticMutants } from './arithmetic.ts';
import { storeMutants } from './cpu-store.ts';
import { kernelMutants } from './kernel/bus.ts';
import { kernelPathMutants } from './kernel/path.ts';
import { childMutants } from './machinery/children.ts';
import { endlessMutants } from './machinery/endless.ts';
import { mirrorMutants, namingMutants } from './machinery/mirror.ts';
import { ramMutants } from './machinery/ram.ts';
import { tableMutants } from './machinery/tables.ts';
import { viewMutants } from './machinery/view.ts';
import { windowMutants } from './machinery/windows.ts';
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
  ...storeMutants,
  ...hostMutants,
  ...listMutants,
  ...kernelMutants,
  ...kernelPathMutants,
  ...monitorMutants,
  ...arithmeticMutants,
  ...tableMutants,
  ...viewMutants,
  ...windowMutants,
  ...childMutants,
  ...mirrorMutants,
  ...namingMutants,
  ...ramMutants,
];

/** The mutant of this name, without `mutant:`, one of those that do not come to an end included. */
export function mutantNamed(name: string): Mutant | undefined {
  return [...mutants, ...endlessMutants].find((mutant) => mutant.name === name);
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
