/**
 * Everything that covers an address, not only what answers it: the layers of a map, for whoever draws or explains it.
 * The topmost layer is what `answer` gives. Tests compare the two.
 */

import { type Region, type Regions, regionOf, twoTo64 } from '../map/region.ts';
import { originOf } from '../map/root.ts';
import type { Decisions } from '../vocabulary/decisions.ts';
import type { Space } from '../vocabulary/vocabulary.ts';

/** `[start, end)` would show `region` from `offset` on, if nothing lay above. `via`: the aliases that lead there. */
export type Layer = {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly offset: bigint;
  readonly via: readonly string[];
};

/** `[start, end)` of a space, and what covers it, topmost first: the first answers, the others are hidden. */
export type LayeredRange = {
  readonly start: bigint;
  readonly end: bigint;
  readonly layers: readonly Layer[];
};

/** A space's map: its ranges in the order of addresses, and by how much the flat view's root moves them (clause M6). */
export type LayeredMap = { readonly ranges: readonly LayeredRange[]; readonly shift: bigint };

/** Walks a space's tree (`render_memory_region`), hidden parts too. */
export function layeredMap(regions: Regions, space: Space, decisions: Decisions): LayeredMap {
  const via: string[] = [];
  const origin = originOf(regions, space, decisions, via);
  if (origin === undefined) return { ranges: [], shift: 0n };
  const { region, base } = origin;
  const layers: Layer[] = [];
  for (const { depth: _, ...layer } of places(regions, region, { base, low: 0n, high: twoTo64, via }, 0)) {
    if (layer.region.kind === 'io' || layer.region.kind === 'ram') layers.push(layer);
  }
  // Only a region that lies at 0 of the space may stand in for its root, so its base is what moves the map.
  return { ranges: rangesOf(layers), shift: base };
}

/** The layers at an address, topmost first; none where nothing is mapped. */
export function layersAt({ ranges }: LayeredMap, address: bigint): readonly Layer[] {
  return ranges.find(({ start, end }) => start <= address && address < end)?.layers ?? [];
}

/** Where a walk is: the address of the region's first byte, the window it is seen through, the aliases passed. */
type Window = {
  readonly base: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly via: readonly string[];
};

/**
 * Each place at which a region is shown in a space, hidden parts too, topmost first: what a container holds or an alias shows, then the
 * container or alias itself. `depth`: how many containers and aliases are around it.
 */
export function shownPlaces(regions: Regions, space: Space, decisions: Decisions): readonly Place[] {
  const via: string[] = [];
  const origin = originOf(regions, space, decisions, via);
  if (origin === undefined) return [];
  const { region, base } = origin;
  return [...places(regions, region, { base, low: 0n, high: twoTo64, via }, 0)];
}

/** A layer, or a container or alias that leads to layers. */
export type Place = Layer & { readonly depth: number };

/** The places in `region`, topmost first: what it holds, then itself. */
function* places(regions: Regions, region: Region, window: Window, depth: number): Generator<Place> {
  const { base, via } = window;
  const low = base > window.low ? base : window.low;
  const high = base + region.size < window.high ? base + region.size : window.high;
  if (!region.enabled || low >= high) return;
  const self: Place = { start: low, end: high, region, offset: low - base, via, depth };
  if (region.target !== undefined) {
    const shown = { base: base - region.targetOffset, low, high, via: [...via, region.id] };
    yield* places(regions, regionOf(regions, region.target), shown, depth + 1);
    yield self;
    return;
  }
  for (const id of region.subregions) {
    const subregion = regionOf(regions, id);
    yield* places(regions, subregion, { base: base + subregion.address, low, high, via }, depth + 1);
  }
  yield self;
}

/** Cuts the space at every layer's edges, and joins again what has the same layers on both sides of a cut. */
function rangesOf(all: readonly Layer[]): readonly LayeredRange[] {
  const edges = [...new Set(all.flatMap(({ start, end }) => [start, end]))];
  edges.sort((a, b) => (a < b ? -1 : 1));
  const order = new Map(all.map((layer, index) => [layer, index]));
  const upcoming = [...all].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  let next = 0;
  let here: Layer[] = [];
  const ranges: LayeredRange[] = [];
  edges.forEach((start, i) => {
    const end = edges[i + 1];
    if (end === undefined) return;
    here = here.filter((layer) => start < layer.end);
    for (let layer = upcoming[next]; layer?.start === start; layer = upcoming[next]) {
      here.push(layer);
      next++;
    }
    const covering = here.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    if (covering.length === 0) return;
    const last = ranges.at(-1);
    if (last?.end === start && continues(last.layers, covering)) {
      ranges[ranges.length - 1] = { ...last, end, layers: last.layers.map((layer) => ({ ...layer, end })) };
      return;
    }
    const layers = covering.map((layer) => ({
      ...layer,
      start,
      end,
      offset: layer.offset + (start - layer.start),
    }));
    ranges.push({ start, end, layers });
  });
  return ranges;
}

/** Whether the layers of a range continue after its end: the same regions without a jump. */
function continues(layers: readonly Layer[], next: readonly Layer[]): boolean {
  const same = (a: Layer | undefined, b: Layer) =>
    a !== undefined &&
    a.region === b.region &&
    a.offset - a.start === b.offset - b.start &&
    a.via.join() === b.via.join();
  return layers.length === next.length && next.every((layer, i) => same(layers[i], layer));
}
