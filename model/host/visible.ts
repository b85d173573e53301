/** The ioeventfds that the host should hold: those that are visible in the map, at absolute addresses. */
import { type Ioeventfd, isBefore } from '../ioeventfd/ioeventfd.ts';
import { type FlatRange, flatView } from '../map/flat-view.ts';
import { type Regions, regionOf } from '../map/region.ts';
import type { Decisions } from '../vocabulary/decisions.ts';
import type { Space } from '../vocabulary/vocabulary.ts';

/**
 * What is visible in a space, in the order of QEMU's list (`address_space_update_ioeventfds`; clause H2). `rendered` is
 * the map, `regions` have the lists as they are now.
 */
export function visibleIoeventfds(
  rendered: Regions,
  regions: Regions,
  space: Space,
  decisions: Decisions,
): readonly Ioeventfd[] {
  if (!hasIoeventfds(regions)) return [];
  const visible: Ioeventfd[] = [];
  for (const range of flatView(rendered, space, decisions)) {
    visible.push(...visibleInRange(range, regions, decisions));
  }
  return decisions.hostChanges === 'merge'
    ? visible
    : visible.sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0));
}

function hasIoeventfds(regions: Regions): boolean {
  for (const { eventfds } of regions.values()) if (eventfds.length > 0) return true;
  return false;
}

/** Those of one range's region that the host is told of because of this range, in the order of the region's list. */
export function visibleInRange(range: FlatRange, regions: Regions, decisions: Decisions): Ioeventfd[] {
  const { eventfds } = regionOf(regions, range.region.id);
  const base = range.start - range.offset;
  const visible: Ioeventfd[] = [];
  for (const ioeventfd of eventfds) {
    const placed = placedAt(ioeventfd, base);
    if (isVisible(placed, range, decisions)) visible.push(placed);
  }
  return visible;
}

/** The ioeventfd at its absolute address, where the first byte of its region is at `base`. */
export function placedAt({ address, size, data, notifier, rank }: Ioeventfd, base: bigint): Ioeventfd {
  return { address: base + address, size, data, notifier, rank };
}

/** Whether this range makes the ioeventfd visible; never below address 0, where QEMU's assertion fails (M7). */
function isVisible({ address, size }: Ioeventfd, { start, end }: FlatRange, decisions: Decisions): boolean {
  const startsHere = start <= address && address < end;
  if (decisions.visibility === 'first-byte' || size === 0) return startsHere;
  return address >= 0n && address < end && address + BigInt(size) > start;
}
