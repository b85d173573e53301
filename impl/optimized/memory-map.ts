/**
 * The change path: the tree of regions, transactions, what a commit renders anew, and what the host is told.
 *
 *     operations ──> tree of regions ──> dirty windows ──commit──> flat view ──┐
 *                └─> registrations ─────────────────────────────────────────────┴─> differences ──> host
 *
 * Offsets, sizes and data are `bigint` here; only the dispatch path counts nanoseconds.
 */

import { requireProfile } from '../../model/vocabulary/profiles.ts';
import type {
  ByteOrder,
  ErrorCode,
  HostOptions,
  Profile,
  ScenarioHeader,
} from '../../model/vocabulary/vocabulary.ts';
import { EmulatedHost, type Host, type HostListener, KernelHost, PromisedHost } from './host/host.ts';
import { HostMirror } from './host/host-mirror.ts';
import { copiesOf, Region } from './map/region.ts';
import { eachPlace, flatViewRoot, reaches } from './map/region-graph.ts';
import { type ViewRoot, Visibility } from './map/visibility.ts';
import { checkIoeventfd, validateMap } from './map-checks.ts';
import { IoeventfdStore, kindOf } from './tables/ioeventfd-store.ts';
import { Names } from './tables/names.ts';
import {
  allProbes,
  type IoOptions,
  ioTraits,
  probesShift,
  ramBit,
  swappedBit,
  swappedHigh,
  swappedLow,
} from './tables/traits.ts';
import { highHalf, lowHalf, spaceEnd } from './tables/wide.ts';

export class MemoryMap {
  readonly profile: Profile;
  readonly target: ByteOrder;
  readonly regions: Region[];
  readonly regionNames: Names;
  readonly roots: readonly [Region, Region];
  readonly store = this.makeStore();
  readonly mirrors: readonly [HostMirror, HostMirror] = [this.makeMirror(0), this.makeMirror(1)];
  readonly host: Host;
  /** The spaces' flat views, and which words they show. */
  readonly shown: readonly [Visibility, Visibility];
  /** Nested `begin`s not yet committed. */
  depth = 0;
  /** `memory_region_update_pending` and `ioeventfd_update_pending`. */
  memoryPending = false;
  eventfdPending = false;
  protected sequence = 0;

  /** An empty map with the roots `memory` (2^64 bytes) and `io` (2^16 bytes); or a copy of a map of this class and header. */
  constructor(header: ScenarioHeader, listener: HostListener, original?: MemoryMap) {
    this.profile = requireProfile(header.profile ?? 'contract');
    this.target = header.target ?? 'little';
    this.host = this.makeHost(header.host ?? {});
    this.regions = original === undefined ? [] : copiesOf(original.regions);
    this.regionNames = new Names(original?.regionNames);
    const [memory, io] = this.regions;
    this.roots = [
      memory ?? this.createContainer('memory', spaceEnd),
      io ?? this.createContainer('io', 1n << 16n),
    ];
    this.shown = [this.makeVisibility(0, listener), this.makeVisibility(1, listener)];
    if (original === undefined) {
      this.shown[0].startAt(this.findViewRoot(this.roots[0]));
      this.shown[1].startAt(this.findViewRoot(this.roots[1]));
    } else this.copyFrom(original);
  }

  private copyFrom(original: MemoryMap): void {
    this.depth = original.depth;
    this.memoryPending = original.memoryPending;
    this.eventfdPending = original.eventfdPending;
    this.sequence = original.sequence;
    this.store.copyFrom(original.store);
    this.host.copyFrom(original.host);
    for (const space of [0, 1] as const) {
      this.mirrors[space].copyFrom(original.mirrors[space]);
      this.shown[space].copyFrom(original.shown[space], this.regions);
    }
  }

  regionNamed(name: string): Region | undefined {
    const number = this.regionNames.numberOf(name);
    return number === undefined ? undefined : this.regions[number];
  }

