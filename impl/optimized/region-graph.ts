/** Questions about the graph that containers and aliases make of the regions. */

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
