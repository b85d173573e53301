/** The drawing of a space at one step, as data: boxes, words, the write, and what the step changed. */
import { hex } from '../../cli/text/layout.ts';
import { effectText } from '../../cli/text/operation.ts';
import { twoTo64 } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import type { LayeredMap } from '../../model/trace/layers.ts';
import type { WriteTrace } from '../../model/trace/trace.ts';
import type { Operation, Space } from '../../model/vocabulary/vocabulary.ts';
import { type HostEntry, hostEntries } from './host.ts';
import { type Box, boxesOf, type Span } from './places.ts';
import { type RowGroup, rowGroups } from './rows.ts';
import { makeScale, type Scale } from './scale.ts';
import { type Word, wordsOf } from './words.ts';

/** One access of a write on its path, with what came of it. */
export type Stop = Span & {
  readonly number: number;
  readonly by: string;
  /** The region that answers, where one does. */
  readonly region: string | undefined;
  readonly outcomes: readonly string[];
};

export type Drawing = {
  readonly space: Space;
  readonly map: LayeredMap;
  readonly boxes: readonly Box[];
  readonly leafColumns: number;
  readonly columns: number;
  readonly words: readonly Word[];
  readonly stops: readonly Stop[];
  readonly scale: Scale;
  /** Keys of boxes and words that the step changed. */
  readonly changed: ReadonlySet<string>;
  /** How many boxes are left out before and after what is drawn. */
  readonly before: number;
  readonly after: number;
  /** The host's list, as far as it is drawn. */
  readonly host: readonly HostEntry[];
  /** The lines of text beside the addresses. */
  readonly groups: readonly RowGroup[];
};

/** Boxes that are drawn at once; of more, those nearest to what the step is about. */
const mostBoxes = 80;
/** What is drawn moves by so many boxes at once. */
const sameBoxes = 40;
export type DrawingTask = {
  readonly space: Space;
  readonly before: State;
  readonly after: State;
  readonly operation: Operation | undefined;
  readonly trace: WriteTrace | undefined;
  /** The box in the middle of what is drawn, where there are too many; found from the step if left out. */
  readonly around?: number | undefined;
};

/** Nothing for a space in which nothing is. */
export function drawingOf({
  space,
  before,
  after,
  operation,
  trace,
  around,
}: DrawingTask): Drawing | undefined {
  const all = boxesOf(after, space);
  const stops = operation?.op === 'write' && operation.space === space ? stopsOf(trace) : [];
  if (all.boxes.length === 0 && stops.length === 0 && isEmptyHost(before, after, space)) return undefined;
  const sorted = [...all.boxes].sort((a, b) =>
    a.place.start < b.place.start ? -1 : a.place.start > b.place.start ? 1 : 0,
  );
  const from = firstDrawn(sorted, around, focusOf(operation));
  const boxes = sorted.slice(from, from + mostBoxes);
  const words = wordsOf(after, space, boxes, trace);
  const isWhole = boxes.length === sorted.length;
  const changed = before === after ? new Set<string>() : changedBetween(before, after, space, boxes, words);
  const isDrawn = (address: bigint) => isWithin(address, boxes);
  const host = hostEntries({ before, after, space, words, isWhole, isDrawn });
  const groups = rowGroups(words, host, changed);
  return {
    space,
    map: all.map,
    boxes,
    leafColumns: Math.max(0, ...boxes.filter(({ isLeaf }) => isLeaf).map(({ column }) => column + 1)),
    columns: Math.max(0, ...boxes.map(({ column }) => column + 1)),
    words,
    stops,
    scale: scaleOf(space, boxes, stops, host, words, groups),
    changed,
    before: from,
    after: sorted.length - from - boxes.length,
    host,
    groups,
  };
}

/** Whether an address is among what is drawn of many boxes. */
function isWithin(address: bigint, boxes: readonly Box[]): boolean {
  return (boxes[0]?.place.start ?? 0n) <= address && address < (boxes.at(-1)?.place.end ?? 0n);
}

function isEmptyHost(before: State, after: State, space: Space): boolean {
  return (
    before.host[space].held.length === 0 &&
    after.host[space].told.length + after.host[space].held.length === 0
  );
}

/** What an operation is about: an address, or a region. */
type Focus = { readonly address?: bigint; readonly region?: string };

