/** The memory map as a drawing: a box for each range, addresses at its edges, ioeventfds inside. */
import { printable } from '../../format/errors.ts';
import { swapsData } from '../../model/ioeventfd/region-list.ts';
import { type Region, regionOf } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import { type Layer, type LayeredMap, type LayeredRange, layeredMap } from '../../model/trace/layers.ts';
import { isPending, owners, type Standing, standings } from '../../model/trace/standing.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type { Space } from '../../model/vocabulary/vocabulary.ts';
import { columnOf, hex, pageWidth, shortened, wrapped } from '../text/layout.ts';
import { matchText } from '../text/operation.ts';
import { type PlacedIoeventfd, placedIoeventfds, registeredIn } from './placed.ts';
import { renderTree } from './tree.ts';

/** More ranges than this are not drawn: nobody reads them. */
const maximumRanges = 200;

const indent = '    ';

/** A space's map, its ioeventfds, and what the host holds of them; nothing for a space that is not used. */
export function drawSpace(state: State, space: Space): string[] {
  if (regionOf(state.rendered, space).subregions.length === 0 && state.host[space].held.length === 0)
    return [];
  const map = layeredMap(state.rendered, space, state.decisions);
  return [
    ...renderTree(state.rendered, space),
    '',
    ...shiftNote(map),
    ...boxes(state, space, map),
    ...hostOnly(state, space),
    ...bus(state, space),
  ];
}

function shiftNote({ shift, ranges }: LayeredMap): string[] {
  if (shift === 0n || ranges.length === 0) return [];
  const text = `${indent}QEMU takes this space's only region for its root: everything is moved by ${hex(shift)} [M6]`;
  return wrapped(text, pageWidth);
}

function boxes(state: State, space: Space, map: LayeredMap): string[] {
  const placed = placedIoeventfds(state, map);
  const standingOf = standings(state, space);
  const drawn = map.ranges.slice(0, maximumRanges).map((range) => {
    const inside = placed.filter((one) => one.range === range);
    const standing = inside.map(({ ioeventfd }) => standingText(standingOf(ioeventfd), state.decisions));
    return { range, rows: rangeRows(state, range, inside, standing) };
  });
  if (drawn.length === 0) return [`${indent}(nothing is visible in ${space})`];
  const lines = frame(drawn);
  const left = map.ranges.length - drawn.length;
  if (left > 0) lines.push(`${indent}... and ${left} more ranges, not drawn`);
  return lines;
}

/** What the host makes of an ioeventfd, in a few words. */
function standingText(standing: Standing, { host, match }: Decisions): string {
  switch (standing.kind) {
    case 'held':
      return host === 'takes-all' && match === 'region' ? 'host is told' : 'host holds it';
    case 'refused':
      return standing.reason === 'refused' ? 'host refused it' : `host refused it: ${standing.reason}`;
    case 'lost':
      return 'host was told to delete it';
    case 'not committed':
      return 'not committed yet';
    case 'not visible':
      return 'host not told';
  }
}

/** A range with the rows of its box. */
type Drawn = { readonly range: LayeredRange; readonly rows: readonly BoxRow[] };

/** Boxes one under the other, with the addresses of their edges; a gap where nothing is mapped. */
function frame(drawn: readonly Drawn[]): string[] {
  const addressWidth = Math.max(...drawn.map(({ range }) => hex(range.end).length));
  const blank = indent + ' '.repeat(addressWidth + 2);
  const fitted = fittedTo(drawn, pageWidth - blank.length - '|  |  '.length);
  const widest = Math.max(...fitted.flatMap(({ rows }) => rows.map(([inside]) => inside.length)));
  const edge = (address: bigint) =>
    `${indent}${hex(address).padStart(addressWidth)}  +${'-'.repeat(widest + 2)}+`;
  const lines: string[] = [];
  let end: bigint | undefined;
  for (const { range, rows } of fitted) {
    if (end !== undefined && end !== range.start) lines.push(edge(end), `${blank}:`);
    lines.push(edge(range.start));
    for (const [inside, beside] of rows) {
      lines.push(`${blank}| ${inside.padEnd(widest)} |  ${beside}`.trimEnd());
    }
    end = range.end;
  }
  if (end !== undefined) lines.push(edge(end));
  return lines;
}

