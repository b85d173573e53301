/**
 * What one address space shows: its flat view, the registrations visible in it, and the differences that the host is to
 * hear.
 *
 * A registration is visible at each place where its first byte answers (H2). With the decision `any-byte` the host is also
 * told of those that begin before a range and reach into it. While there is one, the host's changes come from QEMU's full
 * list (`ioeventfd-list.ts`).
 */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { Host, HostListener } from '../host/host.ts';
import type { HostMirror } from '../host/host-mirror.ts';
import { compareIoeventfds, type Ioeventfd, isSameIoeventfd, sizeOf } from '../tables/ioeventfd.ts';
import type { IoeventfdStore } from '../tables/ioeventfd-store.ts';
import { must } from '../tables/must.ts';
import { greater, highHalf, lesser, lowHalf, spaceEnd } from '../tables/wide.ts';
import { DirtyWindows } from './dirty-windows.ts';
import type { FlatRange, PlacedRange } from './flat-range.ts';
import type { FlatView } from './flat-view.ts';
import { countStraddling, listIoeventfds, mergeLists, straddles, walkIoeventfds } from './ioeventfd-list.ts';
import type { Region } from './region.ts';
import type { Renderer } from './render.ts';
import type { ViewRoot } from './view-root.ts';

/** What a space's visibility works with. */
export type VisibilityWiring = {
  readonly store: IoeventfdStore;
  readonly view: FlatView;
  readonly mirror: HostMirror;
  readonly host: Host;
  readonly listener: HostListener;
  readonly renderer: Renderer;
  readonly decisions: Decisions;
};

export class Visibility {
  readonly view: FlatView;
  readonly mirror: HostMirror;
  /** What the view was last rendered from. */
  root: ViewRoot = { region: undefined, base: 0n };
  /** QEMU's list as last told. Kept only while its order is not the mirror's. */
  list: Ioeventfd[] | undefined;
  readonly dirty = new DirtyWindows();
  private readonly store: IoeventfdStore;
  private readonly host: Host;
  private readonly listener: HostListener;
  private readonly renderer: Renderer;
  /** Whether the host is told of a registration of which any byte is visible, not only of one whose first byte is. */
  private readonly toldByAnyByte: boolean;
  /** Whether QEMU's list is sorted before it is compared with the last one. */
  private readonly sortsList: boolean;
  /** Whether the host may hold several matches of a write, or miss one that it holds. */
  private readonly isOwnWay: boolean;
  /** Registrations that begin before their range and reach into it. */
  private straddling = 0;

  constructor(wiring: VisibilityWiring) {
    this.view = wiring.view;
    this.store = wiring.store;
    this.mirror = wiring.mirror;
    this.host = wiring.host;
    this.listener = wiring.listener;
    this.renderer = wiring.renderer;
    const { visibility, hostChanges, host } = wiring.decisions;
    this.toldByAnyByte = visibility === 'any-byte';
    this.sortsList = hostChanges === 'deletions-first';
    this.isOwnWay = host !== 'ideal';
  }

  /** Whether the host may match a write otherwise than the registrations of what answers do. */
  get differsFromHost(): boolean {
    return this.isOwnWay || this.mirror.divergence !== 0 || this.straddling !== 0 || this.list !== undefined;
  }

  /** Notes that [start, end) may show something else at the next commit. */
  markDirty(start: bigint, end: bigint): void {
    this.dirty.add(start, end);
  }

  /** A registration of a region was added (+1) or deleted (-1): notes it for one range in which the region answers. */
  changeIoeventfd(
    range: PlacedRange,
    offset: bigint,
    kind: number,
    dataHigh: number,
    dataLow: number,
    notifier: number,
    difference: number,
  ): void {
    const address = offset + range.base;
    if (address >= range.start) {
      if (address >= range.end) return;
      this.mirror.adjust(highHalf(address), lowHalf(address), kind, dataHigh, dataLow, notifier, difference);
    } else if (this.toldByAnyByte && straddles(range, offset, sizeOf(kind))) {
      range.straddling += difference;
      this.straddling += difference;
    }
  }

  /** Renders what is dirty, or everything if the view has another root than before. */
  update(root: ViewRoot): void {
    if (root.region !== this.root.region || root.base !== this.root.base) this.dirty.addAll();
    this.root = root;
    for (const { start, end } of this.dirty.take()) {
      const fresh = root.region === undefined ? [] : this.renderer.render(root.region, root.base, start, end);
      this.compare(this.view.within(start, end), fresh);
      const { gone, come } = this.view.replace(start, end, fresh);
      if (!this.toldByAnyByte) continue;
      for (const range of gone) this.straddling -= range.straddling;
      for (const range of come) {
        range.straddling = countStraddling(range, this.store);
        this.straddling += range.straddling;
      }
    }
  }

  /** Tells the host what has changed since it was last told (H1). */
  tellHost(): void {
    if (this.list === undefined && this.straddling === 0) {
      this.mirror.settle(this.host, this.listener);
      return;
    }
    const old = this.list ?? this.mirror.list();
    const fresh = this.listIoeventfds();
    mergeLists(this.mirror.space, old, fresh, this.host, this.listener);
    const isSorted = this.straddling === 0;
    this.mirror.adopt(isSorted ? fresh : undefined);
    this.list = isSorted ? undefined : fresh;
  }