function focusOf(operation: Operation | undefined): Focus {
  if (operation === undefined) return {};
  if (operation.op === 'write') return { address: operation.address };
  return 'region' in operation ? { region: operation.region } : {};
}

function firstDrawn(sorted: readonly Box[], around: number | undefined, { address, region }: Focus): number {
  if (sorted.length <= mostBoxes) return 0;
  let middle = around;
  if (middle === undefined && address !== undefined)
    middle = sorted.findLastIndex(({ place }) => place.start <= address);
  if (middle === undefined && region !== undefined)
    middle = sorted.findIndex(({ place }) => place.region.id === region);
  // Not exactly in the middle: so steps that are near each other draw the same boxes, and little is drawn anew.
  const from = Math.round((Math.max(0, middle ?? 0) - mostBoxes / 2) / sameBoxes) * sameBoxes;
  return Math.max(0, Math.min(from, sorted.length - mostBoxes));
}

function scaleOf(
  space: Space,
  boxes: readonly Box[],
  stops: readonly Stop[],
  host: readonly HostEntry[],
  words: readonly Word[],
  groups: readonly RowGroup[],
): Scale {
  const end = space === 'memory' ? twoTo64 : 1n << 16n;
  const edges: bigint[] = [0n, end];
  for (const { place, visible } of boxes)
    for (const span of [place, ...visible]) edges.push(span.start, span.end);
  for (const { ioeventfd } of [...words, ...host]) edges.push(...wordSpan(ioeventfd));
  for (const stop of stops) edges.push(stop.start, stop.end);
  const lines = new Map<bigint, number>();
  for (const { address, rows, left } of groups) lines.set(address, rows.length + (left > 0 ? 1 : 0));
  for (const { start, outcomes } of stops) lines.set(start, (lines.get(start) ?? 0) + outcomes.length);
  // A label fits at the beginning of each box.
  for (const { place } of boxes) if (!lines.has(place.start)) lines.set(place.start, 1);
  return makeScale(edges, lines);
}

/** The bytes of a word; one where it has no size. */
export function wordSpan({
  address,
  size,
}: {
  readonly address: bigint;
  readonly size: number;
}): readonly [bigint, bigint] {
  const end = address + BigInt(size || 1);
  return [address < 0n ? 0n : address, end < 0n ? 0n : within(end)];
}

/** What ends beyond the last address is drawn up to it. */
function within(end: bigint): bigint {
  return end > twoTo64 ? twoTo64 : end;
}

function stopsOf(trace: WriteTrace | undefined): readonly Stop[] {
  const stops: Omit<Stop, 'number'>[] = [];
  for (const part of trace?.parts ?? []) {
    if (part.bus?.signal !== undefined) {
      const outcomes = [`signal ${part.bus.signal}, by the kernel's bus`];
      stops.push({
        start: part.address,
        end: within(part.address + BigInt(part.size)),
        by: "the kernel's bus",
        region: undefined,
        outcomes,
      });
    }
    for (const { accesses } of part.pieces) {
      for (const { address, size, place, effects } of accesses) {
        const by = place === undefined ? 'no region' : `${place.region}+${hex(place.offset)}`;
        const end = within(address + BigInt(size));
        stops.push({ start: address, end, by, region: place?.region, outcomes: effects.map(effectText) });
      }
    }
  }
  return stops.map((stop, index) => ({ ...stop, number: index + 1 }));
}

/** What is drawn otherwise than before the step. */
function changedBetween(
  before: State,
  after: State,
  space: Space,
  boxes: readonly Box[],
  words: readonly Word[],
): ReadonlySet<string> {
  if (before.regions === after.regions && before.rendered === after.rendered && before.host === after.host)
    return new Set();
  const old = boxesOf(before, space);
  const was = new Map<string, string>();
  for (const box of old.boxes) was.set(box.key, boxText(box));
  for (const word of wordsOf(before, space, old.boxes, undefined)) was.set(word.key, word.state);
  const changed = new Set<string>();
  for (const box of boxes) if (was.get(box.key) !== boxText(box)) changed.add(box.key);
  for (const word of words) if (was.get(word.key) !== word.state) changed.add(word.key);
  return changed;
}

function boxText({ place, visible }: Box): string {
  return [place, ...visible].map(({ start, end }) => `${start} ${end}`).join();
}
