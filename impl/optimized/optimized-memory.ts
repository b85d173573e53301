/**
 * The dispatch path: from a write to the region that answers, to the notifier or the callback.
 *
 *     write ──> flat view (cache, else binary search) ──> offset ──> cut into accesses ──> `valid` ──> match ──> signal
 *                                                                                                └─> `impl` ──> callback
 *
 * Nothing is allocated on the way: numbers are 32-bit halves, effects go to a sink. A store that is one access of one
 * region takes the short way; any other is laid out as bytes and cut as QEMU does.
 */

import type { ScenarioHeader } from '../../model/vocabulary.ts';
import {
  deltaHighField,
  deltaLowField,
  type FlatView,
  lastHighField,
  lastLowField,
  regionField,
  startHighField,
  startLowField,
  sumHigh,
} from './flat-view.ts';
import type { HostListener } from './host.ts';
import { KernelHost } from './host.ts';
import { MemoryMap } from './memory-map.ts';
import {
  accessLength,
  bigEndianBit,
  implMaxShift,
  implMinShift,
  isAccepted,
  ramBit,
  swappedBit,
  swappedHigh,
  swappedLow,
} from './traits.ts';
import { isBelow } from './wide.ts';

/**
 * What a write did. Regions and notifiers by number; offsets, addresses and values as halves: 32-bit integers whose
 * bits count, not their sign (`half >>> 0` is the unsigned value). Sizes in bytes.
 */
export interface WriteSink {
  /** A notifier was signalled, once (D2). */
  signal(notifier: number): void;
  /** A region's callback is called: the value as the device sees it (D3). */
  callback(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
  ): void;
  /** `bytes[from]` to `bytes[to - 1]` were stored in a RAM region. The array is only lent. */
  ram(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void;
  /** Nothing answers at an address: decode error. */
  unassigned(addressHigh: number, addressLow: number, size: number): void;
  /** A region does not accept an access (D6): decode error. */
  rejected(region: number, offsetHigh: number, offsetLow: number, size: number): void;
}

const pageMask = 0xfff;

export class OptimizedMemory extends MemoryMap {
  /** Whether the memory core looks at registrations (under kvm the kernel does, before it). */
  private readonly matchesAccesses: boolean;
  private readonly matchesHeldOnly: boolean;
  private readonly kernel: KernelHost | undefined;
  private readonly bytes = new Uint8Array(64);
  /** RAM bytes stored but not yet reported: adjacent stores are one effect. */
  private ramRegion = -1;
  private ramOffsetHigh = 0;
  private ramOffsetLow = 0;
  private ramFrom = 0;
  private ramTo = 0;

  constructor(header: ScenarioHeader, listener: HostListener) {
    super(header, listener);
    this.kernel = this.host instanceof KernelHost ? this.host : undefined;
    this.matchesAccesses = this.kernel === undefined;
    this.matchesHeldOnly = this.profile === 'contract';
  }

  /**
   * A store by the guest's CPU: `size` (1, 2, 4, 8) bytes, the value laid out in the target's byte order. `space`: 0
   * `memory`, 1 `io`. No allocation; safe to call with signed or unsigned halves. Source: `address_space_write`.
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
    const view = this.shown[space].view;
    const slot = view.find(addressHigh | 0, addressLow | 0);
    const at = slot << 3;
    const slots = view.slots;
    const region = slots[at + regionField]!;
    const traits = this.traits[region]!;
    const offsetLow = (addressLow + slots[at + deltaLowField]!) | 0;
    if (slot === 0 || (traits & ramBit) !== 0 || accessLength(traits, offsetLow, size) !== size) {
      this.layOut(size, high, low);
      this.writeLaidOut(space, addressHigh | 0, addressLow | 0, 0, size, sink);
      this.flushRam(sink);
      return;
    }
    const offsetHigh = sumHigh(
      addressHigh,
      addressLow,
      slots[at + deltaHighField]!,
      slots[at + deltaLowField]!,
    );
    if ((traits & swappedBit) === 0 || size === 1) {
      this.access(
        space,
        addressHigh | 0,
        addressLow | 0,
        region,
        traits,
        offsetHigh,
        offsetLow,
        size,
        high,
        low,
        sink,
      );
      return;
    }
    const deviceHigh = swappedHigh(size, low);
    const deviceLow = swappedLow(size, high, low);
    this.access(
      space,
      addressHigh | 0,
      addressLow | 0,
      region,
      traits,
      offsetHigh,
      offsetLow,
      size,
      deviceHigh,
      deviceLow,
      sink,
    );
  }

  /** A write by QEMU itself (DMA): 1 to 64 bytes in memory order. */
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
   * The notifier that an access signals, or -1 (D1, D2). tcg looks at the region's present list (R1). The contract
   * counts what the host holds at this address; while it holds all that is registered, that is the same.
   */
  protected match(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    region: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    valueHigh: number,
    valueLow: number,
  ): number {
    const mirror = this.mirrors[space];
    if (!this.matchesHeldOnly || (mirror.refused === 0 && mirror.isSettled)) {
      return this.store.match(region, offsetHigh, offsetLow, size, valueHigh, valueLow);
    }
    let notifier = mirror.taken(addressHigh, addressLow, 0, 0, 0);
    if (notifier < 0) notifier = mirror.taken(addressHigh, addressLow, size << 1, 0, 0);
    if (notifier < 0) {
      notifier = mirror.taken(addressHigh, addressLow, (size << 1) | 1, valueHigh, valueLow);
    }
    return notifier;
  }

