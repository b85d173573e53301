/** Questions about the graph that containers and aliases make of the regions. */

import { greater, lesser } from '../tables/wide.ts';
import type { Region } from './region.ts';

/** Whether `to` is `from`, or is shown or contained in it: asked upwards, for most regions have few above them. */
export function reaches(from: Region, to: Region): boolean {
  const seen = new Set<Region>([to]);
  for (const region of seen) {
    if (region === from) return true;
    if (region.container !== undefined) seen.add(region.container);
    for (const alias of region.aliases) seen.add(alias);
  }
  return false;
}

/** QEMU's `memory_region_get_flatview_root`; undefined where nothing is to be seen. */
export function flatViewRoot(root: Region): Region | undefined {
  let region = root;
  while (region.enabled) {
    const target = region.target;
    if (target !== undefined) {
      if (region.targetOffset !== 0n || region.size < target.size) return region;
      region = target;
      continue;
    }
    if (region.terminates) return region;
    const children = region.enabledChildren;
    if (children.size === 0) return undefined;
    if (children.size > 1) return region;
    const [only] = children;
    if (only === undefined || only.address !== 0n || region.size < only.size) return region;
    region = only;
  }
  return undefined;
}

/** A range of a region: [start, end) of its offsets. */
type Stretch = { readonly region: Region; readonly start: bigint; readonly end: bigint };

/** Calls back for a stretch of a region and wherever it lies in enabled regions above, as containers and aliases show it. */
export function eachPlace(
  first: Stretch,
  windowsOn: (region: Region) => readonly Region[],
  visit: (region: Region, start: bigint, end: bigint) => void,
): void {
  // A list of what is still to be done instead of recursion: regions may be nested deeper than the call stack is.
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
