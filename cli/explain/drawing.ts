/** The memory map as a drawing: a box for each piece, addresses at its edges, registered words inside. */
import { type Region, regionOf } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import type { Space } from '../../model/vocabulary/vocabulary.ts';
import { columnOf, hex, pageWidth, shortened, wrapped } from '../text/layout.ts';
import { matchText } from '../text/operation.ts';
import { type LayeredMap, layeredMap, type Piece, type Span } from './spans.ts';
import { renderTree } from './tree.ts';
import {
  hostStatus,
  isPending,
  isSwapped,
  type PlacedWord,
  placedWords,
  type Refusals,
  registrationsOf,
  wordKey,
} from './words.ts';

/** More pieces than this are not drawn: nobody reads them. */
const maximumPieces = 200;

const indent = '    ';

/** A space's map, its registered words, and what the host holds of them; nothing for a space that is not used. */
export function drawSpace(state: State, space: Space, refusals: Refusals): string[] {
  if (regionOf(state.rendered, space).subregions.length === 0 && state.host[space].held.length === 0)
    return [];
  const map = layeredMap(state.rendered, space, state.decisions);
  const words = placedWords(state, map);
  return [
    ...renderTree(state.rendered, space),
    '',
    ...shiftNote(map),
    ...boxes(state, space, map, words, refusals),
    ...hostOnly(state, space, words),
    ...bus(state, space),
  ];
}

function shiftNote({ shift }: LayeredMap): string[] {
  if (shift === 0n) return [];
  const text = `${indent}QEMU takes this space's only region for its root: everything is moved by ${hex(shift)} [M6]`;
  return wrapped(text, pageWidth);
}

function boxes(
  state: State,
  space: Space,
  map: LayeredMap,
  words: readonly PlacedWord[],
  refusals: Refusals,
): string[] {
  const drawn = map.pieces.slice(0, maximumPieces).map((piece) => ({
    piece,
    rows: pieceRows(state, space, piece, words, refusals),
  }));
  if (drawn.length === 0) return [`${indent}(nothing is visible in ${space})`];
  const lines = frame(drawn);
  const left = map.pieces.length - drawn.length;
  if (left > 0) lines.push(`${indent}... and ${left} more pieces, not drawn`);
  return lines;
}

/** A piece with the rows of its box. */
type Drawn = { readonly piece: Piece; readonly rows: readonly Row[] };

/** Boxes one under the other, with the addresses of their edges; a gap where nothing is mapped. */
function frame(drawn: readonly Drawn[]): string[] {
  const addressWidth = Math.max(...drawn.map(({ piece }) => hex(piece.end).length));
  const blank = indent + ' '.repeat(addressWidth + 2);
  const fitted = fittedTo(drawn, pageWidth - blank.length - '|  |  '.length);
  const widest = Math.max(...fitted.flatMap(({ rows }) => rows.map(([inside]) => inside.length)));
  const edge = (address: bigint) =>
    `${indent}${hex(address).padStart(addressWidth)}  +${'-'.repeat(widest + 2)}+`;
  const lines: string[] = [];
  let end: bigint | undefined;
  for (const { piece, rows } of fitted) {
    if (end !== undefined && end !== piece.start) lines.push(edge(end), `${blank}:`);
    lines.push(edge(piece.start));
    for (const [inside, beside] of rows) {
      lines.push(`${blank}| ${inside.padEnd(widest)} |  ${beside}`.trimEnd());
    }
    end = piece.end;
  }
  if (end !== undefined) lines.push(edge(end));
  return lines;
}

/** The same rows within a width: what stands beside the boxes goes into them if there is no room, and long rows are broken. */
function fittedTo(drawn: readonly Drawn[], width: number): readonly Drawn[] {
  const longest = (side: 0 | 1) =>
    Math.max(...drawn.flatMap(({ rows }) => rows.map((row) => row[side].length)));
  if (longest(0) + longest(1) <= width) return drawn;
  const narrow = ([inside, beside]: Row): Row[] => {
    const texts = beside === '' ? [inside] : [inside, `      ${beside}`];
    return texts.flatMap((text) => columnOf(text, width).map((line): Row => [line, '']));
  };
  return drawn.map(({ piece, rows }) => ({ piece, rows: rows.flatMap(narrow) }));
}

/** A row of a box: what stands in it, and what stands beside it. */
type Row = readonly [inside: string, beside: string];

function pieceRows(
  state: State,
  space: Space,
  piece: Piece,
  words: readonly PlacedWord[],
  refusals: Refusals,
): Row[] {
  const [top, ...hidden] = piece.layers;
  if (top === undefined) return [];
  const rows: Row[] = [[spanText(top), hiddenText(hidden)]];
  for (const word of words.filter((one) => one.piece === piece)) {
    const { region, registration, address, isCut } = word;
    const swapped = isSwapped(state, region, registration) ? ' (swapped)' : '';
    const match = matchText(registration.size, registration.data) + swapped;
    const status = hostStatus(state, space, address, registration, refusals);
    rows.push([
      `  ${hex(address)}  ${match} -> ${shortened(registration.notifier, 24)}`,
      isCut ? `${status}; first byte covered` : status,
    ]);
  }
  for (const span of hidden) rows.push(...hiddenWords(state, span));
  return rows;
}

function spanText({ region, offset, via }: Span): string {
  const kind = region.kind === 'ram' ? ' (ram)' : '';
  return `${shortened(region.id, 32)}+${hex(offset)}${kind}${viaText(via)}`;
}

function viaText(via: readonly string[]): string {
  return via.length === 0 ? '' : ` via ${shortened(via.join(', '), 24)}`;
}

function hiddenText(hidden: readonly Span[]): string {
  if (hidden.length === 0) return '';
  return shortened(`hides ${hidden.map((span) => spanText(span)).join(', then ')}`, 60);
}

/** The words of a hidden layer whose first byte lies here: drawn in parentheses, since nothing reaches them. */
function hiddenWords(state: State, { region, start, end, offset }: Span): Row[] {
  const base = start - offset;
  const here = registrationsOf(state, region).filter(
    (one) => start <= base + one.offset && base + one.offset < end,
  );
  return here.map((one) => [
    `  (${hex(base + one.offset)}  ${matchText(one.size, one.data)} -> ${shortened(one.notifier, 24)})`,
    `hidden with ${shortened(region.id, 20)}`,
  ]);
}

/** Entries of the host that no visible registration stands for: not taken back yet, or never again. */
function hostOnly(state: State, space: Space, words: readonly PlacedWord[]): string[] {
  const seen = new Set(
    words.map(({ registration, address }) => wordKey(space, { ...registration, address })),
  );
  const left = state.host[space].held.filter((word) => !seen.has(wordKey(space, word)));
  const why = isPending(state) ? 'not committed yet' : 'no visible registration stands for it';
  return left.flatMap((word) =>
    wrapped(
      `${indent}the host still holds ${hex(word.address)}, ${matchText(word.size, word.data)} -> ${word.notifier} (${why})`,
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
    (word) => `${hex(word.address)} (${matchText(word.size, word.data)} -> ${shortened(word.notifier, 24)})`,
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
