/** Transactions: when views are rendered and the host is told (QEMU: `memory_region_transaction_commit`). */

import type { Profile } from '../../../model/vocabulary/vocabulary.ts';
import type { Region } from './region.ts';
import type { ViewRoot } from './view-root.ts';
import type { Visibility } from './visibility.ts';

/** What a transaction brings up to date. */
export type TransactionWiring = {
  readonly roots: readonly [Region, Region];
  readonly shown: readonly [Visibility, Visibility];
  readonly profile: Profile;
  readonly viewRootOf: (profile: Profile, root: Region) => ViewRoot;
};

export class Transaction {
  /** Nested `begin`s not yet committed. */
  depth = 0;
  /** QEMU's `memory_region_update_pending`. */
  memoryPending = false;
  /** QEMU's `ioeventfd_update_pending`. */
  eventfdPending = false;
  readonly wiring: TransactionWiring;

  constructor(wiring: TransactionWiring) {
    this.wiring = wiring;
  }

  /** Sets where the views of an empty map were rendered from. */
  start(): void {
    const { roots, shown, profile, viewRootOf } = this.wiring;
    shown[0].root = viewRootOf(profile, roots[0]);
    shown[1].root = viewRootOf(profile, roots[1]);
  }

  /** Ends an operation. Outside a transaction, views and host are brought up to date (H1). */
  finish(): void {
    if (this.depth === 0) this.bringUpToDate();
    // Under contract, dispatch asks the host while it does not hold exactly what is visible.
    if (this.wiring.profile !== 'contract') return;
    for (const { view, mirror } of this.wiring.shown) view.asksHost = mirror.divergence !== 0;
  }

  /** Renders what has changed, and tells the host. */
  bringUpToDate(): void {
    const { roots, shown, profile, viewRootOf } = this.wiring;
    if (this.memoryPending) {
      shown[0].update(viewRootOf(profile, roots[0]));
      shown[1].update(viewRootOf(profile, roots[1]));
    }
    if (this.memoryPending || this.eventfdPending) {
      shown[0].tellHost();
      shown[1].tellHost();
    }
    this.memoryPending = false;
    this.eventfdPending = false;
  }

  copyFrom(other: Transaction): void {
    this.depth = other.depth;
    this.memoryPending = other.memoryPending;
    this.eventfdPending = other.eventfdPending;
  }
}
