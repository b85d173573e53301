/** What a memory map keeps beyond what it could compute: for the fingerprints of mutants. */

import { ioeventfdText } from '../optimized/fingerprint.ts';
import { RefusingHost } from '../optimized/host/refusing-host.ts';
import type { Region } from '../optimized/map/region.ts';
import type { Visibility } from '../optimized/map/visibility.ts';
import type { MemoryMap } from '../optimized/memory-map.ts';

/**
 * The state that follows from the tree of regions and the registrations, as it is kept: flat views, what the host was told
 * and what it counts, orders, windows still to be rendered. It adds nothing to the fingerprint of the real dispatcher. In
 * a broken one it may be stale.
 */
export function derivedState(map: MemoryMap): string {
  const { memoryPending, eventfdPending } = map.transaction;
  const held = map.host instanceof RefusingHost ? map.host.held.join() : '';
  const parts: string[] = [`${memoryPending}${eventfdPending}${held}`];
  for (const region of map.regions) {
    parts.push(`${region.name},${region.traits},${map.store.probesOf(region.number)}`, childrenText(region));
  }
  for (const shown of map.shown) parts.push(...shownTexts(shown));
  return parts.join(';');
}

function childrenText({ children, enabledChildren }: Region): string {
  const inOrder = children.all().sort((a, b) => a.sequence - b.sequence);
  const enabled = [...enabledChildren].map((child) => child.name).sort();
  return `${inOrder.map((child) => child.name)};${enabled.join()}`;
}

function shownTexts({ view, mirror, list, root, dirty }: Visibility): string[] {
  return [
    `${root.region?.name}@${root.base}${view.asksHost}${mirror.divergence}`,
    ...view.all().map(({ start, end, region, base }) => `${start}-${end}:${region.name}-${base}`),
    mirror.list().map(ioeventfdText).join(),
    (list ?? []).map(ioeventfdText).join(),
    mirror
      .differences()
      .map(({ ioeventfd, times }) => `${ioeventfdText(ioeventfd)}${times}`)
      .join(),
    dirty.all
      .map(({ start, end }) => `${start}-${end}`)
      .sort()
      .join(),
  ];
}
