/** Where the columns of a drawing are. */
import type { Drawing } from '../../map/drawing.ts';
import { lanesOf } from '../../map/rows.ts';
import { edgeText, sizeInWords } from '../texts.ts';

/** Where the columns are, in pixels. */
export type Columns = {
  readonly isNarrow: boolean;
  readonly write: number;
  readonly answers: number;
  readonly lanes: number;
  readonly laneWidth: number;
  readonly laneX: (column: number) => number;
  readonly words: number;
  readonly texts: number;
  /** The host's list. */
  readonly host: number;
  readonly hostTexts: number;
  /** Where containers and aliases begin. */
  readonly frames: number;
  readonly width: number;
  /** Characters that fit beside the words, and beside the entries of the host. */
  readonly most: number;
  readonly hostMost: number;
};

export const characterWidth = 6.7;
export const gap = 6;
export const top = 44;

/** Widths that may be less where there is little room, in pixels. */
type Widths = {
  /** Of the text beside a word, and beside an entry of the host. */
  readonly text: number;
  readonly hostText: number;
  readonly answers: number;
  readonly lane: number;
};

const wide: Widths = { text: 176, hostText: 104, answers: 120, lane: 52 };
const tight: Widths = { text: 146, hostText: 76, answers: 84, lane: 42 };
/** Beside words and entries of the host, there are signs only. */
const narrow: Widths = { text: 20, hostText: 20, answers: 66, lane: 36 };
const mostHostText = 230;
/** Of what is left over, the host's list gets this share. */
const hostShare = 0.4;

export function columnsOf(drawing: Drawing, available: number): Columns {
  if (available < 560) return columnsWithin(drawing, available, narrow);
  const columns = columnsWithin(drawing, available, wide);
  return columns.width <= available ? columns : columnsWithin(drawing, available, tight);
}

function columnsWithin(drawing: Drawing, available: number, least: Widths): Columns {
  const isNarrow = least === narrow;
  const { leafColumns, columns, groups } = drawing;
  const write = Math.ceil(longestLabel(drawing) * characterWidth) + 8;
  const answers = write + 22;
  const named =
    Math.max(...drawing.boxes.map(({ place }) => place.region.id.length), 4) * characterWidth + 12;
  const lanes = answers + Math.min(named + 6, least.answers) + gap;
  const hasHost = drawing.host.length > 0;
  const wordLanes = Math.max(1, lanesOf(groups, 'word')) * 12;
  const hostLanes = hasHost ? lanesOf(groups, 'host') * 12 + 4 : 0;
  const texts = least.text + (hasHost ? least.hostText : 0);
  const fixed = lanes + gap + wordLanes + 4 + hostLanes + texts;
  const room = (available - fixed) / Math.max(columns, 1) - 4;
  const laneWidth = Math.max(Math.min(named, least.lane), Math.min(room, 128), 36);
  const laneStep = laneWidth + 4;
  const spare = isNarrow ? 0 : Math.max(0, available - fixed - columns * laneStep - 4);
  const hostText = hasHost
    ? Math.min(least.hostText + spare * hostShare, isNarrow ? narrow.hostText : mostHostText)
    : 0;
  const words = lanes + leafColumns * laneStep + gap;
  const host = words + wordLanes + 4 + texts + spare - hostText;
  const frames = host + hostLanes + hostText;
  const laneX = (column: number) =>
    column < leafColumns ? lanes + column * laneStep : frames + (column - leafColumns) * laneStep;
  return {
    isNarrow,
    write,
    answers,
    lanes,
    laneX,
    laneWidth,
    words,
    texts: words + wordLanes + 4,
    host,
    hostTexts: host + hostLanes,
    frames,
    width: frames + (columns - leafColumns) * laneStep,
    most: Math.floor((texts + spare - hostText) / characterWidth) - 1,
    hostMost: Math.floor(hostText / characterWidth) - 1,
  };
}

/** Characters of the longest text beside the axis. */
function longestLabel({ scale: { edges, folds } }: Drawing): number {
  return Math.max(
    ...edges.map((edge) => edgeText(edge).length),
    ...folds.map(({ start, end }) => sizeInWords(end - start).length),
    7,
  );
}

/** What each part of a drawing is given. */
export type Part = { readonly drawing: Drawing; readonly columns: Columns };
