/**
 * The dispatch path for callers who count nanoseconds, and the kernel's part under kvm.
 *
 *     store ──> flat view (cache, else binary search) ──> one whole access? ──> at most three probes ──> signal
 *                                                     └─ no: the memory core, byte by byte        └──> callback
 *
 * Numbers are 32-bit halves: integers whose bits count, not their sign. Nothing is allocated.
 */

import {
  deltaHighField,
  deltaLowField,
  lastHighField,
  lastLowField,
  regionField,
  startHighField,
  startLowField,
  sumHigh,
  traitsField,
} from './flat-view.ts';
import { MemoryCore } from './memory-core.ts';
import { accessMaxMask, ramBit, swappedBit, swappedHigh, swappedLow, validMinShift } from './traits.ts';
import { isBelow } from './wide.ts';
import type { WriteSink } from './write-sink.ts';

const pageMask = 0xfff;

export class OptimizedMemory extends MemoryCore {
  private readonly memoryView = this.shown[0].view;
  private readonly ioView = this.shown[1].view;

  /**
   * A store by the guest's CPU: `size` (1, 2, 4, 8) bytes, the value laid out in the target's byte order. `space`: 0
   * `memory`, 1 `io`. Halves may be signed or unsigned; data wider than `size` are cut. No allocation. Source:
   * `address_space_write`; under kvm also the kernel's `kvm_io_bus_write`.
   */
  writeWord(
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
    if (this.kernel !== undefined) {
      this.writeUnderKernel(space, addressHigh | 0, addressLow | 0, size, high, low, sink);
      return;
    }
    const view = space === 0 ? this.memoryView : this.ioView;
    const at = view.find(addressHigh | 0, addressLow | 0) << 3;
    const slots = view.slots;
    const region = slots[at + regionField]!;
    const traits = slots[at + traitsField]!;
    const deltaLow = slots[at + deltaLowField]!;
    const offsetLow = (addressLow + deltaLow) | 0;
    // RAM and unassigned space have no greatest access, so they go the long way too.
    const isOneAccess =
      size <= (traits & accessMaxMask) &&
      (offsetLow & (size - 1)) === 0 &&
      size >= ((traits >> validMinShift) & 15);
    if (!isOneAccess) {
      this.layOut(size, high, low);
      this.writeLaidOut(space, addressHigh | 0, addressLow | 0, 0, size, sink);
      this.flushRam(sink);
      return;
    }
    const offsetHigh = sumHigh(addressHigh, addressLow, slots[at + deltaHighField]!, deltaLow);
    const swaps = (traits & swappedBit) !== 0 && size > 1;
    const valueHigh = swaps ? swappedHigh(size, low) : high;
    const valueLow = swaps ? swappedLow(size, high, low) : low;
    const notifier = view.asksHost
      ? this.matchHeld(space, addressHigh | 0, addressLow | 0, size, valueHigh, valueLow)
      : this.store.match(traits, region, offsetHigh, offsetLow, size, valueHigh, valueLow);
    if (notifier >= 0) sink.signal(notifier);
    else this.call(region, traits, offsetHigh, offsetLow, size, valueHigh, valueLow, sink);
  }

  /** A write by QEMU itself (DMA): 1 to 64 bytes in memory order. Never matched under kvm (F1). */
  writeBytes(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    bytes: Uint8Array,
    sink: WriteSink,
  ): void {
    if (bytes.length > this.bytes.length) throw new RangeError(`at most ${this.bytes.length} bytes a write`);
    this.bytes.set(bytes);
    this.writeLaidOut(space, addressHigh | 0, addressLow | 0, 0, bytes.length, sink);
    this.flushRam(sink);
  }

  /**
   * Under KVM: a store is cut at pages in `memory`, each piece is offered to the kernel's bus, and what the bus does
   * not take is written by the memory core. Pages of RAM never reach the bus; no CPU stores 8 bytes to a port.
   */
  protected writeUnderKernel(
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
      this.layOut(size, dataHigh, dataLow);
      this.offerPiece(addressHigh, addressLow, 0, untilPageEnd, sink);
      const nextHigh = sumHigh(addressHigh, addressLow, 0, untilPageEnd);
      this.offerPiece(nextHigh, (addressLow + untilPageEnd) | 0, untilPageEnd, size, sink);
      this.flushRam(sink);
      return;
    }
    if (!(space === 1 && size === 8) && !(space === 0 && this.isRamPage(addressHigh, addressLow))) {
      const notifier = this.askKernel(space, addressHigh, addressLow, size, dataHigh, dataLow);
      if (notifier >= 0) {
        sink.signal(notifier);
        return;
      }
    }
    this.layOut(size, dataHigh, dataLow);
    this.writeLaidOut(space, addressHigh, addressLow, 0, size, sink);
    this.flushRam(sink);
  }

  /** One piece of a store across pages, in `memory`. */
  private offerPiece(
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    if (!this.isRamPage(addressHigh, addressLow)) {
      const isBig = this.target === 'big';
      const size = to - from;
      // The four bytes of least weight make the low half.
      const split = isBig ? Math.max(from, to - 4) : Math.min(to, from + 4);
      const low = isBig ? this.gather(split, to - split, true) : this.gather(from, split - from, false);
      const high = isBig ? this.gather(from, split - from, true) : this.gather(split, to - split, false);
      const notifier = this.askKernel(0, addressHigh, addressLow, size, high, low);
      if (notifier >= 0) {
        this.flushRam(sink);
        sink.signal(notifier);
        return;
      }
    }
    this.writeLaidOut(0, addressHigh, addressLow, from, to, sink);
  }

  protected askKernel(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
  ): number {
    const kernel = this.kernel;
    return kernel === undefined
      ? -1
      : kernel.buses[space].find(addressHigh, addressLow, size, dataHigh, dataLow);
  }

  /** Whether the page of an address is wholly in one range of RAM, and so the kernel's own. */
  protected isRamPage(addressHigh: number, addressLow: number): boolean {
    const view = this.shown[0].view;
    const slots = view.slots;
    const at = view.find(addressHigh, addressLow) << 3;
    const firstLow = addressLow & ~pageMask;
    return (
      at !== 0 &&
      (slots[at + traitsField]! & ramBit) !== 0 &&
      !isBelow(addressHigh, firstLow, slots[at + startHighField]!, slots[at + startLowField]!) &&
      !isBelow(slots[at + lastHighField]!, slots[at + lastLowField]!, addressHigh, firstLow | pageMask)
    );
  }
}
