/** The host's side: who is asked to take a registration. */

import type { RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import type { Ioeventfd } from '../tables/ioeventfd.ts';

/** Hears what the host is told. Spaces are 0 (`memory`) and 1 (`io`). */
export interface HostListener {
  added(space: 0 | 1, ioeventfd: Ioeventfd): void;
  deleted(space: 0 | 1, ioeventfd: Ioeventfd): void;
  refused(space: 0 | 1, ioeventfd: Ioeventfd, reason: RefusalReason): void;
}

/** One side of `address_space_add_del_ioeventfds`: what QEMU's memory listeners do. */
export interface Host {
  /** Asks the host to take a registration. The reason where it refuses. */
  request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined;
  /** Tells the host to drop a registration that it took. */
  release(space: 0 | 1, ioeventfd: Ioeventfd): void;
  /** Puts the changes of one commit, sorted by registration, in the order in which they are told. */
  sequence<T extends { readonly times: number }>(sorted: T[]): T[];
  /** Requests made so far, as far as they can still matter. */
  readonly ordinal: number;
  /** Takes over what another host of its kind remembers. */
  copyFrom(other: this): void;
}

/** Profile `tcg`: nothing is refused, and dispatch does not depend on what is told. */
export class EmulatedHost implements Host {
  readonly ordinal = 0;

  request(): RefusalReason | undefined {
    return undefined;
  }

  release(): void {}

  sequence<T>(sorted: T[]): T[] {
    return sorted;
  }

  copyFrom(): void {}
}
