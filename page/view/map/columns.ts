/** Where the columns of a drawing are. */
import { hex } from '../../../cli/text/layout.ts';
import type { Drawing } from '../../map/drawing.ts';
import { sizeInWords } from '../texts.ts';

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
  /** Where containers and aliases begin. */
  readonly frames: number;
  readonly width: number;
  /** Characters that fit beside the words. */
  readonly most: number;
};

export const characterWidth = 6.7;
export const gap = 6;
export const top = 44;

export function columnsOf(drawing: Drawing, available: number): Columns {
  const isNarrow = available < 560;
  const { edges, folds } = drawing.scale;
  const longest = Math.max(
    ...edges.map((edge) => hex(edge).length),
    ...folds.map(({ start, end }) => sizeInWords(end - start).length),
    7,
  );
  const write = Math.ceil(longest * characterWidth) + 8;
  const answers = write + 22;
  const named =
    Math.max(...drawing.boxes.map(({ place }) => place.region.id.length), 4) * characterWidth + 12;
  const answerWidth = Math.min(named + 6, isNarrow ? 84 : 120);
  const lanes = answers + answerWidth + gap;
  const forWords = wordLanes(drawing) * 12 + gap + 4 + (isNarrow ? 26 : leastText);
  const { leafColumns } = drawing;
  const room = (available - lanes - forWords) / Math.max(drawing.columns, 1) - 4;
  const laneWidth = Math.max(Math.min(named, 52), Math.min(room, 128), 36);
  const words = lanes + leafColumns * (laneWidth + 4) + gap;
  const texts = words + wordLanes(drawing) * 12 + 4;
  const forFrames = (drawing.columns - leafColumns) * (laneWidth + 4);
  const textWidth = isNarrow ? 26 : Math.max(leastText, available - texts - forFrames - 4);
  const most = Math.floor(textWidth / characterWidth) - 1;
  const frames = texts + textWidth;
  const laneX = (column: number) =>
    column < leafColumns
      ? lanes + column * (laneWidth + 4)
      : frames + (column - leafColumns) * (laneWidth + 4);
  return {
    isNarrow,
    write,
    answers,
    lanes,
    laneX,
    laneWidth,
    words,
    texts,
    frames,
    width: frames + forFrames,
    most,
  };
}

/** The text beside a word has at least so much room. */
const leastText = 190;

/** Words that share a byte stand beside each other, up to four. */
function wordLanes(drawing: Drawing): number {
  return Math.min(4, Math.max(1, ...[...drawing.wordsAt.values()].map(({ length }) => length)));
}

/** What each part of a drawing is given. */
export type Part = { readonly drawing: Drawing; readonly columns: Columns };
