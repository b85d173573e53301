/**
 * The dispatch path for callers who count nanoseconds, and the kernel's part under kvm.
 *
 *     store ──> flat view's cache ──> simple range, size in the plan, aligned? ──> one probe ──> signal
 *                                 └─ no: the long way                                     └──> callback
 *
 *     long way ──> kernel's bus (kvm) ──> flat view ──> one whole access? ──> at most three probes ──> signal
 *                                                   └─ no: byte by byte                        └──> callback
 *
 * Numbers are 32-bit halves: integers whose bits count, not their sign. Nothing is allocated.
 */

import { MemoryCore } from './dispatch/slow-path.ts';
import type { WriteSink } from './dispatch/write-sink.ts';
import { type cacheFactor, sumHigh } from './map/flat-view.ts';
import {
  deltaHighField,
  deltaLowField,
  type headField,
  type highField,
  lastHighField,
  lastLowField,
  type lengthField,
  type planCallbackShift,
  type planField,
  type planSizeShift,
  regionField,
  startHighField,
  startLowField,
  traitsField,
} from './map/slot.ts';
import type { finalFactor, foldShift, headFactor, offsetFactor } from './tables/fast-table.ts';
import {
  accessMaxMask,
  ramBit,
  swappedBit,
  swappedHigh,
  swappedLow,
  validMinShift,
} from './tables/traits.ts';
import { isBelow } from './tables/wide.ts';

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
    // Numerals, which their types keep equal to what is imported: compiled code would load an imported constant from
    // memory, check that it is initialized, and check its type, each time (20 instead of 14 ns for this method).
    const startLow: typeof startLowField = 0;
    const length: typeof lengthField = 1;
    const rangeHigh: typeof highField = 2;
    const planned: typeof planField = 3;
    const deltaLow: typeof deltaLowField = 4;
    const headed: typeof headField = 5;
    const answering: typeof regionField = 6;
    const spread: typeof cacheFactor = 0x9e3779b1;
    const perHead: typeof headFactor = 0x85ebca6b;
    const perOffset: typeof offsetFactor = 0xc2b2ae35;
    const fold: typeof foldShift = 15;
    const last: typeof finalFactor = 0x9e3779b1;
    const sizePlan: typeof planSizeShift = 8;
    const callbackPlan: typeof planCallbackShift = 4;
    // All integers from here on: a half given as an unsigned number is none, and would be added as a floating one.
    const low = addressLow | 0;
    const high = addressHigh | 0;
    const view = space === 0 ? this.memoryView : this.ioView;
    const cells = view.cells;
    const at = cells[Math.imul((low >>> 6) ^ high, spread) >>> view.shift]!;
    const plan = cells[at + planned]!;
    const offset = (low + cells[at + deltaLow]!) | 0;
    if (
      (low - cells[at + startLow]!) >>> 0 >= cells[at + length]! >>> 0 ||
      cells[at + rangeHigh] !== high ||
      (plan & view.fastSizes & size) === 0 ||
      (offset & (size - 1)) !== 0 ||
      (size === 8 && plan < 0 && (dataHigh | 0) !== 0)
    ) {
      this.writeSlowly(space, high, low, size, dataHigh, dataLow, sink);
      return;
    }
    const value = dataLow & (-1 >>> -(size << 3));
    const head = (cells[at + headed]! + ((size << 1) & (plan >> sizePlan))) | 0;
    const data = value & (plan >> 31);
    // The probe of `FastTable`, written out: the compiler inlines no more than so much into one method.
    const { places, shift } = this.store.fast;
    const mask = places.length - 1;
    const sum = (((Math.imul(head, perHead) + Math.imul(offset, perOffset)) | 0) + data) | 0;
    let place = (Math.imul(sum ^ (sum >>> fold), last) >>> shift) & -4;
    for (;;) {
      const entry = places[place + 3]!;
      // Data first: where nothing matches they differ at every place. A free place has another head and a taken one
      // mostly has the same, which no processor foresees (misses: 21 ns with the head first, 14 so).
      if (places[place + 2] === data && places[place + 1] === offset && places[place] === head) {
        sink.signal(entry & 0x7fffffff);
        return;
      }
      // Nobody's probe goes on behind this place.
      if (entry >= 0) break;
      place = (place + 4) & mask;
    }
    const region = cells[at + answering]!;
    const valueHigh = size === 8 ? dataHigh | 0 : 0;
    if (((plan >> callbackPlan) & size) !== 0) sink.callback(region, 0, offset, size, valueHigh, value);
    else this.call(region, cells[at + traitsField]!, 0, offset, size, valueHigh, value, sink);
  }

  /** A store that is not one access of a simple range, or needs another look than one probe. Halves signed. */
  protected writeSlowly(
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
      this.writeUnderKernel(space, addressHigh, addressLow, size, high, low, sink);
      return;
    }
    const view = space === 0 ? this.memoryView : this.ioView;
    const at = view.find(addressHigh, addressLow);
    const cells = view.cells;
    const traits = at === 0 ? 0 : cells[at + traitsField]!;
    const deltaLow = cells[at + deltaLowField]!;
    const offsetLow = (addressLow + deltaLow) | 0;
    // RAM and unassigned space have no greatest access, so they are laid out as bytes, too.
    const isOneAccess =
      size <= (traits & accessMaxMask) &&
      (offsetLow & (size - 1)) === 0 &&
      size >= ((traits >> validMinShift) & 15);
    if (!isOneAccess) {
      this.layOut(size, high, low);
      this.writeLaidOut(space, addressHigh, addressLow, 0, size, sink);
      this.flushRam(sink);
      return;
    }
    const region = cells[at + regionField]!;
    const offsetHigh = sumHigh(addressHigh, addressLow, cells[at + deltaHighField]!, deltaLow);
    const swaps = (traits & swappedBit) !== 0 && size > 1;
    const valueHigh = swaps ? swappedHigh(size, low) : high;
    const valueLow = swaps ? swappedLow(size, high, low) : low;
    const notifier = view.asksHost
      ? this.matchHeld(space, addressHigh, addressLow, size, valueHigh, valueLow)
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
      this.offerPart(addressHigh, addressLow, 0, untilPageEnd, sink);
      const nextHigh = sumHigh(addressHigh, addressLow, 0, untilPageEnd);
      this.offerPart(nextHigh, (addressLow + untilPageEnd) | 0, untilPageEnd, size, sink);
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
  private offerPart(
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
