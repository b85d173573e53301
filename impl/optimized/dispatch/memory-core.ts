/**
 * The memory core's write, as QEMU does it: laid out as bytes, cut into accesses, each matched or called back.
 *
 *     bytes ──> flat view ──> RAM: stored
 *         ^              └──> access: cut to `valid.max` and alignment ──> `valid` ──> match ──> signal
 *         └── go on after it                                                      └──> `impl` ──> callback
 *
 * Nothing is allocated: numbers are 32-bit halves, effects go to a sink. Source: `flatview_write_continue`,
 * `memory_region_dispatch_write`, `access_with_adjusted_size`; "Splitting" and clauses D1 to D9.
 */

import type { ByteOrder } from '../../../model/vocabulary/vocabulary.ts';
import type { Held } from '../host/host.ts';
import { type FlatView, sumHigh } from '../map/flat-view.ts';
import { deltaHighField, deltaLowField, regionField, traitsField } from '../map/slot.ts';
import type { IoeventfdStore } from '../tables/ioeventfd-store.ts';
import {
  accessLength,
  bigEndianBit,
  implMaxShift,
  implMinShift,
  isAccepted,
  ramBit,
} from '../tables/traits.ts';
import { leftInSlot, shiftedHigh, shiftedLow } from './access-value.ts';
import type { WriteSink } from './write-sink.ts';

/** What the memory core reads. By space: 0 `memory`, 1 `io`. */
export type CoreWiring = {
  readonly target: ByteOrder;
  readonly views: readonly [FlatView, FlatView];
  /** What the host holds: asked where it alone knows what matches (`FlatView.asksHost`). */
  readonly held: readonly [Held, Held];
  readonly store: IoeventfdStore;
  /** Whether accesses are matched here: not where the bus was asked before (F1). */
  readonly matches: boolean;
};

export class MemoryCore {
  readonly target: ByteOrder;
  readonly views: readonly [FlatView, FlatView];
  readonly store: IoeventfdStore;
  /** The bytes of the write in progress. */
  readonly bytes = new Uint8Array(64);
  private readonly held: readonly [Held, Held];
  private readonly matches: boolean;
  /** RAM bytes stored but not yet reported: adjacent stores are one effect. */
  private ramRegion = -1;
  private ramOffsetHigh = 0;
  private ramOffsetLow = 0;
  private ramFrom = 0;
  private ramTo = 0;

  constructor(wiring: CoreWiring) {
    this.target = wiring.target;
    this.views = wiring.views;
    this.store = wiring.store;
    this.held = wiring.held;
    this.matches = wiring.matches;
  }

  /** Whether RAM bytes are stored and not yet reported: never after a write. */
  get hasUnreported(): boolean {
    return this.ramRegion >= 0;
  }

  /** The notifier that an access signals, or -1. The value in the device's byte order. */
  match(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    region: number,
    traits: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
  ): number {
    return this.views[space].asksHost
      ? this.held[space].find(addressHigh, addressLow, size, valueHigh, valueLow)
      : this.store.match(traits, region, offsetHigh, offsetLow, size, valueHigh, valueLow);
  }

