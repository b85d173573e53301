/** Decision `host: ideal`: the host that the header promises. */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { HostOptions, RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import { type Ioeventfd, sizeOf } from '../tables/ioeventfd.ts';
import type { HeldWords } from './held-words.ts';
import type { Holdings } from './host.ts';
import { RefusingHost } from './refusing-host.ts';

/**
 * What the host is made of. What it holds is in the mirrors, while they show just what is told: with the decision
 * `visibility: first-byte`. Otherwise it keeps it in `words`. By space.
 */
export type PromisedWiring = {
  readonly options: HostOptions;
  readonly hostChanges: Decisions['hostChanges'];
  readonly holdings: readonly [Holdings, Holdings];
  readonly words: readonly [HeldWords, HeldWords] | undefined;
};

/** The kernel's rule of collisions (F1), no order of look-up. */
export class PromisedHost extends RefusingHost {
  private readonly wiring: PromisedWiring;

  constructor(wiring: PromisedWiring) {
    super(wiring.options, wiring.hostChanges);
    this.wiring = wiring;
    for (const held of wiring.holdings) held.orderData();
  }

  override copyFrom(other: this): void {
    super.copyFrom(other);
    const { words } = this.wiring;
    const others = other.wiring.words;
    if (words === undefined || others === undefined) return;
    for (const space of [0, 1] as const) words[space].copyFrom(others[space]);
  }

  objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    return this.collides(space, ioeventfd) ? 'EEXIST' : undefined;
  }

  take(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.wiring.words?.[space].insert(ioeventfd);
  }

  drop(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.wiring.words?.[space].remove(ioeventfd);
  }

  private collides(space: 0 | 1, ioeventfd: Ioeventfd): boolean {
    const { addressHigh, addressLow, kind, dataHigh, dataLow } = ioeventfd;
    const held = this.wiring.holdings[space];
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
