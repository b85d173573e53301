/** The state of a memory map as a string: equal for two maps exactly when no further scenario tells them apart. */

import type { Decisions } from '../../model/vocabulary/decisions.ts';
import { HeldWords } from './host/held-words.ts';
import type { Held } from './host/host.ts';
import { KernelBus } from './host/kernel-bus.ts';
import type { FlatRange } from './map/flat-range.ts';
import { isAbove, type Region } from './map/region.ts';
import type { Visibility } from './map/visibility.ts';
import type { MemoryMap } from './memory-map.ts';
import { hasData, type Ioeventfd } from './tables/ioeventfd.ts';
import type { IoeventfdStore } from './tables/ioeventfd-store.ts';
import { must } from './tables/must.ts';

/**
 * Regions by name, children from the top down, registrations sorted: nothing depends on slots, numbers, or the order of
 * creation. Outside a transaction the flat view follows from the tree and from where it was rendered.
 *
 * Each part keeps its text until it changes. So the fingerprint of a state close to an earlier one costs little.
 */
export function fingerprint(map: MemoryMap, notifierNames: readonly string[]): string {
  const { regions, store, host, decisions } = map;
  const { depth, memoryPending } = map.transaction;
  const sharesRoot = decisions.root === 'shared';
  let text = notifierNames.join();
  for (const number of map.regionNames.inOrder()) {
    const region = regions[number]!;
    region.text ??= regionText(region, decisions);
    text += `;${region.text}${store.textOf(number, storedText)}`;
  }
  text += `;${depth},${host.ordinal}`;
  if (depth > 0 && sharesRoot && memoryPending) text += 'p';
  for (const shown of map.shown) {
    if (sharesRoot) text += `;${shown.root.region?.name ?? ''}@${shown.root.base.toString(16)}`;
    if (depth > 0) text += `;${viewText(shown)}`;
    text += `;${toldText(shown, depth > 0)}`;
  }
  for (const held of map.held) text += heldText(held, decisions);
  return text;
}

function regionText(region: Region, decisions: Decisions): string {
  const { name, kind, size, createdSize, enabled, container, address, target, targetOffset, priority } =
    region;
  let text = `${name},${kind[0]}${size.toString(16)},${region.traits.toString(36)}${enabled ? '' : '-'}`;
  if (kind === 'ram') text += `,${createdSize.toString(16)}`;
  if (target !== undefined) text += `,${target.name},${targetOffset.toString(16)}`;
  // An unmapped region's own offset is looked at by QEMU's choice of the view's root, and nowhere else.
  if (container !== undefined || decisions.root === 'shared') text += `,@${address.toString(16)}`;
  if (container !== undefined) text += `,${container.name},${priority}`;
  const children = region.children.all();
  if (children.length > 1) {
    children.sort((a, b) => (isAbove(a, b) ? -1 : 1));
    text += `,${children.map((child) => child.name).join('>')}`;
  }
  return text;
}

/** What a space shows, in the middle of a transaction. */
function viewText({ view }: Visibility): string {
  view.text ??= view.all().map(rangeText).join();
  return view.text;
}

function rangeText({ start, end, region, base }: FlatRange): string {
  return `${start.toString(16)}-${end.toString(16)}:${region.name}-${base.toString(16)}`;
}

/**
 * What the host was told. Outside a transaction this follows from the tree, but which registrations the host refused does
 * not. Of equal registrations of which one is refused, it matters which: the last goes first.
 */
function toldText({ list, mirror }: Visibility, isWithin: boolean): string {
  if (list !== undefined) return isWithin || list.some(({ taken }) => !taken) ? ioeventfdsText(list) : '';
  if (!isWithin && mirror.refused === 0) return '';
  mirror.text ??= ioeventfdsText(mirror.list());
  return mirror.text;
}

/**
 * What the host holds, in the order in which it searches: where dispatch asks a host that may hold several matches of a
 * write, or miss one.
 */
function heldText(held: Held, { match, host }: Decisions): string {
  const isAsked = match !== 'region' && host !== 'ideal';
  if (!isAsked || !(held instanceof KernelBus || held instanceof HeldWords)) return '';
  held.text ??= ioeventfdsText(inSearchOrder(held));
  return `;${held.text}`;
}

/** The order of the kernel's bus; of other hosts, by address and then as they were taken. */
function inSearchOrder(held: KernelBus | HeldWords): Ioeventfd[] {
  const entries = held.entries();
  if (held instanceof KernelBus) return entries;
  return entries.sort(
    (a, b) => compareHalf(a.addressHigh, b.addressHigh) || compareHalf(a.addressLow, b.addressLow),
  );
}

function compareHalf(a: number, b: number): number {
  return (a >>> 0) - (b >>> 0);
}

/** Asserts that kept texts equal fresh ones. */
export function validateTexts(map: MemoryMap): void {
  const { decisions } = map;
  const check = (kept: string | undefined, textOf: () => string) => {
    if (kept === undefined) return;
    const fresh = textOf();
    must(kept === fresh, 'the kept text is ', kept, ', a fresh one is ', fresh);
  };
  for (const region of map.regions) {
    check(region.text, () => regionText(region, decisions));
    const { store } = map;
    check(store.textOf(region.number, storedText), () => storedText(store, region.number));
  }
  for (const { view, mirror } of map.shown) {
    check(view.text, () => view.all().map(rangeText).join());
    check(mirror.text, () => ioeventfdsText(mirror.list()));
  }
  for (const held of map.held) {
    if (held instanceof KernelBus || held instanceof HeldWords)
      check(held.text, () => ioeventfdsText(inSearchOrder(held)));
  }
}

function storedText(store: IoeventfdStore, region: number): string {
  if (store.isEmpty(region)) return '';
  let text = '';
  store.order.seek(region, 0, 0);
  for (let record = store.order.next(); record >= 0; record = store.order.next()) {
    const [itsRegion, offsetHigh, offsetLow, kind, dataHigh, dataLow] = store.table.key(record);
    if (itsRegion !== region) break;
    const data = hasData(kind) ? `=${hexOf(dataHigh, dataLow)}` : '';
    text += `|${hexOf(offsetHigh, offsetLow)}/${kind}${data}:${store.notifiers(record).join('+')}`;
  }
  return text;
}

function ioeventfdsText(ioeventfds: readonly Ioeventfd[]): string {
  return ioeventfds.map(ioeventfdText).join();
}

/** A registration as text: marked if it was refused. */
export function ioeventfdText(ioeventfd: Ioeventfd): string {
  const { addressHigh, addressLow, kind, dataHigh, dataLow, notifier, taken } = ioeventfd;
  const refused = taken ? '' : '!';
  return `${refused}${hexOf(addressHigh, addressLow)}/${kind}=${hexOf(dataHigh, dataLow)}:${notifier}`;
}

/** A number of two halves in hexadecimal digits. The low half follows a point, without leading zeros. */
function hexOf(high: number, low: number): string {
  const digits = (low >>> 0).toString(16);
  return high === 0 ? digits : `${(high >>> 0).toString(16)}.${digits}`;
}