/** The same rows within a width: what stands beside the boxes goes into them if there is no room, and long rows are broken. */
function fittedTo(drawn: readonly Drawn[], width: number): readonly Drawn[] {
  const longest = (side: 0 | 1) =>
    Math.max(...drawn.flatMap(({ rows }) => rows.map((row) => row[side].length)));
  if (longest(0) + longest(1) <= width) return drawn;
  const narrow = ([inside, beside]: BoxRow): BoxRow[] => {
    const texts = beside === '' ? [inside] : [inside, `      ${beside}`];
    return texts.flatMap((text) => columnOf(text, width).map((line): BoxRow => [line, '']));
  };
  return drawn.map(({ range, rows }) => ({ range, rows: rows.flatMap(narrow) }));
}

/** A row of a box: what stands in it, and what stands beside it. */
type BoxRow = readonly [inside: string, beside: string];

/** `standing`: what the host makes of each ioeventfd inside. */
function rangeRows(
  state: State,
  range: LayeredRange,
  inside: readonly PlacedIoeventfd[],
  standing: readonly string[],
): BoxRow[] {
  const [top, ...hidden] = range.layers;
  if (top === undefined) return [];
  const rows: BoxRow[] = [[layerText(top), hiddenText(hidden)]];
  for (const [i, { region, ioeventfd, isCut }] of inside.entries()) {
    const { address, size, data, notifier } = ioeventfd;
    const isSwapped = data !== undefined && swapsData(region, size, state.target, state.decisions);
    const match = matchText(size, data) + (isSwapped ? ' (swapped)' : '');
    rows.push([
      `  ${hex(address)}  ${match} -> ${shortened(printable(notifier), 24)}`,
      `${standing[i]}${isCut ? '; first byte covered' : ''}`,
    ]);
  }
  for (const layer of hidden) rows.push(...hiddenIoeventfds(state, layer));
  return rows;
}

function layerText({ region, offset, via }: Layer): string {
  const kind = region.kind === 'ram' ? ' (ram)' : '';
  return `${shortened(region.id, 32)}+${hex(offset)}${kind}${viaText(via)}`;
}

function viaText(via: readonly string[]): string {
  return via.length === 0 ? '' : ` via ${shortened(via.join(', '), 24)}`;
}

function hiddenText(hidden: readonly Layer[]): string {
  if (hidden.length === 0) return '';
  return shortened(`hides ${hidden.map((layer) => layerText(layer)).join(', then ')}`, 60);
}

/** The ioeventfds of a hidden layer whose first byte lies here: drawn in parentheses, since nothing reaches them. */
function hiddenIoeventfds(state: State, { region, start, end, offset }: Layer): BoxRow[] {
  const base = start - offset;
  const here = registeredIn(state, region).filter(
    ({ address }) => start <= base + address && base + address < end,
  );
  return here.map(({ address, size, data, notifier }) => [
    `  (${hex(base + address)}  ${matchText(size, data)} -> ${shortened(printable(notifier), 24)})`,
    `hidden with ${shortened(region.id, 20)}`,
  ]);
}

/** Entries of the host that no visible registration stands for: not taken back yet, or never again. */
function hostOnly(state: State, space: Space): string[] {
  const ownersOf = owners(state, space);
  const left = state.host[space].held.filter((held) => ownersOf(held).length === 0);
  const why = isPending(state) ? 'not committed yet' : 'no visible registration stands for it';
  return left.flatMap(({ address, size, data, notifier }) =>
    wrapped(
      `${indent}the host still holds ${hex(address)}, ${matchText(size, data)} -> ${printable(notifier)} (${why})`,
      pageWidth,
      '  ',
    ),
  );
}

/** The kernel's array, in its order, where the order can matter (clause K7). */
function bus(state: State, space: Space): string[] {
  const { held } = state.host[space];
  if (state.decisions.host !== 'kernel' || held.length < 2) return [];
  const entries = held.map(
    ({ address, size, data, notifier }) =>
      `${hex(address)} (${matchText(size, data)} -> ${shortened(printable(notifier), 24)})`,
  );
  return wrapped(`${indent}the kernel's ${space} bus, in order: ${entries.join(', ')} [K7]`, pageWidth, '  ');
}

/** Regions that take part in no space: created and not mapped, nor shown by an alias. */
export function detachedRegions(state: State): readonly Region[] {
  const shown = new Set([...state.rendered.values()].map(({ target }) => target));
  return [...state.rendered.values()].filter(
    ({ id, container }) => container === undefined && id !== 'memory' && id !== 'io' && !shown.has(id),
  );
}
