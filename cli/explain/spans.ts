/**
 * Everything that covers an address, not only what answers: the layers that the drawing shows as hidden.
 *
 * The model's `answer` gives the topmost layer only. Here the same tree is walked to its end; the tests hold the two
 * against each other.
 */
import { flatView } from '../../model/map/flat-view.ts';
import { type Region, type Regions, regionOf } from '../../model/map/region.ts';
import type { Decisions } from '../../model/vocabulary/profiles.ts';
import type { Space } from '../../model/vocabulary/vocabulary.ts';

/** `[start, end)` would show `region` from `offset` on, if nothing lay above. `via`: the aliases that lead there. */
export type Span = {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
  readonly offset: bigint;
  readonly via: readonly string[];
};

/** `[start, end)` of a space, and what covers it, topmost first: the first answers, the others are hidden. */
export type Piece = { readonly start: bigint; readonly end: bigint; readonly layers: readonly Span[] };

/** A space's map: its pieces in order of address, and by how much the flat view's root moves it (clause M6). */
export type LayeredMap = { readonly pieces: readonly Piece[]; readonly shift: bigint };

/** Walks a space's tree as rendered (`render_memory_region`), hidden parts too. */
export function layeredMap(regions: Regions, space: Space, decisions: Decisions): LayeredMap {
  const found: Span[] = [];
  const root = regionOf(regions, space);
  collect(regions, root, { base: 0n, low: 0n, high: root.size, via: [] }, found);
  const shift = rootShift(regions, space, decisions);
  const spans = found.map((span) => ({ ...span, start: span.start + shift, end: span.end + shift }));
  return { pieces: piecesOf(spans), shift };
}

/**
 * By how much the flat view's root moves the map. Whatever stands in for a space shows the same regions in the same
 * order, since only what fits may stand in; so the first range tells.
 */
function rootShift(regions: Regions, space: Space, decisions: Decisions): bigint {
  if (decisions.root === 'own') return 0n;
  const [own] = flatView(regions, space, { ...decisions, root: 'own' });
  const [shared] = flatView(regions, space, decisions);
  return own === undefined || shared === undefined ? 0n : shared.start - own.start;
}

/** Where a walk is: the address of the region's first byte, the window it is seen through, the aliases passed. */
type Window = {
  readonly base: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly via: readonly string[];
};

/** Appends the spans of `region`, topmost first: what it holds, then itself. */
function collect(regions: Regions, region: Region, window: Window, spans: Span[]): void {
  const { base, via } = window;
  let { low, high } = window;
  if (base > low) low = base;
  if (base + region.size < high) high = base + region.size;
  if (!region.enabled || low >= high) return;
  if (region.target !== undefined) {
    const target = regionOf(regions, region.target);
    collect(
      regions,
      target,
      { base: base - region.targetOffset, low, high, via: [...via, region.id] },
      spans,
    );
    return;
  }
  for (const id of region.subregions) {
    const subregion = regionOf(regions, id);
    collect(regions, subregion, { base: base + subregion.address, low, high, via }, spans);
  }
  if (region.kind !== 'container') spans.push({ start: low, end: high, region, offset: low - base, via });
}

/** Cuts the space at every span's edges, and joins again what has the same layers on both sides of a cut. */
function piecesOf(spans: readonly Span[]): readonly Piece[] {
  const edges = [...new Set(spans.flatMap(({ start, end }) => [start, end]))];
  edges.sort((a, b) => (a < b ? -1 : 1));
  const pieces: Piece[] = [];
  edges.forEach((start, i) => {
    const end = edges[i + 1];
    if (end === undefined) return;
    const covering = spans.filter((span) => span.start <= start && start < span.end);
    if (covering.length === 0) return;
    const last = pieces.at(-1);
    if (last?.end === start && continues(last.layers, covering)) {
      pieces[pieces.length - 1] = { ...last, end, layers: last.layers.map((span) => ({ ...span, end })) };
      return;
    }
    const layers = covering.map((span) => ({
      ...span,
      start,
      end,
      offset: span.offset + (start - span.start),
    }));
    pieces.push({ start, end, layers });
  });
  return pieces;
}

/** Whether the layers of a piece go on behind its end: the same regions without a jump. */
function continues(layers: readonly Span[], next: readonly Span[]): boolean {
  const same = (a: Span | undefined, b: Span) =>
    a !== undefined &&
    a.region === b.region &&
    a.offset - a.start === b.offset - b.start &&
    a.via.join() === b.via.join();
  return layers.length === next.length && next.every((span, i) => same(layers[i], span));
}

/** The layers at an address, topmost first; none where nothing is mapped. */
export function layersAt(map: LayeredMap, address: bigint): readonly Span[] {
  const piece = map.pieces.find(({ start, end }) => start <= address && address < end);
  return piece === undefined ? [] : piece.layers;
}