  /** One access of a region: checked against `valid`, matched, else called back. The value in the device's byte order. */
  access(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    region: number,
    traits: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
    sink: WriteSink,
  ): void {
    if (!isAccepted(traits, offsetLow, size)) {
      sink.rejected(region, offsetHigh, offsetLow, size);
      return;
    }
    if (this.matches) {
      const notifier = this.match(
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
      if (notifier >= 0) {
        sink.signal(notifier);
        return;
      }
    }
    this.call(region, traits, offsetHigh, offsetLow, size, valueHigh, valueLow, sink);
  }

  /** Calls a region's callback for an access that no registration took (D3). */
  call(
    region: number,
    traits: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
    sink: WriteSink,
  ): void {
    const least = (traits >> implMinShift) & 15;
    const most = (traits >> implMaxShift) & 15;
    if (size >= least && size <= most) {
      sink.callback(region, offsetHigh, offsetLow, size, valueHigh, valueLow);
    } else this.callAdjusted(region, traits, offsetHigh, offsetLow, size, valueHigh, valueLow, sink);
  }

  /** Widens or splits an access to what the device implements (QEMU: `access_with_adjusted_size`). */
  callAdjusted(
    region: number,
    traits: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
    sink: WriteSink,
  ): void {
    const most = (traits >> implMaxShift) & 15;
    const step = Math.max(Math.min(size, most), (traits >> implMinShift) & 15);
    for (let done = 0; done < size; done += step) {
      const shift = ((traits & bigEndianBit) !== 0 ? size - step - done : done) * 8;
      const high = shiftedHigh(valueHigh, valueLow, shift);
      const low = shiftedLow(valueHigh, valueLow, shift);
      const at = (offsetLow + done) | 0;
      sink.callback(
        region,
        sumHigh(offsetHigh, offsetLow, 0, done),
        at,
        step,
        step === 8 ? high : 0,
        step >= 4 ? low : low & (step === 2 ? 0xffff : 0xff),
      );
    }
  }

  /** Writes `bytes[from]` to `bytes[to - 1]` (QEMU: `flatview_write_continue`). */
  writeLaidOut(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    const view = this.views[space];
    let high = addressHigh;
    let low = addressLow;
    let at = from;
    while (at < to) {
      const length = this.writePart(space, view, high, low, at, to, sink);
      high = sumHigh(high, low, 0, length);
      low = (low + length) | 0;
      at += length;
    }
  }

  /** Writes what one access, or one range of RAM, takes at an address. Returns its length in bytes. */
  writePart(
    space: 0 | 1,
    view: FlatView,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): number {
    const at = view.find(addressHigh, addressLow);
    if (at === 0) {
      // Unassigned space is cut like a region with default limits whose offset 0 is address 0.
      const length = accessLength(4, addressLow, to - from);
      this.flushRam(sink);
      sink.unassigned(addressHigh, addressLow, length);
      return length;
    }
    const traits = view.cells[at + traitsField]!;
    if ((traits & ramBit) !== 0) {
      const left = leftInSlot(view.cells, at, addressHigh, addressLow, to - from);
      this.storePart(view, at, addressHigh, addressLow, from, from + left, sink);
      return left;
    }
    const length = accessLength(traits, (addressLow + view.cells[at + deltaLowField]!) | 0, to - from);
    this.accessPart(space, view, at, addressHigh, addressLow, from, from + length, sink);
    return length;
  }

  /** Stores bytes in the RAM region of a slot. */
  storePart(
    view: FlatView,
    at: number,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    const cells = view.cells;
    const deltaLow = cells[at + deltaLowField]!;
    const offsetHigh = sumHigh(addressHigh, addressLow, cells[at + deltaHighField]!, deltaLow);
    this.storeRam(cells[at + regionField]!, offsetHigh, (addressLow + deltaLow) | 0, from, to, sink);
  }

  /** Writes bytes (1, 2, 4 or 8) to the region of a slot as one access. */
  accessPart(
    space: 0 | 1,
    view: FlatView,
    at: number,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    const cells = view.cells;
    const traits = cells[at + traitsField]!;
    const deltaLow = cells[at + deltaLowField]!;
    const length = to - from;
    this.flushRam(sink);
    const isBig = (traits & bigEndianBit) !== 0;
    const valueHigh = length === 8 ? this.gather(isBig ? from : from + 4, 4, isBig) : 0;
    const valueLow =
      length === 8 ? this.gather(isBig ? from + 4 : from, 4, isBig) : this.gather(from, length, isBig);
    this.access(
      space,
      addressHigh,
      addressLow,
      cells[at + regionField]!,
      traits,
      sumHigh(addressHigh, addressLow, cells[at + deltaHighField]!, deltaLow),
      (addressLow + deltaLow) | 0,
      length,
      valueHigh,
      valueLow,
      sink,
    );
  }

  /**
   * Writes bytes (1, 2 or 4) to the region of a slot as one access, of a store that goes on up to `end`: registrations are compared with
   * all of it that is left (T9). A swap of the bytes cuts it to the access.
   */
  accessCut(
    space: 0 | 1,
    view: FlatView,
    at: number,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    end: number,
    sink: WriteSink,
  ): void {
    const cells = view.cells;
    const traits = cells[at + traitsField]!;
    const size = to - from;
    const deltaLow = cells[at + deltaLowField]!;
    const offsetLow = (addressLow + deltaLow) | 0;
    const isSwapped = (traits & bigEndianBit) !== 0 && size > 1;
    if (isSwapped || !this.matches || !isAccepted(traits, offsetLow, size)) {
      this.accessPart(space, view, at, addressHigh, addressLow, from, to, sink);
      return;
    }
    this.flushRam(sink);
    const region = cells[at + regionField]!;
    const offsetHigh = sumHigh(addressHigh, addressLow, cells[at + deltaHighField]!, deltaLow);
    const notifier = this.match(
      space,
      addressHigh,
      addressLow,
      region,
      traits,
      offsetHigh,
      offsetLow,
      size,
      this.gather(from + 4, Math.max(0, Math.min(4, end - from - 4)), false),
      this.gather(from, Math.min(4, end - from), false),
    );
    if (notifier >= 0) sink.signal(notifier);
    else this.call(region, traits, offsetHigh, offsetLow, size, 0, this.gather(from, size, false), sink);
  }

  /** Lays a value out in `bytes`, in the target's byte order. */
  layOut(size: number, dataHigh: number, dataLow: number): void {
    const isBig = this.target === 'big';
    for (let i = 0; i < size; i++) {
      const byte = i < 4 ? dataLow >>> (i * 8) : dataHigh >>> ((i - 4) * 8);
      this.bytes[isBig ? size - 1 - i : i] = byte;
    }
  }

  /** At most four of `bytes` as a number. */
  gather(from: number, length: number, isBig: boolean): number {
    let value = 0;
    for (let i = 0; i < length; i++) {
      value |= this.bytes[from + i]! << ((isBig ? length - 1 - i : i) * 8);
    }
    return value;
  }

  private storeRam(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    const length = this.ramTo - this.ramFrom;
    const continues =
      this.ramRegion === region &&
      this.ramTo === from &&
      ((this.ramOffsetLow + length) | 0) === offsetLow &&
      sumHigh(this.ramOffsetHigh, this.ramOffsetLow, 0, length) === offsetHigh &&
      (offsetHigh | offsetLow) !== 0;
    if (continues) {
      this.ramTo = to;
      return;
    }
    this.flushRam(sink);
    this.ramRegion = region;
    this.ramOffsetHigh = offsetHigh;
    this.ramOffsetLow = offsetLow;
    this.ramFrom = from;
    this.ramTo = to;
  }

  /** Reports RAM bytes that are stored but not yet reported. */
  flushRam(sink: WriteSink): void {
    if (this.ramRegion < 0) return;
    const region = this.ramRegion;
    this.ramRegion = -1;
    sink.ram(region, this.ramOffsetHigh, this.ramOffsetLow, this.bytes, this.ramFrom, this.ramTo);
  }
}