  /** `memory_region_init_io`. Size in bytes, 0 to 2^64. The name must be free. */
  createIo(name: string, size: bigint, options: IoOptions = {}): Region {
    return this.enter(new Region(this.regions.length, name, 'io', size, ioTraits(options, this.target)));
  }

  /** `memory_region_init_ram`. Size in bytes, 0 to 2^64. The name must be free. */
  createRam(name: string, size: bigint): Region {
    return this.enter(new Region(this.regions.length, name, 'ram', size, ramBit));
  }

  /** `memory_region_init`. Size in bytes, 0 to 2^64. The name must be free. */
  createContainer(name: string, size: bigint): Region {
    return this.enter(new Region(this.regions.length, name, 'container', size));
  }

  /** `memory_region_init_alias`: a window of `size` bytes on `target`, from `targetOffset` on. The name must be free. */
  createAlias(name: string, size: bigint, target: Region, targetOffset = 0n): Region {
    return this.enter(new Region(this.regions.length, name, 'alias', size, 0, target, targetOffset));
  }

  /**
   * `memory_region_add_subregion_overlap`. Offset in the container, bytes. Among equal priorities the region mapped
   * last lies on top (D5). Errors: `kind` (into an alias; a root), `mapped`, `cycle`.
   */
  map(region: Region, container: Region, offset: bigint, priority = 0): ErrorCode | undefined {
    if (container.kind === 'alias' || this.isRoot(region)) return 'kind';
    if (region.container !== undefined) return 'mapped';
    if (reaches(region, container)) return 'cycle';
    region.address = offset;
    region.priority = priority;
    this.attach(region, container);
    this.finish();
    return undefined;
  }

  /** `memory_region_del_subregion`. The region keeps its offset. Errors: `kind` (a root), `unmapped`. */
  unmap(region: Region): ErrorCode | undefined {
    if (this.isRoot(region)) return 'kind';
    if (region.container === undefined) return 'unmapped';
    this.detach(region, region.container);
    this.finish();
    return undefined;
  }

  /** `memory_region_set_enabled`; no effect where it is so already. */
  setEnabled(region: Region, enabled: boolean): void {
    if (region.enabled === enabled) return;
    if (!enabled) this.markRegion(region, 0n, region.size);
    region.enabled = enabled;
    region.text = undefined;
    if (enabled) {
      region.container?.setChildEnabled(region, true);
      this.markRegion(region, 0n, region.size);
    } else region.container?.setChildEnabled(region, false);
    this.memoryPending = true;
    this.finish();
  }

  /**
   * `memory_region_set_address`. A region that is moved to another offset is mapped anew, on top of its equals; while
   * it is unmapped only its offset changes.
   */
  move(region: Region, offset: bigint): void {
    if (region.address === offset) return;
    const container = region.container;
    if (container === undefined) {
      region.address = offset;
      region.text = undefined;
      return;
    }
    this.detach(region, container);
    region.address = offset;
    this.attach(region, container);
    this.finish();
  }

  /** `memory_region_set_size`. Bytes. Error: `size` (ram beyond what it was created with). */
  resize(region: Region, size: bigint): ErrorCode | undefined {
    if (region.kind === 'ram' && size > region.createdSize) return 'size';
    const old = region.size;
    if (old === size) return undefined;
    const container = region.container;
    container?.children.remove(region);
    region.size = old > size ? old : size;
    this.markRegion(region, old < size ? old : size, region.size);
    region.size = size;
    region.text = undefined;
    container?.children.insert(region);
    this.memoryPending = true;
    this.finish();
    return undefined;
  }

  /** `memory_region_set_alias_offset`. Error: `kind` (no alias). */
  retarget(region: Region, targetOffset: bigint): ErrorCode | undefined {
    if (region.target === undefined) return 'kind';
    if (region.targetOffset === targetOffset) return undefined;
    region.targetOffset = targetOffset;
    region.text = undefined;
    this.markRegion(region, 0n, region.size);
    if (region.enabled) this.memoryPending = true;
    this.finish();
    return undefined;
  }

