/** Profile `contract`: the host that the header promises. */

import type { HostOptions, RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import { type Ioeventfd, sizeOf } from '../tables/ioeventfd.ts';
import { RefusingHost } from './refusing-host.ts';

/** What the host asks about what it holds: see `HostMirror`. */
export type Holdings = {
  taken(addressHigh: number, addressLow: number, kind: number, dataHigh: number, dataLow: number): number;
  /** Whether it holds a registration with data, of this size, at this address. */
  holdsData(addressHigh: number, addressLow: number, size: number): boolean;
  /** Prepares `holdsData`. Called before anything is held. */
  orderData(): void;
};

/**
 * The kernel's rule of collisions (F1), no order of look-up, deletions before additions (H3). What it holds is in the
 * mirrors.
 */
export class PromisedHost extends RefusingHost {
  private readonly holdings: readonly [Holdings, Holdings];

  constructor(options: HostOptions, holdings: readonly [Holdings, Holdings]) {
    super(options);
    this.holdings = holdings;
    for (const held of holdings) held.orderData();
  }

  sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    if (sorted.length < 2) return sorted;
    return [...sorted.filter(({ times }) => times < 0), ...sorted.filter(({ times }) => times > 0)];
  }

  objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    return this.collides(space, ioeventfd) ? 'EEXIST' : undefined;
  }

  take(): void {}

  drop(): void {}

  private collides(space: 0 | 1, ioeventfd: Ioeventfd): boolean {
    const { addressHigh, addressLow, kind, dataHigh, dataLow } = ioeventfd;
    const held = this.holdings[space];
    if (held.taken(addressHigh, addressLow, 0, 0, 0) >= 0) return true;
    if (kind === 0) {
      for (const size of [1, 2, 4, 8]) {
        if (held.taken(addressHigh, addressLow, size << 1, 0, 0) >= 0) return true;
        if (held.holdsData(addressHigh, addressLow, size)) return true;
      }
      return false;
    }
    const size = sizeOf(kind);
    if (held.taken(addressHigh, addressLow, size << 1, 0, 0) >= 0) return true;
    return (kind & 1) === 1
      ? held.taken(addressHigh, addressLow, kind, dataHigh, dataLow) >= 0
      : held.holdsData(addressHigh, addressLow, size);
  }
}
