/**
 * How a store by the guest's CPU reaches the memory core: the decision `cpuStore`.
 *
 *     ports    ──> one access of the region that answers the first byte
 *     memory   ──> pieces ──> page that one range fills ──> access of the piece, cut no further
 *                         └─> other page: is all of it accepted? ──> the memory core's write, as QEMU's own
 *                                                              └──> rejected as a whole
 *
 * Bytes are laid out in `MemoryCore.bytes`. Numbers are 32-bit halves. Nothing is allocated.
 */

import { type FlatView, sumHigh } from '../map/flat-view.ts';
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
import { accessLength, isAccepted, ramBit } from '../tables/traits.ts';
import { isBelow } from '../tables/wide.ts';
import { leftInSlot } from './access-value.ts';
import type { MemoryCore } from './memory-core.ts';
import type { WriteSink } from './write-sink.ts';

/** What a CPU's store goes through on its way to the memory core. */
export interface CpuStore {
  /**
   * Whether a store of an accepted size that is aligned to it, by its address and in the region, is one access of the
   * region that answers: always so under `address_space_write`, whatever the address.
   */
  isOnePiece(space: 0 | 1, addressLow: number, size: number): boolean;
  /**
   * Stores `bytes[from]` to `bytes[to - 1]`. `isWhole`: whether these are the whole of a store that is aligned to its size. RAM
   * bytes may stay unreported.
   */
  write(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    isWhole: boolean,
    sink: WriteSink,
  ): void;
}

/** `cpuStore: address-space-write`: as QEMU's own write. */
export class PlainStore implements CpuStore {
  private readonly core: MemoryCore;

  constructor(core: MemoryCore) {
    this.core = core;
  }

  isOnePiece(): boolean {
    return true;
  }

  write(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    _isWhole: boolean,
    sink: WriteSink,
  ): void {
    this.core.writeLaidOut(space, addressHigh, addressLow, from, to, sink);
  }
}

/** A store by a CPU that TCG translates (accel/tcg/cputlb.c). */
export abstract class TranslatedStore implements CpuStore {
  readonly core: MemoryCore;
  /** The end of the store in progress, in the core's bytes. */
  private end = 0;

  constructor(core: MemoryCore) {
    this.core = core;
  }

  isOnePiece(space: 0 | 1, addressLow: number, size: number): boolean {
    return space === 1 || (addressLow & (size - 1)) === 0;
  }

  write(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    from: number,
    to: number,
    isWhole: boolean,
    sink: WriteSink,
  ): void {
    if (space === 1) {
      this.writePort(addressHigh, addressLow, from, to, sink);
      return;
    }
    this.end = to;
    let high = addressHigh;
    let low = addressLow;
    for (let at = from; at < to; ) {
      const length = this.pieceLength(low, to - at, isWhole);
      this.writePiece(high, low, at, at + length, sink);
      high = sumHigh(high, low, 0, length);
      low = (low + length) | 0;
      at += length;
    }
  }

  /** Whether registrations are compared with all that is left of a store, and not with the piece (T9). */
  get comparesRest(): boolean {
    return false;
  }

  /** The bytes of the next piece, of `left` that are left. */
  abstract pieceLength(addressLow: number, left: number, isWhole: boolean): number;

  /** One access of the whole size, never cut (`address_space_stl_internal`; x86's `helper_outl`). */
  writePort(addressHigh: number, addressLow: number, from: number, to: number, sink: WriteSink): void {
    const { core } = this;
    const view = core.views[1];
    const at = view.find(addressHigh, addressLow);
    const isRam = at !== 0 && (view.cells[at + traitsField]! & ramBit) !== 0;
    const isInRam = isRam && leftInSlot(view.cells, at, addressHigh, addressLow, to - from) === to - from;
    if (isInRam) core.storePart(view, at, addressHigh, addressLow, from, to, sink);
    else if (at === 0 || isRam) this.reject(view, at, addressHigh, addressLow, to - from, sink);
    else core.accessPart(1, view, at, addressHigh, addressLow, from, to, sink);
  }

