/** What must happen in the histories of a world, for every point that a world can show: in percent of the histories of a profile. */

import type { CoverageName, Minimum } from '../coverage/table.ts';
import { systemOf } from '../engine/dispatchers.ts';

/** Under `tcg` and `tcg-7.2`, and under `kvm`. */
const minimum = (tcg: number, kvm: number): Minimum => ({ contract: 0, tcg, 'tcg-7.2': tcg, kvm });

const worldMinimums: Partial<Readonly<Record<CoverageName, Minimum>>> = {
  hit: minimum(0, 0),
};

/** The minimums of a pair in which one is a QEMU; undefined for any other pair. */
export function minimumsOf(dispatchers: readonly string[]) {
  const isWorld = dispatchers.some((name) => systemOf(name.replace(/@.*$/s, '')) === 'qemu');
  return isWorld ? worldMinimums : undefined;
}
