/**
 * Which region answers at an address.
 *
 * QEMU renders the tree into a flat view and looks addresses up in it (`render_memory_region`, `flatview_translate`).
 * Here the tree is asked for each address, which says the same in fewer words. The flat view (flat-view.ts) is the
 * run-length encoding of `answer`.
 */
import type { Decisions } from '../vocabulary/decisions.ts';
import type { Space } from '../vocabulary/vocabulary.ts';
import { type Region, type Regions, regionOf } from './region.ts';
import { originOf } from './root.ts';

/** A byte of an `io` or `ram` region. */
export type Place = { readonly region: Region; readonly offset: bigint };

/** What answers at `address`, if anything (clauses D5, D8, M1 to M5). */
export function answer(
  regions: Regions,
  space: Space,
  decisions: Decisions,
  address: bigint,
): Place | undefined {
  const origin = originOf(regions, space, decisions);
  return origin && answerFrom(regions, origin.region, origin.base, address);
}

/** What `region`, whose first byte is at `base`, shows at `address`. */
export function answerFrom(
  regions: Regions,
  region: Region,
  base: bigint,
  address: bigint,
): Place | undefined {
  if (!region.enabled || address < base || address >= base + region.size) return undefined;
  if (region.target !== undefined) {
    return answerFrom(regions, regionOf(regions, region.target), base - region.targetOffset, address);
  }
  for (const id of region.subregions) {
    const subregion = regionOf(regions, id);
    const place = answerFrom(regions, subregion, base + subregion.address, address);
    if (place !== undefined) return place;
  }
  return region.kind === 'container' ? undefined : { region, offset: address - base };
}