  /**
   * `memory_region_add_eventfd`: a write of `size` bytes (0: any) at `offset`, of `data` where given, signals the
   * notifier (R1). Data: the value that the callback would get; tcg and kvm keep it as QEMU does (R3). Notifiers are
   * numbers in the order in which they were first named. Errors: `kind` (no io region), `match`.
   */
  addEventfd(
    region: Region,
    offset: bigint,
    size: number,
    data: bigint | undefined,
    notifier: number,
  ): ErrorCode | undefined {
    const error = checkIoeventfd(region, offset, size, data);
    if (error !== undefined) return error;
    const kind = kindOf(size, data !== undefined);
    const [dataHigh, dataLow] = this.keptData(region, size, data);
    this.store.add(region.number, highHalf(offset), lowHalf(offset), kind, dataHigh, dataLow, notifier);
    this.changeIoeventfd(region, offset, kind, dataHigh, dataLow, notifier, 1);
    return undefined;
  }

  /**
   * `memory_region_del_eventfd`. `contract`: exactly the registration given (R2); tcg and kvm: the first that
   * `memory_region_ioeventfd_equal` takes for it. Errors: `kind`, `match`, `absent`.
   */
  deleteEventfd(
    region: Region,
    offset: bigint,
    size: number,
    data: bigint | undefined,
    notifier: number,
  ): ErrorCode | undefined {
    const error = checkIoeventfd(region, offset, size, data);
    if (error !== undefined) return error;
    const [wantedHigh, wantedLow] = this.keptData(region, size, data);
    const record = this.findForDeletion(
      region,
      offset,
      kindOf(size, data !== undefined),
      wantedHigh,
      wantedLow,
    );
    if (record < 0) return 'absent';
    const [, , , kind, dataHigh, dataLow] = this.store.table.key(record);
    const given = this.isLooseMatch(size, kind) ? this.store.table.first(record) : notifier;
    if (!this.store.remove(record, given)) return 'absent';
    this.changeIoeventfd(region, offset, kind, dataHigh, dataLow, given, -1);
    return undefined;
  }

  /** `memory_region_transaction_begin`. */
  begin(): void {
    this.depth++;
  }

  /** `memory_region_transaction_commit`. Error: `depth`. */
  commit(): ErrorCode | undefined {
    if (this.depth === 0) return 'depth';
    this.depth--;
    this.finish();
    return undefined;
  }

  /** Asserts the invariants of every structure. Slow: for debug runs. */
  validate(): void {
    validateMap(this);
  }

  // What a map is made of, each in a method of its own: whoever derives from this class can put another part in.
  // They are called while the map is constructed.

  protected makeStore(): IoeventfdStore {
    return new IoeventfdStore();
  }

  protected makeMirror(space: 0 | 1): HostMirror {
    return new HostMirror(space);
  }

  protected makeHost(options: HostOptions): Host {
    if (this.profile === 'tcg') return new EmulatedHost();
    return this.profile === 'kvm' ? new KernelHost(options) : new PromisedHost(options, this.mirrors);
  }

  protected makeVisibility(space: 0 | 1, listener: HostListener): Visibility {
    const toldByAnyByte = this.profile !== 'contract';
    return new Visibility(this.store, this.mirrors[space], this.host, listener, toldByAnyByte);
  }

  /** Where a space is rendered from: its root; tcg and kvm go down to the only child, as QEMU does ("The map"). */
  protected findViewRoot(root: Region): ViewRoot {
    if (this.profile === 'contract') return { region: root, base: 0n };
    const region = flatViewRoot(root);
    return { region, base: region?.address ?? 0n };
  }

  /** Data as kept and compared: `contract` as given; else swapped where device and target byte order differ (R3, R4). */
  protected keptData(region: Region, size: number, data = 0n): readonly [number, number] {
    const high = highHalf(data);
    const low = lowHalf(data);
    const swaps = this.profile !== 'contract' && size > 1 && (region.traits & swappedBit) !== 0;
    return swaps ? [swappedHigh(size, low), swappedLow(size, high, low)] : [high, low];
  }

