/** Transactions: when views are rendered and the host is told (QEMU: `memory_region_transaction_commit`). */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { Region } from './region.ts';
import type { ViewRoot } from './view-root.ts';
import type { Visibility } from './visibility.ts';

/** What a transaction brings up to date. */
export type TransactionWiring = {
  readonly roots: readonly [Region, Region];
  readonly shown: readonly [Visibility, Visibility];
  readonly decisions: Decisions;
  readonly viewRootOf: (decisions: Decisions, root: Region) => ViewRoot;
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
    const { roots, shown, decisions, viewRootOf } = this.wiring;
    shown[0].root = viewRootOf(decisions, roots[0]);
    shown[1].root = viewRootOf(decisions, roots[1]);
    this.askHost();
  }

  /** Ends an operation. Outside a transaction, views and host are brought up to date (H1). */
  finish(): void {
    if (this.depth === 0) this.bringUpToDate();
    this.askHost();
  }

  /** Renders what has changed, and tells the host. */
  bringUpToDate(): void {
    const { roots, shown, decisions, viewRootOf } = this.wiring;
    if (this.memoryPending) {
      shown[0].update(viewRootOf(decisions, roots[0]));
      shown[1].update(viewRootOf(decisions, roots[1]));
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

  /** Where matches are the host's, dispatch asks it while it may not hold exactly what answers. */
  private askHost(): void {
    if (this.wiring.decisions.match !== 'host') return;
    for (const shown of this.wiring.shown) shown.view.asksHost = shown.differsFromHost;
  }
}
