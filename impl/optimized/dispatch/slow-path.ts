/**
 * A store by the CPU that does not take the fast path, and the kernel's part under kvm.
 *
 *     store ──> kernel's bus (kvm) ──> flat view ──> one whole access? ──> at most three probes ──> signal
 *                                                └─ no: byte by byte                           └──> callback
 *
 * Numbers are 32-bit halves: integers whose bits count, not their sign. Nothing is allocated.
 */

import type { Held } from '../host/host.ts';
import { sumHigh } from '../map/flat-view.ts';
import {
  deltaHighField,
  deltaLowField,
  lastHighField,
  lastLowField,
  pageMask,
  regionField,
  startHighField,
  startLowField,
  traitsField,
} from '../map/slot.ts';
import {
  accessMaxMask,
  ramBit,
  swappedBit,
  swappedHigh,
  swappedLow,
  validMinShift,
} from '../tables/traits.ts';
import { isBelow } from '../tables/wide.ts';
import type { CpuStore } from './cpu-store.ts';
import type { MemoryCore } from './memory-core.ts';
import type { WriteSink } from './write-sink.ts';

/** What the slow path works with. */
export type SlowPathWiring = {
  readonly core: MemoryCore;
  readonly cpuStore: CpuStore;
  /** What looks at a CPU's store before the memory core, by space: decision `match: bus`. */
  readonly bus: readonly [Held, Held] | undefined;
};

export class SlowPath {
  readonly core: MemoryCore;
  readonly cpuStore: CpuStore;
  readonly bus: readonly [Held, Held] | undefined;

  constructor(wiring: SlowPathWiring) {
    this.core = wiring.core;
    this.cpuStore = wiring.cpuStore;
    this.bus = wiring.bus;
  }

  /**
   * A store of `size` bytes. Data wider than `size` are cut. Halves signed. Source: `CpuStore`; where the bus is asked first,
   * `kvm_io_bus_write`.
   */
  write(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
    sink: WriteSink,
  ): void {
    const high = size === 8 ? dataHigh | 0 : 0;
    const low = size >= 4 ? dataLow | 0 : dataLow & (size === 2 ? 0xffff : 0xff);
    if (this.bus !== undefined) {
      this.writeUnderKernel(space, addressHigh, addressLow, size, high, low, sink);
      return;
    }
    const { core } = this;
    const view = core.views[space];
    const at = view.find(addressHigh, addressLow);
    const cells = view.cells;
    const traits = at === 0 ? 0 : cells[at + traitsField]!;
    const deltaLow = cells[at + deltaLowField]!;
    const offsetLow = (addressLow + deltaLow) | 0;
    // RAM and unassigned space have no greatest access, so they are laid out as bytes, too.
    const isOneAccess =
      size <= (traits & accessMaxMask) &&
      (offsetLow & (size - 1)) === 0 &&
      size >= ((traits >> validMinShift) & 15) &&
      this.cpuStore.isOnePiece(space, addressLow, size);
    if (!isOneAccess) {
      this.writeBytes(space, addressHigh, addressLow, size, high, low, sink);
      return;
    }
    const region = cells[at + regionField]!;
    const offsetHigh = sumHigh(addressHigh, addressLow, cells[at + deltaHighField]!, deltaLow);
    const swaps = (traits & swappedBit) !== 0 && size > 1;
    const valueHigh = swaps ? swappedHigh(size, low) : high;
    const valueLow = swaps ? swappedLow(size, high, low) : low;
    const notifier = core.match(
      space,
      addressHigh,
      addressLow,
      region,
      traits,
      offsetHigh,
      offsetLow,
      size,
      valueHigh,
      valueLow,
    );
    if (notifier >= 0) sink.signal(notifier);
    else core.call(region, traits, offsetHigh, offsetLow, size, valueHigh, valueLow, sink);
  }

  /**
   * Under KVM, a store to `memory` is cut at pages. Each part is offered to the kernel's bus, and the memory core writes
   * what the bus does not take. Pages of RAM never reach the bus (K9). No CPU stores 8 bytes to a port (K11).
   */
  writeUnderKernel(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
    sink: WriteSink,
  ): void {
    const untilPageEnd = pageMask + 1 - (addressLow & pageMask);
    if (space === 0 && untilPageEnd < size) {
      this.core.layOut(size, dataHigh, dataLow);
      this.offerPart(addressHigh, addressLow, 0, untilPageEnd, sink);
      const nextHigh = sumHigh(addressHigh, addressLow, 0, untilPageEnd);
      this.offerPart(nextHigh, (addressLow + untilPageEnd) | 0, untilPageEnd, size, sink);
      this.core.flushRam(sink);
      return;
    }
    if (!(space === 1 && size === 8) && !(space === 0 && this.isRamPage(addressHigh, addressLow))) {
      const notifier = this.askKernel(space, addressHigh, addressLow, size, dataHigh, dataLow);
      if (notifier >= 0) {
        sink.signal(notifier);
        return;
      }
    }
    this.writeBytes(space, addressHigh, addressLow, size, dataHigh, dataLow, sink);
  }

  /** A store that is laid out as bytes. */
  writeBytes(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
    sink: WriteSink,
  ): void {
    const isAligned = (addressLow & (size - 1)) === 0;
    this.core.layOut(size, dataHigh, dataLow);
    this.cpuStore.write(space, addressHigh, addressLow, 0, size, isAligned, sink);
    this.core.flushRam(sink);
  }

  /** One part of a store to `memory` that crosses a page. */
  private offerPart(
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    if (!this.isRamPage(addressHigh, addressLow)) {
      const isBig = this.core.target === 'big';
      const size = to - from;
      // The four bytes of least weight make the low half.
      const split = isBig ? Math.max(from, to - 4) : Math.min(to, from + 4);
      const low = isBig
        ? this.core.gather(split, to - split, true)
        : this.core.gather(from, split - from, false);
      const high = isBig
        ? this.core.gather(from, split - from, true)
        : this.core.gather(split, to - split, false);
      const notifier = this.askKernel(0, addressHigh, addressLow, size, high, low);
      if (notifier >= 0) {
        this.core.flushRam(sink);
        sink.signal(notifier);
        return;
      }
    }
    this.cpuStore.write(0, addressHigh, addressLow, from, to, false, sink);
  }

  /** The notifier that the kernel's bus signals, or -1. Only called where the bus is asked first: there is one. */
  askKernel(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
  ): number {
    return this.bus![space].find(addressHigh, addressLow, size, dataHigh, dataLow);
  }

  /** Whether the page of an address is wholly in one range of RAM: then the kernel stores to it itself. */
  isRamPage(addressHigh: number, addressLow: number): boolean {
    const view = this.core.views[0];
    const cells = view.cells;
    const at = view.find(addressHigh, addressLow);
    const firstLow = addressLow & ~pageMask;
    return (
      at !== 0 &&
      (cells[at + traitsField]! & ramBit) !== 0 &&
      !isBelow(addressHigh, firstLow, cells[at + startHighField]!, cells[at + startLowField]!) &&
      !isBelow(cells[at + lastHighField]!, cells[at + lastLowField]!, addressHigh, firstLow | pageMask)
    );
  }
}
