/** Profile `kvm`: the kernel's buses, one for each space, asked in the order of QEMU's merge. */

import type { HostOptions, RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import type { Ioeventfd } from '../tables/ioeventfd.ts';
import type { KernelBus } from './kernel-bus.ts';
import { RefusingHost } from './refusing-host.ts';

export class KernelHost extends RefusingHost {
  readonly buses: readonly [KernelBus, KernelBus];

  constructor(options: HostOptions, buses: readonly [KernelBus, KernelBus]) {
    super(options);
    this.buses = buses;
  }

  override copyFrom(other: this): void {
    super.copyFrom(other);
    this.buses[0].copyFrom(other.buses[0]);
    this.buses[1].copyFrom(other.buses[1]);
  }

  sequence<T>(sorted: T[]): T[] {
    return sorted;
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
