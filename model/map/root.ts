/** The region that a space's rendering begins with. */
import type { Decisions } from '../vocabulary/decisions.ts';
import type { Space } from '../vocabulary/vocabulary.ts';
import { type Region, type Regions, regionOf } from './region.ts';

/** Where a space's map begins: a region, and the address of its first byte. */
export type Origin = { readonly region: Region; readonly base: bigint };

/**
 * The region that the space's rendering begins with. With the decision `shared`, an only enabled child at 0 that fits,
 * and the target of an alias that shows all of it, stand in for what holds them, and are then rendered at their own
 * offset in their own container (clause M6; `memory_region_get_flatview_root`, `generate_memory_topology`). The ids of
 * aliases passed on the way are appended to `via`.
 */
export function originOf(
  regions: Regions,
  space: Space,
  decisions: Decisions,
  via?: string[],
): Origin | undefined {
  let region = regionOf(regions, space);
  if (decisions.root === 'own') return { region, base: 0n };
  while (region.enabled) {
    const next = standIn(regions, region);
    if (next === region) return { region, base: region.address };
    if (next === undefined) return undefined;
    if (region.target !== undefined) via?.push(region.id);
    region = next;
  }
  return undefined;
}

/** What QEMU takes for `region`: itself, another, or nothing (an empty container). */
function standIn(regions: Regions, region: Region): Region | undefined {
  if (region.target !== undefined) {
    const target = regionOf(regions, region.target);
    return region.targetOffset === 0n && region.size >= target.size ? target : region;
  }
  if (region.kind !== 'container') return region;
  const enabled = region.subregions.map((id) => regionOf(regions, id)).filter((child) => child.enabled);
  const only = enabled[0];
  if (only === undefined) return undefined;
  return enabled.length === 1 && only.address === 0n && region.size >= only.size ? only : region;
}
