/**
 * The change path: the tree of regions, transactions, what a commit renders again, and what the host is told.
 *
 *     operations ──> tree of regions ──> dirty windows ──commit──> flat view ──┐
 *                └─> registrations ─────────────────────────────────────────────┴─> differences ──> host
 *
 * Offsets, sizes and data are `bigint` here. Only the dispatch path counts nanoseconds.
 */

import type { Decisions } from '../../model/vocabulary/decisions.ts';
import { decisionsOf } from '../../model/vocabulary/profiles.ts';
import type { ByteOrder, ErrorCode, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import type { Held, Host, HostListener } from './host/host.ts';
import type { HostMirror } from './host/host-mirror.ts';
import { hostOf } from './host-of.ts';
import { validateMap } from './invariants.ts';
import { checkIoeventfd, type EventfdRules } from './map/eventfd-rules.ts';
import { copiesOf, Region } from './map/region.ts';
import { eachPlace, reaches } from './map/region-graph.ts';
import type { StoreWay } from './map/slot.ts';
import type { Transaction } from './map/transaction.ts';
import type { Visibility } from './map/visibility.ts';
import type { Parts } from './parts.ts';
import { kindOf } from './tables/ioeventfd.ts';
import type { IoeventfdStore } from './tables/ioeventfd-store.ts';
import { must } from './tables/must.ts';
import { Names } from './tables/names.ts';
import { allProbes, type IoOptions, ioTraits, probesShift, ramBit } from './tables/traits.ts';
import { highHalf, lowHalf, spaceEnd } from './tables/wide.ts';

export class MemoryMap {
  readonly decisions: Decisions;
  readonly target: ByteOrder;
  /** By number. */
  readonly regions: Region[];
  readonly regionNames: Names;
  readonly roots: readonly [Region, Region];
  readonly store: IoeventfdStore;
  readonly mirrors: readonly [HostMirror, HostMirror];
  readonly host: Host;
  /** What the host holds, as dispatch asks it. By space. */
  readonly held: readonly [Held, Held];
  /** The spaces' flat views, and which registrations they show. */
  readonly shown: readonly [Visibility, Visibility];
  readonly transaction: Transaction;
  readonly rules: EventfdRules;
  /** The number that was given last to a region that was mapped (`Region.sequence`). */
  lastSequence = 0;
  private readonly windowsOn: Parts['windowsOn'];

  /**
   * An empty map with the roots `memory` (2^64 bytes) and `io` (2^16 bytes), or a copy of a map of the same parts and
   * header.
   */
  constructor(header: ScenarioHeader, listener: HostListener, parts: Parts, original?: MemoryMap) {
    const decisions = decisionsOf(header);
    this.decisions = decisions;
    this.target = header.target ?? 'little';
    this.rules = parts.eventfdRules(decisions);
    this.windowsOn = parts.windowsOn;
    this.store = parts.store(parts.thresholds);
    this.mirrors = [parts.mirror(0, parts.thresholds), parts.mirror(1, parts.thresholds)];
    const { host, held } = hostOf(decisions, header.host ?? {}, this.mirrors, parts);
    this.host = host;
    this.held = held;
    this.regions = original === undefined ? [] : copiesOf(original.regions);
    this.regionNames = new Names(original?.regionNames);
    const [memory, io] = this.regions;
    this.roots = [
      memory ?? this.createContainer('memory', spaceEnd),
      io ?? this.createContainer('io', 1n << 16n),
    ];
    const { roots } = this;
    this.shown = [this.makeVisibility(0, listener, parts), this.makeVisibility(1, listener, parts)];
    this.transaction = parts.transaction({
      roots,
      shown: this.shown,
      decisions,
      viewRootOf: parts.viewRootOf,
    });
    if (original === undefined) this.transaction.start();
    else this.copyFrom(original);
  }

  private makeVisibility(space: 0 | 1, listener: HostListener, parts: Parts): Visibility {
    const { decisions, store, host } = this;
    return parts.visibility({
      store,
      // Where the bus is asked first, no store takes the fast path.
      view: parts.view(
        decisions.match === 'bus' ? 0 : parts.thresholds.fastSizes,
        storeWay(space, decisions),
        parts.thresholds,
      ),
      mirror: this.mirrors[space],
      host,
      listener,
      renderer: parts.renderer(),
      decisions,
    });
  }

  private copyFrom(original: MemoryMap): void {
    this.lastSequence = original.lastSequence;
    this.transaction.copyFrom(original.transaction);
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
    this.transaction.finish();
    return undefined;
  }

  /** `memory_region_del_subregion`. The region keeps its offset. Errors: `kind` (a root), `unmapped`. */
  unmap(region: Region): ErrorCode | undefined {
    if (this.isRoot(region)) return 'kind';
    if (region.container === undefined) return 'unmapped';
    this.detach(region, region.container);
    this.transaction.finish();
    return undefined;
  }

  /** `memory_region_set_enabled`. No effect if the region is in that state already. */
  setEnabled(region: Region, enabled: boolean): void {
    if (region.enabled === enabled) return;
    if (!enabled) this.markRegion(region, 0n, region.size);
    region.enabled = enabled;
    region.text = undefined;
    if (enabled) {
      region.container?.setChildEnabled(region, true);
      this.markRegion(region, 0n, region.size);
    } else region.container?.setChildEnabled(region, false);
    this.transaction.memoryPending = true;
    this.transaction.finish();
  }

  /**
   * `memory_region_set_address`. A region that is moved to another offset is mapped again, on top of its equals. While it is
   * unmapped, only its offset changes.
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
    this.transaction.finish();
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
    this.transaction.memoryPending = true;
    this.transaction.finish();
    return undefined;
  }

  /** `memory_region_set_alias_offset`. Error: `kind` (no alias). */
  retarget(region: Region, targetOffset: bigint): ErrorCode | undefined {
    if (region.target === undefined) return 'kind';
    if (region.targetOffset === targetOffset) return undefined;
    region.targetOffset = targetOffset;
    region.text = undefined;
    this.markRegion(region, 0n, region.size);
    if (region.enabled) this.transaction.memoryPending = true;
    this.transaction.finish();
    return undefined;
  }

  /**
   * `memory_region_add_eventfd`: a write of `size` bytes (0: any) at `offset`, of `data` where given, signals the
   * notifier (R1). Data: the value that the callback would get, or what QEMU keeps of it (R3). Notifiers are
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
    const [dataHigh, dataLow] = this.rules.keptData(region, size, data);
    this.store.add(region.number, highHalf(offset), lowHalf(offset), kind, dataHigh, dataLow, notifier);
    this.changeIoeventfd(region, offset, kind, dataHigh, dataLow, notifier, 1);
    return undefined;
  }

  /**
   * `memory_region_del_eventfd`. Exactly the registration given, or the first that `memory_region_ioeventfd_equal`
   * takes for it (R2). Errors: `kind`, `match`, `absent`.
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
    const [wantedHigh, wantedLow] = this.rules.keptData(region, size, data);
    const record = this.rules.findForDeletion(
      this.store,
      region,
      offset,
      kindOf(size, data !== undefined),
      wantedHigh,
      wantedLow,
    );
    if (record < 0) return 'absent';
    const [, , , kind, dataHigh, dataLow] = this.store.table.key(record);
    const given = this.rules.isLooseMatch(size, kind) ? this.store.table.first(record) : notifier;
    if (!this.store.remove(record, given)) return 'absent';
    this.changeIoeventfd(region, offset, kind, dataHigh, dataLow, given, -1);
    return undefined;
  }

  /** `memory_region_transaction_begin`. */
  begin(): void {
    this.transaction.depth++;
  }

  /** `memory_region_transaction_commit`. Error: `depth`. */
  commit(): ErrorCode | undefined {
    if (this.transaction.depth === 0) return 'depth';
    this.transaction.depth--;
    this.transaction.finish();
    return undefined;
  }

  /** Asserts the invariants of every structure. Slow: for debug runs. */
  validate(): void {
    validateMap(this);
  }

  private changeIoeventfd(
    region: Region,
    offset: bigint,
    kind: number,
    dataHigh: number,
    dataLow: number,
    notifier: number,
    difference: number,
  ): void {
    for (const shown of this.shown) {
      for (const range of shown.view.rangesOf(region.number)) {
        shown.changeIoeventfd(range, offset, kind, dataHigh, dataLow, notifier, difference);
      }
    }
    const traits = (region.traits & ~allProbes) | (this.store.probesOf(region.number) << probesShift);
    if (traits !== region.traits) {
      region.traits = traits;
      region.text = undefined;
      for (const { view } of this.shown) view.refreshTraits(region);
    }
    if (region.enabled) this.transaction.eventfdPending = true;
    this.transaction.finish();
  }

  private enter(region: Region): Region {
    must(this.regionNames.numberOf(region.name) === undefined, 'a region ', region.name, ' exists');
    this.store.reserve(region.number);
    this.regions.push(region);
    this.regionNames.add(region.name);
    return region;
  }

  private isRoot(region: Region): boolean {
    return region === this.roots[0] || region === this.roots[1];
  }

  private attach(region: Region, container: Region): void {
    region.container = container;
    region.sequence = ++this.lastSequence;
    region.text = undefined;
    container.text = undefined;
    container.children.insert(region);
    this.childChanged(region, container);
    if (region.enabled) container.setChildEnabled(region, true);
  }

  private detach(region: Region, container: Region): void {
    this.childChanged(region, container);
    container.children.remove(region);
    container.setChildEnabled(region, false);
    region.container = undefined;
    region.text = undefined;
    container.text = undefined;
  }

  private childChanged(region: Region, container: Region): void {
    if (!region.enabled || !container.enabled) return;
    this.transaction.memoryPending = true;
    this.markRegion(container, region.address, region.address + region.size);
  }

  /** Marks every address at which [start, end) of a region can be visible: it is rendered at the next commit. */
  private markRegion(first: Region, start: bigint, end: bigint): void {
    eachPlace({ region: first, start, end }, this.windowsOn, (region, from, to) => {
      for (const shown of this.shown) {
        if (shown.root.region === region) shown.markDirty(from + shown.root.base, to + shown.root.base);
      }
    });
  }
}

/** How a CPU's store reaches what answers in a space. */
function storeWay(space: 0 | 1, { cpuStore }: Decisions): StoreWay {
  if (cpuStore === 'address-space-write') return 'cut';
  return space === 0 ? 'paged' : 'whole';
}