  /** One piece, which lies within a page. */
  writePiece(addressHigh: number, addressLow: number, from: number, to: number, sink: WriteSink): void {
    const { core } = this;
    const view = core.views[0];
    const at = view.find(addressHigh, addressLow);
    if (at !== 0 && this.fillsPage(view, at, addressHigh, addressLow)) {
      if ((view.cells[at + traitsField]! & ramBit) !== 0)
        core.storePart(view, at, addressHigh, addressLow, from, to, sink);
      else if (to < this.end && this.comparesRest) {
        core.accessCut(0, view, at, addressHigh, addressLow, from, to, this.end, sink);
      } else core.accessPart(0, view, at, addressHigh, addressLow, from, to, sink);
      return;
    }
    // Where nothing answers the first byte it makes no difference whether the page is empty.
    if (at !== 0 && this.accepts(view, addressHigh, addressLow, to - from)) {
      core.writeLaidOut(0, addressHigh, addressLow, from, to, sink);
    } else this.reject(view, at, addressHigh, addressLow, to - from, sink);
  }

  /** Whether one range fills the page of an address that it covers: then the page is the region's (`register_multipage`). */
  fillsPage(view: FlatView, at: number, addressHigh: number, addressLow: number): boolean {
    const cells = view.cells;
    const firstLow = addressLow & ~pageMask;
    return (
      !isBelow(addressHigh, firstLow, cells[at + startHighField]!, cells[at + startLowField]!) &&
      !isBelow(cells[at + lastHighField]!, cells[at + lastLowField]!, addressHigh, firstLow | pageMask)
    );
  }

  /**
   * Whether a page of several ranges, or with gaps, takes a piece (`subpage_accepts`, `flatview_access_valid`): each of its
   * accesses is accepted. These are cut by the address, not by the offset in the region.
   */
  accepts(view: FlatView, addressHigh: number, addressLow: number, length: number): boolean {
    const cells = view.cells;
    let high = addressHigh;
    let low = addressLow;
    for (let left = length; left > 0; ) {
      const at = view.find(high, low);
      if (at === 0) return false;
      const traits = cells[at + traitsField]!;
      let step: number;
      if ((traits & ramBit) !== 0) step = leftInSlot(cells, at, high, low, left);
      else {
        step = accessLength(traits, low, left);
        if (!isAccepted(traits, (low + cells[at + deltaLowField]!) | 0, step)) return false;
      }
      high = sumHigh(high, low, 0, step);
      low = (low + step) | 0;
      left -= step;
    }
    return true;
  }

  /** A decode error of all of a piece, told of what answers its first byte. */
  private reject(
    view: FlatView,
    at: number,
    addressHigh: number,
    addressLow: number,
    size: number,
    sink: WriteSink,
  ): void {
    this.core.flushRam(sink);
    if (at === 0) {
      sink.unassigned(addressHigh, addressLow, size);
      return;
    }
    const cells = view.cells;
    const deltaLow = cells[at + deltaLowField]!;
    const offsetHigh = sumHigh(addressHigh, addressLow, cells[at + deltaHighField]!, deltaLow);
    sink.rejected(cells[at + regionField]!, offsetHigh, (addressLow + deltaLow) | 0, size);
  }
}

/** QEMU 8.1 and later: pieces as long as what is left and the address are aligned to (`int_st_mmio_leN`). */
export class AlignedPieces extends TranslatedStore {
  override get comparesRest(): boolean {
    return true;
  }

  override pieceLength(addressLow: number, left: number): number {
    // Bytes left after the page's end are cut there, each part on its own.
    const inPage = Math.min(left, pageMask + 1 - (addressLow & pageMask));
    const alignment = inPage | (addressLow & 7) | 8;
    return alignment & -alignment;
  }
}

/** QEMU 7.2: a store that is aligned is one piece, any other goes byte by byte (`store_helper_unaligned`). */
export class BytesIfUnaligned extends TranslatedStore {
  override pieceLength(_addressLow: number, left: number, isWhole: boolean): number {
    return isWhole ? left : 1;
  }
}

/** What a way of storing is made of. */
export type CpuStoreWiring = {
  readonly core: MemoryCore;
  readonly cpuStore: 'address-space-write' | 'aligned-pieces' | 'bytes-if-unaligned';
};

export function cpuStoreOf({ core, cpuStore }: CpuStoreWiring): CpuStore {
  switch (cpuStore) {
    case 'address-space-write':
      return new PlainStore(core);
    case 'aligned-pieces':
      return new AlignedPieces(core);
    case 'bytes-if-unaligned':
      return new BytesIfUnaligned(core);
  }
}
