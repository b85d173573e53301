/** Where the drawing of a map shows each registration. */
import { placedAt } from '../../model/host/visible.ts';
import type { Ioeventfd } from '../../model/ioeventfd/ioeventfd.ts';
import type { Region } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import type { LayeredMap, LayeredRange } from '../../model/trace/layers.ts';

/** A registration at one of the places where its region is seen; the address is absolute. */
export type PlacedIoeventfd = {
  readonly region: Region;
  readonly ioeventfd: Ioeventfd;
  /** Where it is drawn: the range of its first byte; if that is covered, the first range with one of its bytes. */
  readonly range: LayeredRange;
  /** Whether its first byte is not answered by its region here. */
  readonly isCut: boolean;
};

/** The registrations of a region as they are now; the map may be an older one, in an open transaction. */
export function registeredIn(state: State, region: Region): readonly Ioeventfd[] {
  return state.regions.get(region.id)?.eventfds ?? [];
}

/** Every registration of which a byte (with size 0: its address) is seen in the map, once for each place. */
export function placedIoeventfds(state: State, map: LayeredMap): readonly PlacedIoeventfd[] {
  const placed = new Map<string, PlacedIoeventfd>();
  for (const range of map.ranges) {
    const [top] = range.layers;
    if (top === undefined) continue;
    const base = top.start - top.offset;
    for (const [index, registered] of registeredIn(state, top.region).entries()) {
      const ioeventfd = placedAt(registered, base);
      const end = ioeventfd.address + BigInt(ioeventfd.size || 1);
      if (end <= range.start || ioeventfd.address >= range.end) continue;
      const key = `${top.region.id} ${index} ${base}`;
      const isCut = ioeventfd.address < range.start;
      if (!placed.has(key)) placed.set(key, { region: top.region, ioeventfd, range, isCut });
    }
  }
  return [...placed.values()];
}
