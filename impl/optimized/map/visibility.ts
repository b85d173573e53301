/**
 * What one address space shows: its flat view, the words visible in it, and the differences that the host is to hear.
 *
 * A word is visible at each place where the first byte answers (H2). tcg and kvm also tell the host of words that begin
 * before a range and reach into it; while there is one, the host's changes come from QEMU's full list (`host-list`).
 */

import type { Host, HostListener, Ioeventfd } from '../host/host.ts';
import type { HostMirror } from '../host/host-mirror.ts';
import { type IoeventfdStore, sizeOf } from '../tables/ioeventfd-store.ts';
import { greater, highHalf, lesser, lowHalf, spaceEnd } from '../tables/wide.ts';
import { DirtyWindows } from './dirty-windows.ts';
import { type FlatRange, FlatView, isSame, joined, type PlacedRange } from './flat-view.ts';
import { countStraddling, listIoeventfds, mergeLists, straddles, walkIoeventfds } from './ioeventfd-list.ts';
import type { Region } from './region.ts';
import { Renderer, render } from './render.ts';

/** From where a space is rendered: a region, and the address of its offset 0. */
export type ViewRoot = { readonly region: Region | undefined; readonly base: bigint };

/** A registered word of a region; `kind` is size and "with data". */
export type RegionIoeventfd = {
  readonly offset: bigint;
  readonly kind: number;
  readonly dataHigh: number;
  readonly dataLow: number;
  readonly notifier: number;
};

export class Visibility {
  readonly view: FlatView;
  readonly mirror: HostMirror;
  /** What the view was last rendered from. */
  root: ViewRoot = { region: undefined, base: 0n };
  /** QEMU's list as last told, kept only while its order is not the mirror's. */
  list: Ioeventfd[] | undefined;
  protected readonly store: IoeventfdStore;
  protected readonly host: Host;
  protected readonly listener: HostListener;
  protected readonly toldByAnyByte: boolean;
  /** Words that stick out of their range to the left. */
  protected straddling = 0;
  readonly dirty = new DirtyWindows();
  private readonly renderer = this.makeRenderer();

  constructor(
    store: IoeventfdStore,
    mirror: HostMirror,
    host: Host,
    listener: HostListener,
    toldByAnyByte: boolean,
  ) {
    this.view = this.makeView(mirror.space);
    this.store = store;
    this.mirror = mirror;
    this.host = host;
    this.listener = listener;
    this.toldByAnyByte = toldByAnyByte;
  }

  /** The root of an empty map. */
  startAt(root: ViewRoot): void {
    this.root = root;
  }

  /** Notes that [start, end) may show something else at the next commit. */
  markDirty(start: bigint, end: bigint): void {
    this.dirty.add(start, end);
  }

  /** A registration of a region came (+1) or went (-1): notes it for one place where the region answers. */
  changeIoeventfd(place: PlacedRange, ioeventfd: RegionIoeventfd, difference: number): void {
    const { offset, kind, dataHigh, dataLow, notifier } = ioeventfd;
    const address = offset + place.base;
    if (address >= place.start) {
      if (address >= place.end) return;
      this.mirror.adjust(highHalf(address), lowHalf(address), kind, dataHigh, dataLow, notifier, difference);
    } else if (this.toldByAnyByte && straddles(place, offset, sizeOf(kind))) {
      place.straddling += difference;
      this.straddling += difference;
    }
  }

  /** Renders what is dirty; all, if the view has another root than before. */
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
      if (count !== range.straddling) throw new Error(`${range.region.name}: ${count} words straddle`);
      straddling += count;
    }
    if (straddling !== this.straddling) throw new Error('the count of straddling words is wrong');
    if (this.mirror.isSettled && this.straddling === 0) this.validateMirror();
  }

  /** Asserts that the view is what rendering the whole space gives. Only true outside a transaction. */
  validateRendered(): void {
    const { region, base } = this.root;
    const whole = region === undefined ? [] : joined(render(region, base, 0n, spaceEnd));
    const ranges = this.view.all();
    const same = whole.length === ranges.length && whole.every((range, i) => isSame(range, ranges[i]));
    if (!same) throw new Error(`${ranges.length} ranges in the view, ${whole.length} when rendered anew`);
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

  private validateMirror(): void {
    const expected = listIoeventfds(this.view.all(), this.store, this.toldByAnyByte);
    const told = this.mirror.list();
    const same =
      expected.length === told.length &&
      expected.every((ioeventfd, i) => isSameIoeventfd(ioeventfd, told[i]));
    if (!same) throw new Error(`${told.length} words told, ${expected.length} visible`);
  }

  protected makeView(space: 0 | 1): FlatView {
    return new FlatView(space);
  }

  protected makeRenderer(): Renderer {
    return new Renderer();
  }

  /** QEMU's list of what is visible now. */
  protected listIoeventfds(): Ioeventfd[] {
    return listIoeventfds(this.view.all(), this.store);
  }

  /** Notes the words of whatever differs between two lists of pieces of one window. */
  protected compare(old: readonly FlatRange[], fresh: readonly FlatRange[]): void {
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
      // The stretch ends where either list changes.
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

  protected changeIoeventfds(
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

function isSameIoeventfd(a: Ioeventfd, b: Ioeventfd | undefined): boolean {
  return (
    b !== undefined &&
    a.addressHigh === b.addressHigh &&
    a.addressLow === b.addressLow &&
    a.kind === b.kind &&
    a.dataHigh === b.dataHigh &&
    a.dataLow === b.dataLow &&
    a.notifier === b.notifier
  );
}
