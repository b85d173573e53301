/** Decision `host: kernel`: the kernel's buses, one for each space. */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { HostOptions, RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import type { Ioeventfd } from '../tables/ioeventfd.ts';
import type { KernelBus } from './kernel-bus.ts';
import { RefusingHost } from './refusing-host.ts';

/** What the host is made of. Buses by space. */
export type KernelWiring = {
  readonly options: HostOptions;
  readonly hostChanges: Decisions['hostChanges'];
  readonly buses: readonly [KernelBus, KernelBus];
};

export class KernelHost extends RefusingHost {
  readonly buses: readonly [KernelBus, KernelBus];

  constructor(wiring: KernelWiring) {
    super(wiring.options, wiring.hostChanges);
    this.buses = wiring.buses;
  }

  override copyFrom(other: this): void {
    super.copyFrom(other);
    this.buses[0].copyFrom(other.buses[0]);
    this.buses[1].copyFrom(other.buses[1]);
  }

  objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    return this.buses[space].objection(ioeventfd);
  }

  take(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.buses[space].insert(ioeventfd);
  }

  drop(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.buses[space].remove(ioeventfd);
  }
}
