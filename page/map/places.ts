/** What is shown in a space, as boxes: each place of each region, the column that it is drawn in, and what is visible of it. */
import type { Regions } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import { type LayeredMap, layeredMap, type Place, shownPlaces } from '../../model/trace/layers.ts';
import type { Space } from '../../model/vocabulary/vocabulary.ts';

/** `[start, end)`, absolute addresses. */
export type Span = { readonly start: bigint; readonly end: bigint };

export type Box = {
  /** The same for the same place of a region in two states. */
  readonly key: string;
  readonly place: Place;
  /** From 0, topmost first: what lies over it is in a column before its own. */
  readonly column: number;
  /** What is visible of it; for containers and aliases, which answer nothing themselves, all of it. */
  readonly visible: readonly Span[];
  readonly isLeaf: boolean;
};

export type Boxes = {
  readonly map: LayeredMap;
  /** Regions that can answer, then the containers and aliases that lead to them. */
  readonly boxes: readonly Box[];
  readonly leafColumns: number;
  readonly columns: number;
};

/** Maps are values, and a write makes no new one: what was made of one is kept for as long as it is there. */
const made = new WeakMap<Regions, Map<string, Boxes>>();

/** The boxes of a space; its root is not drawn. */
export function boxesOf(state: State, space: Space): Boxes {
  const ofMap = made.get(state.rendered) ?? new Map<string, Boxes>();
  made.set(state.rendered, ofMap);
  const key = `${space} ${state.decisions.root}`;
  const boxes = ofMap.get(key) ?? newBoxes(state, space);
  ofMap.set(key, boxes);
  return boxes;
}

function newBoxes(state: State, space: Space): Boxes {
  const map = layeredMap(state.rendered, space, state.decisions);
  const all = shownPlaces(state.rendered, space, state.decisions).filter(({ region }) => region.id !== space);
  const visible = visibleSpans(map);
  const isLeaf = ({ region }: Place) => region.kind === 'io' || region.kind === 'ram';
  const leaves = inColumns(all.filter(isLeaf), 0);
  // The outermost last: reading from the left, one comes from what answers to what shows it.
  const frames = all.filter((place) => !isLeaf(place)).sort((a, b) => b.depth - a.depth);
  const others = inColumns(frames, leaves.columns);
  const boxes = [...leaves.placed, ...others.placed].map(({ place, column }): Box => {
    const key = keyOf(place);
    const leaf = isLeaf(place);
    return { key, place, column, isLeaf: leaf, visible: leaf ? (visible.get(key) ?? []) : [place] };
  });
  return { map, boxes, leafColumns: leaves.columns, columns: leaves.columns + others.columns };
}

/** One string for a place: the region, where its first byte would be, and the aliases passed. */
function keyOf({ region, start, offset, via }: Pick<Place, 'region' | 'start' | 'offset' | 'via'>): string {
  return `${region.id} ${start - offset} ${via.join(' ')}`;
}

function visibleSpans({ ranges }: LayeredMap): ReadonlyMap<string, readonly Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { start, end, layers } of ranges) {
    const [top] = layers;
    if (top === undefined) continue;
    const key = keyOf(top);
    const own = spans.get(key) ?? [];
    spans.set(key, own);
    const last = own.at(-1);
    if (last?.end === start) own[own.length - 1] = { start: last.start, end };
    else own.push({ start, end });
  }
  return spans;
}

/** Puts each place in the first column after those in which something lies over it. */
function inColumns(
  places: readonly Place[],
  first: number,
): {
  readonly placed: readonly { readonly place: Place; readonly column: number }[];
  readonly columns: number;
} {
  const taken: Span[][] = [];
  const placed = places.map((place) => {
    let column = taken.length;
    while (column > 0 && !overlaps(taken[column - 1] ?? [], place)) column--;
    const own = taken[column] ?? [];
    taken[column] = own;
    own.splice(indexIn(own, place.start), 0, place);
    return { place, column: first + column };
  });
  return { placed, columns: taken.length };
}

/** Where a span that begins at `start` belongs among spans that are in order. */
function indexIn(spans: readonly Span[], start: bigint): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether one of some spans, which are in order and apart, has a byte of another. */
function overlaps(spans: readonly Span[], { start, end }: Span): boolean {
  const at = indexIn(spans, start);
  const before = spans[at - 1];
  const after = spans[at];
  return (before !== undefined && before.end > start) || (after !== undefined && after.start < end);
}