  /** Whether a registration of this kind goes for any deletion of that size at its offset. */
  protected isLooseMatch(size: number, kind: number): boolean {
    return this.profile !== 'contract' && (size === 0 || kind === 0);
  }

  /** The record that a deletion means, or -1. */
  protected findForDeletion(
    region: Region,
    offset: bigint,
    kind: number,
    dataHigh: number,
    dataLow: number,
  ): number {
    const [offsetHigh, offsetLow] = [highHalf(offset), lowHalf(offset)];
    const first = this.store.firstAt(region.number, offsetHigh, offsetLow);
    if (first >= 0 && this.isLooseMatch(kind >>> 1, this.store.table.key(first)[3])) return first;
    return this.store.table.find(region.number, offsetHigh, offsetLow, kind, dataHigh, dataLow);
  }

  protected changeIoeventfd(
    region: Region,
    offset: bigint,
    kind: number,
    dataHigh: number,
    dataLow: number,
    notifier: number,
    difference: number,
  ): void {
    const ioeventfd = { offset, kind, dataHigh, dataLow, notifier };
    for (const place of region.places[0]) this.shown[0].changeIoeventfd(place, ioeventfd, difference);
    for (const place of region.places[1]) this.shown[1].changeIoeventfd(place, ioeventfd, difference);
    const traits = (region.traits & ~allProbes) | (this.store.probesOf(region.number) << probesShift);
    if (traits !== region.traits) {
      region.traits = traits;
      region.text = undefined;
      for (const { view } of this.shown) view.refreshTraits(region);
    }
    if (region.enabled) this.eventfdPending = true;
    this.finish();
  }

  protected enter(region: Region): Region {
    if (this.regionNames.numberOf(region.name) !== undefined)
      throw new Error(`a region ${region.name} exists`);
    this.store.reserve(region.number);
    this.regions.push(region);
    this.regionNames.add(region.name);
    return region;
  }

  private isRoot(region: Region): boolean {
    return region === this.roots[0] || region === this.roots[1];
  }

  protected attach(region: Region, container: Region): void {
    region.container = container;
    region.sequence = ++this.sequence;
    region.text = undefined;
    container.text = undefined;
    container.children.insert(region);
    this.childChanged(region, container);
    if (region.enabled) container.setChildEnabled(region, true);
  }

  protected detach(region: Region, container: Region): void {
    this.childChanged(region, container);
    container.children.remove(region);
    container.setChildEnabled(region, false);
    region.container = undefined;
    region.text = undefined;
    container.text = undefined;
  }

  protected childChanged(region: Region, container: Region): void {
    if (!region.enabled || !container.enabled) return;
    this.memoryPending = true;
    this.markRegion(container, region.address, region.address + region.size);
  }

  /** Marks every address at which [start, end) of a region can be seen as to be rendered anew. */
  protected markRegion(first: Region, start: bigint, end: bigint): void {
    const windowsOn = (region: Region) => this.windowsOn(region);
    eachPlace({ region: first, start, end }, windowsOn, (region, from, to) => {
      for (const shown of this.shown) {
        if (shown.root.region === region) shown.markDirty(from + shown.root.base, to + shown.root.base);
      }
    });
  }

  /** The aliases that show a region. */
  protected windowsOn(region: Region): readonly Region[] {
    return region.aliases;
  }

  /** Ends an operation: the outermost one brings views and host up to date (H1). */
  protected finish(): void {
    if (this.depth === 0) this.bringUpToDate();
    if (this.profile !== 'contract') return;
    for (const { view, mirror } of this.shown) view.asksHost = mirror.divergence !== 0;
  }

  protected bringUpToDate(): void {
    if (this.memoryPending) {
      this.shown[0].update(this.findViewRoot(this.roots[0]));
      this.shown[1].update(this.findViewRoot(this.roots[1]));
    }
    if (this.memoryPending || this.eventfdPending) {
      this.shown[0].tellHost();
      this.shown[1].tellHost();
    }
    this.memoryPending = false;
    this.eventfdPending = false;
  }
}
