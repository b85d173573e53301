/** The state of a memory map as a string: equal for two maps exactly when no further scenario tells them apart. */

import type { Ioeventfd } from './host/host.ts';
import { KernelHost } from './host/host.ts';
import type { KernelBus } from './host/kernel-bus.ts';
import type { PlacedRange } from './map/flat-view.ts';
import { isAbove, type Region } from './map/region.ts';
import type { Visibility } from './map/visibility.ts';
import type { MemoryMap } from './memory-map.ts';
import type { IoeventfdStore } from './tables/ioeventfd-store.ts';

/**
 * Regions by name, children from the top down, registrations and words sorted: nothing depends on slots, numbers, or
 * the order of creation. Outside a transaction the flat view follows from the tree and from where it was rendered.
 *
 * The texts of parts are kept with the parts until these change, so that a state near one that was asked before costs
 * little.
 */
export function fingerprint(map: MemoryMap, notifierNames: readonly string[]): string {
  const { regions, store, depth, host } = map;
  const isContract = map.profile === 'contract';
  let text = notifierNames.join();
  for (const number of map.regionNames.inOrder()) {
    const region = regions[number]!;
    region.text ??= regionText(region, isContract);
    text += `;${region.text}${store.textOf(number, storedText)}`;
  }
  text += `;${depth},${host.ordinal}`;
  if (depth > 0 && !isContract && map.memoryPending) text += 'p';
  for (const shown of map.shown) {
    if (!isContract) text += `;${shown.root.region?.name ?? ''}@${shown.root.base.toString(16)}`;
    if (depth > 0) text += `;${viewText(shown)}`;
    text += `;${toldText(shown, depth > 0)}`;
  }
  if (host instanceof KernelHost) {
    for (const bus of host.buses) text += `;${busText(bus)}`;
  }
  return text;
}

function regionText(region: Region, isContract: boolean): string {
  const { name, kind, size, createdSize, enabled, container, address, target, targetOffset, priority } =
    region;
  let text = `${name},${kind[0]}${size.toString(16)},${region.traits.toString(36)}${enabled ? '' : '-'}`;
  if (kind === 'ram') text += `,${createdSize.toString(16)}`;
  if (target !== undefined) text += `,${target.name},${targetOffset.toString(16)}`;
  // An unmapped region's own offset is looked at by QEMU's choice of the view's root, and nowhere else.
  if (container !== undefined || !isContract) text += `,@${address.toString(16)}`;
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

function rangeText({ start, end, region, base }: PlacedRange): string {
  return `${start.toString(16)}-${end.toString(16)}:${region.name}-${base.toString(16)}`;
}

/**
 * What the host was told. Outside a transaction the words follow from the tree; but which of them the host refused does
 * not, and of equal words of which one is refused it counts which: the last goes first.
 */
function toldText({ list, mirror }: Visibility, isWithin: boolean): string {
  if (list !== undefined) return isWithin || list.some(({ taken }) => !taken) ? ioeventfdsText(list) : '';
  if (!isWithin && mirror.refused === 0) return '';
  mirror.text ??= ioeventfdsText(mirror.list());
  return mirror.text;
}

function busText(bus: KernelBus): string {
  bus.text ??= ioeventfdsText(bus.entries());
  return bus.text;
}

/** Asserts that the texts that are kept say what would be said anew. */
export function validateTexts(map: MemoryMap): void {
  const isContract = map.profile === 'contract';
  const check = (kept: string | undefined, fresh: () => string) => {
    if (kept !== undefined && kept !== fresh()) throw new Error(`${kept} is kept, ${fresh()} is said anew`);
  };
  for (const region of map.regions) {
    check(region.text, () => regionText(region, isContract));
    const { store } = map;
    check(store.textOf(region.number, storedText), () => storedText(store, region.number));
  }
  for (const { view, mirror } of map.shown) {
    check(view.text, () => view.all().map(rangeText).join());
    check(mirror.text, () => ioeventfdsText(mirror.list()));
  }
  if (map.host instanceof KernelHost) {
    for (const bus of map.host.buses) check(bus.text, () => ioeventfdsText(bus.entries()));
  }
}

/**
 * What follows from the tree of regions and the registrations, as it is kept: flat views, what the host was told and what
 * it counts, orders, windows still to be rendered. In the real dispatcher it adds nothing to the fingerprint; in one that
 * is broken it may be stale.
 */
export function derivedState(map: MemoryMap): string {
  const parts: string[] = [`${map.memoryPending}${map.eventfdPending}${map.host.counts()}`];
  for (const { name, children, enabledChildren, traits, number } of map.regions) {
    parts.push(`${name},${traits},${map.store.probesOf(number)}`);
    const inOrder = children.all().sort((a, b) => a.sequence - b.sequence);
    parts.push(`${inOrder.map((child) => child.name)}`);
    parts.push(
      [...enabledChildren]
        .map((child) => child.name)
        .sort()
        .join(),
    );
  }
  for (const { view, mirror, list, root, dirty } of map.shown) {
    parts.push(`${root.region?.name}@${root.base}${view.asksHost}${mirror.divergence}`);
    for (const { start, end, region, base } of view.all()) {
      parts.push(`${start}-${end}:${region.name}-${base}`);
    }
    const ioeventfds = [
      mirror.list(),
      list ?? [],
      mirror.differences().map(({ ioeventfd, times }) => ({ ...ioeventfd, times })),
    ];
    for (const told of ioeventfds)
      parts.push(
        told
          .map((ioeventfd) => ioeventfdText(ioeventfd) + ('times' in ioeventfd ? ioeventfd.times : ''))
          .join(),
      );
    parts.push(
      dirty.all
        .map(({ start, end }) => `${start}-${end}`)
        .sort()
        .join(),
    );
  }
  return parts.join(';');
}

function storedText(store: IoeventfdStore, region: number): string {
  if (store.isEmpty(region)) return '';
  let text = '';
  store.order.seek(region, 0, 0);
  for (let record = store.order.next(); record >= 0; record = store.order.next()) {
    const [itsRegion, offsetHigh, offsetLow, kind, dataHigh, dataLow] = store.table.key(record);
    if (itsRegion !== region) break;
    const data = (kind & 1) === 1 ? `=${hexOf(dataHigh, dataLow)}` : '';
    text += `|${hexOf(offsetHigh, offsetLow)}/${kind}${data}:${store.notifiers(record).join('+')}`;
  }
  return text;
}

type DescribedIoeventfd = Omit<Ioeventfd, 'taken'> & { readonly taken?: boolean };

function ioeventfdsText(ioeventfds: readonly DescribedIoeventfd[]): string {
  return ioeventfds.map(ioeventfdText).join();
}

function ioeventfdText({
  addressHigh,
  addressLow,
  kind,
  dataHigh,
  dataLow,
  notifier,
  taken,
}: DescribedIoeventfd): string {
  const refused = taken === false ? '!' : '';
  return `${refused}${hexOf(addressHigh, addressLow)}/${kind}=${hexOf(dataHigh, dataLow)}:${notifier}`;
}

/** A number of two halves, in hexadecimal digits, not as `BigInt`s write them: the low half behind a point. */
function hexOf(high: number, low: number): string {
  const digits = (low >>> 0).toString(16);
  return high === 0 ? digits : `${(high >>> 0).toString(16)}.${digits}`;
}