  /** Asserts the invariants of view and mirror, and that the mirror shows what the view does. */
  validate(): void {
    this.view.validate();
    this.mirror.validate(this.list === undefined);
    let straddling = 0;
    for (const range of this.view.all()) {
      const count = this.toldByAnyByte ? countStraddling(range, this.store) : 0;
      must(count === range.straddling, range.region.name, ': ', count, ' registrations straddle');
      straddling += count;
    }
    must(straddling === this.straddling, 'the count of straddling registrations is wrong');
    this.validateMirror();
  }

  /** Asserts that the host was told of all that is visible. Only true outside a transaction. */
  validateTold(): void {
    const { list, mirror, dirty, straddling } = this;
    must(dirty.all.length === 0, 'windows are dirty outside a transaction');
    must(mirror.isSettled, 'the host was not told of everything');
    must(
      (list === undefined) === (straddling === 0),
      "QEMU's list is kept without need, or not where it is needed",
    );
    if (list === undefined) return;
    const fresh = this.listIoeventfds();
    const isSame = list.length === fresh.length && list.every((one, i) => isSameIoeventfd(one, fresh[i]!));
    must(isSame, "QEMU's list is not what is visible");
  }

  /** What rendering the whole space gives. */
  renderWhole(): FlatRange[] {
    const { region, base } = this.root;
    return region === undefined ? [] : this.renderer.render(region, base, 0n, spaceEnd);
  }

  /** Becomes a copy of another space's visibility, whose regions these are copies of, by number. */
  copyFrom(other: Visibility, regions: readonly Region[]): void {
    const { region, base } = other.root;
    this.view.copyFrom(other.view, regions);
    this.root = { region: region && regions[region.number], base };
    // A list is replaced, never changed.
    this.list = other.list;
    this.straddling = other.straddling;
    this.dirty.copyFrom(other.dirty);
  }

  /** What the mirror was told, with the differences on their way, is what is visible by its first byte. */
  private validateMirror(): void {
    const counts = new Map<string, number>();
    const count = (ioeventfd: Ioeventfd, times: number) => {
      const { addressHigh, addressLow, kind, dataHigh, dataLow, notifier } = ioeventfd;
      const key = [addressHigh, addressLow, kind, dataHigh, dataLow, notifier].join();
      counts.set(key, (counts.get(key) ?? 0) + times);
    };
    for (const ioeventfd of this.mirror.list()) count(ioeventfd, 1);
    for (const { ioeventfd, times } of this.mirror.differences()) count(ioeventfd, times);
    for (const ioeventfd of listIoeventfds(this.view.all(), this.store, false)) count(ioeventfd, -1);
    for (const [key, times] of counts)
      must(times === 0, 'registration ', key, ': ', times, ' too many in the mirror');
  }

  /** QEMU's list of what is visible now; sorted, where the host's changes are told deletions first. */
  listIoeventfds(): Ioeventfd[] {
    const list = listIoeventfds(this.view.all(), this.store);
    return this.sortsList ? list.sort(compareIoeventfds) : list;
  }

  /** Notes the registrations of whatever differs between two lists of ranges of one window. */
  private compare(old: readonly FlatRange[], fresh: readonly FlatRange[]): void {
    let i = 0;
    let j = 0;
    let at = 0n;
    while (i < old.length || j < fresh.length) {
      const before = old[i];
      const after = fresh[j];
      const beforeStart = before === undefined ? spaceEnd : greater(before.start, at);
      const afterStart = after === undefined ? spaceEnd : greater(after.start, at);
      const start = lesser(beforeStart, afterStart);
      const leaves = before !== undefined && beforeStart === start;
      const enters = after !== undefined && afterStart === start;
      // What is compared ends where either list changes.
      let end = spaceEnd;
      if (before !== undefined) end = leaves ? before.end : beforeStart;
      if (after !== undefined) end = lesser(end, enters ? after.end : afterStart);
      const stays = leaves && enters && before.region === after.region && before.base === after.base;
      if (leaves && !stays) this.changeIoeventfds(before, start, end, -1);
      if (enters && !stays) this.changeIoeventfds(after, start, end, 1);
      if (leaves && before.end === end) i++;
      if (enters && after.end === end) j++;
      at = end;
    }
  }

  private changeIoeventfds(
    { region, base }: FlatRange,
    start: bigint,
    end: bigint,
    difference: number,
  ): void {
    if (this.store.isEmpty(region.number)) return;
    walkIoeventfds(this.store, region.number, start - base, end - base, (record, offset) => {
      const address = offset + base;
      const [, , , kind, dataHigh, dataLow] = this.store.table.key(record);
      for (const notifier of this.store.notifiers(record)) {
        this.mirror.adjust(
          highHalf(address),
          lowHalf(address),
          kind,
          dataHigh,
          dataLow,
          notifier,
          difference,
        );
      }
    });
  }
}
