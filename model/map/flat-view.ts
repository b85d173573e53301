/**
 * Who answers at an address, and the flat view: the same, for all addresses at once.
 *
 * QEMU renders the tree into a flat view and looks addresses up in it (`render_memory_region`, `flatview_translate`).
 * Here the tree is asked for each address, which says the same in fewer words: the flat view is the run-length
 * encoding of `answer`.
 */
import type { Decisions } from '../vocabulary/profiles.ts';
import type { Space } from '../vocabulary/vocabulary.ts';
import { type Region, type Regions, regionOf, twoTo64 } from './region.ts';

/** A byte of an `io` or `ram` region. */
export type Place = { readonly region: Region; readonly offset: bigint };

/** `[start, end)` of a space shows `region` from `offset` on (QEMU: `FlatRange`). */
export type FlatRange = {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly offset: bigint;
};

/** Where a space's map begins: a region, and the address of its first byte. */
type Origin = { readonly region: Region; readonly base: bigint };

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
function answerFrom(regions: Regions, region: Region, base: bigint, address: bigint): Place | undefined {
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

/** The space's ranges in order of address, as long as they go on in one region without a gap (`flatview_simplify`). */
export function flatView(regions: Regions, space: Space, decisions: Decisions): readonly FlatRange[] {
  const origin = originOf(regions, space, decisions);
  if (origin === undefined) return [];
  const edges = new Set<bigint>();
  addEdges(regions, origin.region, origin.base, 0n, twoTo64, edges);
  const sorted = [...edges].sort((a, b) => (a < b ? -1 : 1));
  const view: FlatRange[] = [];
  sorted.forEach((start, i) => {
    const end = sorted[i + 1];
    const place = end === undefined ? undefined : answerFrom(regions, origin.region, origin.base, start);
    if (end === undefined || place === undefined) return;
    const last = view.at(-1);
    const goesOn =
      last?.end === start &&
      last.region === place.region &&
      last.offset + (start - last.start) === place.offset;
    if (goesOn) view[view.length - 1] = { ...last, end };
    else view.push({ start, end, ...place });
  });
  return view;
}

/** Collects every address in `[low, high)` at which the answer may change. */
function addEdges(
  regions: Regions,
  region: Region,
  base: bigint,
  low: bigint,
  high: bigint,
  edges: Set<bigint>,
): void {
  const from = base > low ? base : low;
  const to = base + region.size < high ? base + region.size : high;
  if (!region.enabled || from >= to) return;
  edges.add(from).add(to);
  if (region.target !== undefined) {
    addEdges(regions, regionOf(regions, region.target), base - region.targetOffset, from, to, edges);
  }
  for (const id of region.subregions) {
    const subregion = regionOf(regions, id);
    addEdges(regions, subregion, base + subregion.address, from, to, edges);
  }
}

/**
 * The region that the space's rendering begins with. With the decision `shared`, an only enabled child at 0 that fits,
 * and the target of an alias that shows all of it, stand in for what holds them, and are then rendered at their own
 * offset in their own container (clause M6; `memory_region_get_flatview_root`, `generate_memory_topology`).
 */
function originOf(regions: Regions, space: Space, decisions: Decisions): Origin | undefined {
  let region = regionOf(regions, space);
  if (decisions.root === 'own') return { region, base: 0n };
  while (region.enabled) {
    const next = standIn(regions, region);
    if (next === region) return { region, base: region.address };
    if (next === undefined) return undefined;
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
