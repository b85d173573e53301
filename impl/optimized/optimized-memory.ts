/**
 * The optimized memory map with its dispatch: what a caller who counts nanoseconds uses.
 *
 *     store ──> flat view's cache ──> simple range, size in the plan, aligned? ──> one probe ──> signal
 *                                 └─ no: the slow path                                    └──> callback
 *
 * Numbers are 32-bit halves: integers whose bits count, not their sign. Nothing is allocated.
 */

import type { ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import type { MemoryCore } from './dispatch/memory-core.ts';
import type { SlowPath } from './dispatch/slow-path.ts';
import type { WriteSink } from './dispatch/write-sink.ts';
import type { HostListener } from './host/host.ts';
import type { cacheFactor, FlatView } from './map/flat-view.ts';
import type {
  deltaLowField,
  headField,
  highField,
  lengthField,
  planCallbackShift,
  planField,
  planSizeShift,
  regionField,
  startLowField,
} from './map/slot.ts';
import { traitsField } from './map/slot.ts';
import { MemoryMap } from './memory-map.ts';
import { type Parts, standardParts } from './parts.ts';
import type { finalFactor, foldShift, headFactor, offsetFactor } from './tables/fast-table.ts';
import { must } from './tables/must.ts';

export class OptimizedMemory extends MemoryMap {
  readonly core: MemoryCore;
  readonly slowPath: SlowPath;
  private readonly memoryView: FlatView;
  private readonly ioView: FlatView;

  /** An empty map of these parts, or a copy of a map of the same parts and header. */
  constructor(
    header: ScenarioHeader,
    listener: HostListener,
    parts: Parts = standardParts,
    original?: OptimizedMemory,
  ) {
    super(header, listener, parts, original);
    const { held, store, target, shown, decisions } = this;
    this.memoryView = shown[0].view;
    this.ioView = shown[1].view;
    const isBusFirst = decisions.match === 'bus';
    const views = [shown[0].view, shown[1].view] as const;
    this.core = parts.core({ target, views, held, store, matches: !isBusFirst });
    const cpuStore = parts.cpuStore({ core: this.core, cpuStore: decisions.cpuStore });
    this.slowPath = parts.slowPath({ core: this.core, cpuStore, bus: isBusFirst ? held : undefined });
  }

  /**
   * A store by the guest's CPU: `size` (1, 2, 4, 8) bytes, the value laid out in the target's byte order. `space`: 0
   * `memory`, 1 `io`. Halves may be signed or unsigned; data wider than `size` are cut. No allocation. Source:
   * `address_space_write`; where the bus is asked first, also the kernel's `kvm_io_bus_write`.
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
    // Numerals, which their types keep equal to what is imported. Compiled code would load an imported constant from
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
    // All integers from here on. A half that is given as an unsigned number would be added in floating point.
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
      this.slowPath.write(space, high, low, size, dataHigh, dataLow, sink);
      return;
    }
    const value = dataLow & (-1 >>> -(size << 3));
    const head = (cells[at + headed]! + ((size << 1) & (plan >> sizePlan))) | 0;
    const data = value & (plan >> 31);
    // The probe of `FastTable`, written out: the compiler limits how much it inlines into one method.
    const { places, shift } = this.store.fast;
    const mask = places.length - 1;
    const sum = (((Math.imul(head, perHead) + Math.imul(offset, perOffset)) | 0) + data) | 0;
    let place = (Math.imul(sum ^ (sum >>> fold), last) >>> shift) & -4;
    for (;;) {
      const entry = places[place + 3]!;
      // Data first: where nothing matches they differ at every place. Whether heads differ depends on whether the place is
      // taken, which no processor predicts (misses: 21 ns with the head first, 14 with the data first).
      if (places[place + 2] === data && places[place + 1] === offset && places[place] === head) {
        sink.signal(entry & 0x7fffffff);
        return;
      }
      // No probe goes on to a later place.
      if (entry >= 0) break;
      place = (place + 4) & mask;
    }
    const region = cells[at + answering]!;
    const valueHigh = size === 8 ? dataHigh | 0 : 0;
    if (((plan >> callbackPlan) & size) !== 0) sink.callback(region, 0, offset, size, valueHigh, value);
    else this.core.call(region, cells[at + traitsField]!, 0, offset, size, valueHigh, value, sink);
  }

  override validate(): void {
    super.validate();
    must(!this.core.hasUnreported, 'bytes were stored in RAM and not reported');
  }

  /** A write by QEMU itself (DMA): 1 to 64 bytes in memory order. Never matched where the bus is asked first (F1). Throws a RangeError. */
  writeBytes(
    space: 0 | 1,
    addressHigh: number,
    addressLow: number,
    bytes: Uint8Array,
    sink: WriteSink,
  ): void {
    const { core } = this;
    if (bytes.length > core.bytes.length) throw new RangeError(`at most ${core.bytes.length} bytes a write`);
    core.bytes.set(bytes);
    core.writeLaidOut(space, addressHigh | 0, addressLow | 0, 0, bytes.length, sink);
    core.flushRam(sink);
  }
}
