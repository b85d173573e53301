/** The flat view: which region answers, for all addresses at once. */
import type { Decisions } from '../vocabulary/decisions.ts';
import type { Space } from '../vocabulary/vocabulary.ts';
import { answerFrom } from './answer.ts';
import { type Region, type Regions, regionOf, twoTo64 } from './region.ts';
import { originOf } from './root.ts';

/** `[start, end)` of a space shows `region` from `offset` on (QEMU: `FlatRange`). */
export type FlatRange = {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly offset: bigint;
};

/**
 * The space's ranges in the order of addresses, each as long as one region continues without a gap (`flatview_simplify`);
 * or only what of them lies in `[low, high)`.
 */
export function flatView(
  regions: Regions,
  space: Space,
  decisions: Decisions,
  low = 0n,
  high = twoTo64,
): readonly FlatRange[] {
  const origin = originOf(regions, space, decisions);
  if (origin === undefined) return [];
  const edges: bigint[] = [];
  addEdges(regions, origin.region, origin.base, low, high, edges);
  edges.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const view: FlatRange[] = [];
  for (let i = 1; i < edges.length; i++) {
    // In range: both are edges.
    const [start, end] = [edges[i - 1] as bigint, edges[i] as bigint];
    if (end === start) continue;
    const place = answerFrom(regions, origin.region, origin.base, start);
    if (place === undefined) continue;
    const last = view[view.length - 1];
    const continues =
      last?.end === start &&
      last.region === place.region &&
      last.offset + (start - last.start) === place.offset;
    if (continues) view[view.length - 1] = { ...last, end };
    else view.push({ start, end, region: place.region, offset: place.offset });
  }
  return view;
}

/** Collects every address in `[low, high)` at which the answer may change, in no order. */
function addEdges(
  regions: Regions,
  region: Region,
  base: bigint,
  low: bigint,
  high: bigint,
  edges: bigint[],
): void {
  const from = base > low ? base : low;
  const to = base + region.size < high ? base + region.size : high;
  if (!region.enabled || from >= to) return;
  edges.push(from, to);
  if (region.target !== undefined) {
    addEdges(regions, regionOf(regions, region.target), base - region.targetOffset, from, to, edges);
  }
  for (const id of region.subregions) {
    const subregion = regionOf(regions, id);
    addEdges(regions, subregion, base + subregion.address, from, to, edges);
  }
}
