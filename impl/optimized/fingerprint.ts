/** The state of a memory map as a string: equal for two maps exactly when no further history tells them apart. */

import type { Word } from './host.ts';
import { KernelHost } from './host.ts';
import type { MemoryMap } from './memory-map.ts';
import { isAbove, type Region } from './region.ts';
import { join } from './wide.ts';

/**
 * Regions by name, children from the top down, registrations and words sorted: nothing depends on slots, numbers, or
 * the order of creation. Outside a transaction the flat view follows from the tree and from where it was rendered.
 */
export function fingerprint(map: MemoryMap, notifierNames: readonly string[]): string {
  const isContract = map.profile === 'contract';
  const parts: string[] = [notifierNames.join()];
  const regions = [...map.regions].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const region of regions) parts.push(describeRegion(map, region, isContract));
  parts.push(`${map.depth},${map.host.ordinal}`);
  if (map.depth > 0 && !isContract) parts.push(map.memoryPending ? 'pending' : '');
  for (const shown of map.shown) {
    if (!isContract) parts.push(`${shown.root.region?.name ?? ''}@${shown.root.base.toString(16)}`);
    if (map.depth > 0) {
      const pieces = shown.view
        .all()
        .map(
          ({ start, end, region, base }) =>
            `${start.toString(16)}-${end.toString(16)}:${region.name}-${base.toString(16)}`,
        );
      parts.push(pieces.join());
    }
    const words = shown.list ?? shown.mirror.list();
    parts.push(
      words
        .filter((word) => map.depth > 0 || !word.taken)
        .map(describeWord)
        .join(),
    );
  }
  if (map.host instanceof KernelHost) {
    for (const bus of map.host.buses) parts.push(bus.entries().map(describeWord).join());
  }
  return parts.join(';');
}

function describeRegion(map: MemoryMap, region: Region, isContract: boolean): string {
  const { name, kind, size, createdSize, enabled, container, address, target, targetOffset, priority } =
    region;
  const fields = [name, kind, size.toString(16), region.traits, enabled ? 1 : 0];
  if (kind === 'ram') fields.push(createdSize.toString(16));
  if (target !== undefined) fields.push(target.name, targetOffset.toString(16));
  // An unmapped region's own offset is looked at by QEMU's choice of the view's root, and nowhere else.
  if (container !== undefined || !isContract) fields.push(`@${address.toString(16)}`);
  if (container !== undefined) fields.push(container.name, priority);
  const children = region.children.all();
  if (children.length > 1) {
    children.sort((a, b) => (isAbove(a, b) ? -1 : 1));
    fields.push(children.map((child) => child.name).join('>'));
  }
  return fields.join(',') + describeRegistrations(map, region);
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
    const words = [
      mirror.list(),
      list ?? [],
      mirror.differences().map(({ word, times }) => ({ ...word, times })),
    ];
    for (const told of words)
      parts.push(told.map((word) => describeWord(word) + ('times' in word ? word.times : '')).join());
    parts.push(
      dirty.all
        .map(({ start, end }) => `${start}-${end}`)
        .sort()
        .join(),
    );
  }
  return parts.join(';');
}

function describeRegistrations(map: MemoryMap, region: Region): string {
  const { store } = map;
  if (store.isEmpty(region.number)) return '';
  let text = '';
  store.order.seek(region.number, 0, 0);
  for (let record = store.order.next(); record >= 0; record = store.order.next()) {
    const [itsRegion, offsetHigh, offsetLow, kind, dataHigh, dataLow] = store.table.key(record);
    if (itsRegion !== region.number) break;
    const data = (kind & 1) === 1 ? `=${join(dataHigh, dataLow).toString(16)}` : '';
    text += `|${join(offsetHigh, offsetLow).toString(16)}/${kind}${data}:${store.notifiers(record).join('+')}`;
  }
  return text;
}

function describeWord(word: Omit<Word, 'taken'> & { readonly taken?: boolean }): string {
  const { addressHigh, addressLow, kind, dataHigh, dataLow, notifier, taken } = word;
  const refused = taken === false ? '!' : '';
  return `${refused}${join(addressHigh, addressLow).toString(16)}/${kind}=${join(dataHigh, dataLow).toString(16)}:${notifier}`;
}
