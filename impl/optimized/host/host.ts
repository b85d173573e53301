/** The host's side: who is asked to take a registration. */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import type { Ioeventfd } from '../tables/ioeventfd.ts';

/** What the host of one space holds, asked by dispatch. */
export interface Held {
  /**
   * The notifier that the host signals for a write, or -1. The size may be any from 1 to 8: a store cut at a page leaves
   * such parts. Data: the value, zero-extended.
   */
  find(addressHigh: number, addressLow: number, size: number, dataHigh: number, dataLow: number): number;
}

/** What an ideal host asks about what it holds: see `HostMirror` and `HeldWords`. */
export type Holdings = {
  taken(addressHigh: number, addressLow: number, kind: number, dataHigh: number, dataLow: number): number;
  /** Whether it holds a registration with data, of this size, at this address. */
  holdsData(addressHigh: number, addressLow: number, size: number): boolean;
  /** Prepares `holdsData`. Called before anything is held. */
  orderData(): void;
};

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

/** The changes of one commit in the order in which the host is told: as QEMU's merge comes upon them, or deletions first (H3). */
export function inOrder<T extends { readonly times: number }>(
  sorted: T[],
  hostChanges: Decisions['hostChanges'],
): T[] {
  if (hostChanges === 'merge' || sorted.length < 2) return sorted;
  return [...sorted.filter(({ times }) => times < 0), ...sorted.filter(({ times }) => times > 0)];
}
