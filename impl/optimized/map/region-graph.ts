/** Questions about the graph that containers and aliases make of the regions. */

import { greater, lesser } from '../tables/wide.ts';
import type { Region } from './region.ts';

/** Whether `to` is `from`, or is shown or contained in it. Searched upwards: most regions have few regions above them. */
export function reaches(from: Region, to: Region): boolean {
  const seen = new Set<Region>([to]);
  for (const region of seen) {
    if (region === from) return true;
    if (region.container !== undefined) seen.add(region.container);
    for (const alias of region.aliases) seen.add(alias);
  }
  return false;
}

/** A range of a region: [start, end) of its offsets. */
type Extent = { readonly region: Region; readonly start: bigint; readonly end: bigint };

/**
 * Calls back for a range of a region, and for wherever containers and aliases show it in enabled regions above.
 * `windowsOn`: the aliases of a region.
 */
export function eachPlace(
  first: Extent,
  windowsOn: (region: Region) => readonly Region[],
  visit: (region: Region, start: bigint, end: bigint) => void,
): void {
  // A list of what is still to be done, not recursion: regions may be nested deeper than the call stack allows.
  const open = [first];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { region } = next;
    if (!region.enabled) continue;
    const from = greater(next.start, 0n);
    const to = lesser(next.end, region.size);
    if (from >= to) continue;
    visit(region, from, to);
    const { container, address } = region;
    if (container !== undefined) open.push({ region: container, start: from + address, end: to + address });
    for (const alias of windowsOn(region)) {
      open.push({ region: alias, start: from - alias.targetOffset, end: to - alias.targetOffset });
    }
  }
}