  /** One access of a region; the value in the device's byte order. */
  private access(
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
    if (this.matchesAccesses) {
      const notifier = this.match(
        space,
        addressHigh,
        addressLow,
        region,
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
    const least = (traits >> implMinShift) & 15;
    const most = (traits >> implMaxShift) & 15;
    if (size >= least && size <= most)
      sink.callback(region, offsetHigh, offsetLow, size, valueHigh, valueLow);
    else this.callAdjusted(region, traits, offsetHigh, offsetLow, size, valueHigh, valueLow, sink);
  }

  /** Widens or splits an access to what the device implements (QEMU: `access_with_adjusted_size`). */
  private callAdjusted(
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

  /** Writes `bytes[from]` to `bytes[to - 1]` of the scratch buffer (QEMU: `flatview_write_continue`). */
  private writeLaidOut(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): void {
    const view = this.shown[space].view;
    let high = addressHigh;
    let low = addressLow;
    let at = from;
    while (at < to) {
      const length = this.writePiece(space, view, high, low, at, to, sink);
      high = sumHigh(high, low, 0, length);
      low = (low + length) | 0;
      at += length;
    }
  }

  /** Writes one piece at an address, and returns its length. */
  private writePiece(
    space: 0 | 1,
    view: FlatView,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    sink: WriteSink,
  ): number {
    const slot = view.find(addressHigh, addressLow);
    if (slot === 0) {
      // Unassigned space is cut like a region with default limits whose offset 0 is address 0.
      const length = accessLength(4, addressLow, to - from);
      this.flushRam(sink);
      sink.unassigned(addressHigh, addressLow, length);
      return length;
    }
    const slots = view.slots;
    const at = slot << 3;
    const region = slots[at + regionField]!;
    const traits = this.traits[region]!;
    const deltaLow = slots[at + deltaLowField]!;
    const offsetHigh = sumHigh(addressHigh, addressLow, slots[at + deltaHighField]!, deltaLow);
    const offsetLow = (addressLow + deltaLow) | 0;
    if ((traits & ramBit) !== 0) {
      const left = leftInSlot(slots, at, addressHigh, addressLow, to - from);
      this.storeRam(region, offsetHigh, offsetLow, from, from + left, sink);
      return left;
    }
    const length = accessLength(traits, offsetLow, to - from);
    this.flushRam(sink);
    const isBig = (traits & bigEndianBit) !== 0;
    const valueHigh = length === 8 ? this.gather(isBig ? from : from + 4, 4, isBig) : 0;
    const valueLow =
      length === 8 ? this.gather(isBig ? from + 4 : from, 4, isBig) : this.gather(from, length, isBig);
    this.access(
      space,
      addressHigh,
      addressLow,
      region,
      traits,
      offsetHigh,
      offsetLow,
      length,
      valueHigh,
      valueLow,
      sink,
    );
    return length;
  }

  /**
   * Under KVM: a store is cut at pages in `memory`, each piece is offered to the kernel's bus, and what the bus does
   * not take is written by the memory core. Pages of RAM never reach the bus; no CPU stores 8 bytes to a port.
   */
  private writeUnderKernel(
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

  private askKernel(
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
  private isRamPage(addressHigh: number, addressLow: number): boolean {
    const view = this.shown[0].view;
    const slots = view.slots;
    const at = view.find(addressHigh, addressLow) << 3;
    const firstLow = addressLow & ~pageMask;
    return (
      at !== 0 &&
      (this.traits[slots[at + regionField]!]! & ramBit) !== 0 &&
      !isBelow(addressHigh, firstLow, slots[at + startHighField]!, slots[at + startLowField]!) &&
      !isBelow(slots[at + lastHighField]!, slots[at + lastLowField]!, addressHigh, firstLow | pageMask)
    );
  }

  /** Lays a value out in the scratch buffer, in the target's byte order. */
  private layOut(size: number, dataHigh: number, dataLow: number): void {
    const isBig = this.target === 'big';
    for (let i = 0; i < size; i++) {
      const byte = i < 4 ? dataLow >>> (i * 8) : dataHigh >>> ((i - 4) * 8);
      this.bytes[isBig ? size - 1 - i : i] = byte;
    }
  }

  /** At most four bytes of the scratch buffer as a number. */
  private gather(from: number, length: number, isBig: boolean): number {
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

  private flushRam(sink: WriteSink): void {
    if (this.ramRegion < 0) return;
    const region = this.ramRegion;
    this.ramRegion = -1;
    sink.ram(region, this.ramOffsetHigh, this.ramOffsetLow, this.bytes, this.ramFrom, this.ramTo);
  }
}

/** How many of `wanted` bytes from an address are in a slot. */
function leftInSlot(
  slots: Int32Array,
  at: number,
  addressHigh: number,
  addressLow: number,
  wanted: number,
): number {
  const lastLow = slots[at + lastLowField]!;
  const borrow = lastLow >>> 0 < addressLow >>> 0 ? 1 : 0;
  if (((slots[at + lastHighField]! - addressHigh - borrow) | 0) !== 0) return wanted;
  return Math.min(wanted, ((lastLow - addressLow) >>> 0) + 1);
}

/** High half of a value shifted right by a multiple of 8 bits; left where the shift is negative. */
function shiftedHigh(high: number, low: number, shift: number): number {
  if (shift === 0) return high;
  if (shift > 0) return shift >= 32 ? 0 : high >>> shift;
  return shift <= -32 ? low << (-shift - 32) : (high << -shift) | (low >>> (32 + shift));
}

/** Low half of a value shifted right by a multiple of 8 bits; left where the shift is negative. */
function shiftedLow(high: number, low: number, shift: number): number {
  if (shift === 0) return low;
  if (shift > 0) return shift >= 32 ? high >>> (shift - 32) : (low >>> shift) | (high << (32 - shift));
  return shift <= -32 ? 0 : low << -shift;
}
