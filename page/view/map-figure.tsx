/** A space as a drawing: addresses downwards, what answers, a column for each layer, and the registered words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { hex } from '../../cli/text/layout.ts';
import { matchText } from '../../cli/text/operation.ts';
import { printable } from '../../format/errors.ts';
import { type Drawing, mostTexts, type Stop, wordSpan } from '../map/drawing.ts';
import type { Box, Span } from '../map/places.ts';
import type { Fold } from '../map/scale.ts';
import { lineHeight } from '../map/scale.ts';
import type { Word } from '../map/words.ts';
import { isSpareRegion } from '../spare.ts';
import { hueOf, middleCut, sizeInWords } from './texts.ts';

/** Where the columns are, in pixels. */
type Columns = {
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

const characterWidth = 6.7;
const gap = 6;
const top = 44;

function columnsOf(drawing: Drawing, available: number): Columns {
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

export function MapFigure({ drawing }: { readonly drawing: Drawing }) {
  const frame = useRef<HTMLDivElement>(null);
  const [available, setAvailable] = useState(900);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setAvailable(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const columns = columnsOf(drawing, available);
  const { scale, space } = drawing;
  const height = top + scale.height + 14;
  const title = `Address space ${space}: ${drawing.boxes.length} regions, ${drawing.words.length} registered words. The table after it says the same.`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="figure" ref={frame} tabIndex={0} aria-label={`drawing of ${space}`}>
      <svg
        role="img"
        aria-label={title}
        width={columns.width}
        height={height}
        viewBox={`0 0 ${columns.width} ${height}`}
      >
        <title>{title}</title>
        <Hatch />
        <Heads drawing={drawing} columns={columns} />
        <g transform={`translate(0 ${top})`}>
          <Axis drawing={drawing} columns={columns} />
          <Stops drawing={drawing} columns={columns} />
          <Answers drawing={drawing} columns={columns} />
          {drawing.boxes.map((box) => (
            <RegionBox key={box.key} box={box} drawing={drawing} columns={columns} />
          ))}
          <Words drawing={drawing} columns={columns} />
        </g>
      </svg>
    </section>
  );
}

type Part = { readonly drawing: Drawing; readonly columns: Columns };

function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="6" class="hatch" />
      </pattern>
    </defs>
  );
}

function Heads({ drawing, columns }: Part) {
  const { leafColumns } = drawing;
  const { answers, lanes, words, frames, isNarrow } = columns;
  const heads: [number, string, string][] = [
    [4, 'address', ''],
    [answers, 'answers', ''],
  ];
  if (leafColumns > 0) heads.push([lanes, 'regions', leafColumns > 1 ? 'topmost first' : '']);
  if (drawing.columns > leafColumns) {
    heads.push([frames, isNarrow ? 'shown by' : 'containers', isNarrow ? '' : 'and aliases']);
  }
  if (drawing.words.length > 0 || drawing.stops.length > 0) heads.push([words, isNarrow ? '' : 'words', '']);
  return (
    <g class="heads">
      {heads.map(([x, first, second]) => (
        <text key={first} x={x} y="14">
          {first}
          <tspan x={x} dy="14">
            {second}
          </tspan>
        </text>
      ))}
    </g>
  );
}

function Axis({ drawing, columns }: Part) {
  const { scale } = drawing;
  const right = columns.write - 6;
  return (
    <g class="axis">
      {scale.edges.map((edge) => (
        <g key={String(edge)}>
          <text x={right} y={scale.y(edge) + 4} text-anchor="end">
            {hex(edge)}
          </text>
          <line x1={right + 2} x2={columns.width} y1={scale.y(edge)} y2={scale.y(edge)} />
        </g>
      ))}
      {scale.folds.map((fold) => (
        <Break key={String(fold.start)} fold={fold} columns={columns} />
      ))}
    </g>
  );
}

/** A zigzag over the axis, with how much is folded. */
function Break({ fold, columns }: { readonly fold: Fold; readonly columns: Columns }) {
  const middle = (fold.top + fold.bottom) / 2;
  const x = columns.write + 2;
  return (
    <g class="break">
      <path d={`M ${x} ${fold.top} V ${middle - 8} l 5 3 l -10 4 l 10 4 l -5 3 V ${fold.bottom}`} />
      <text x={columns.write - 6} y={middle + 4} text-anchor="end">
        {sizeInWords(fold.end - fold.start)}
      </text>
    </g>
  );
}

function Stops({ drawing, columns }: Part) {
  const { scale } = drawing;
  return (
    <g class="stops">
      {drawing.stops.map((stop) => {
        const y = scale.y(stop.start);
        const height = Math.max(scale.y(stop.end) - y, 12);
        return (
          <g key={stop.number}>
            <rect
              class="band"
              x={columns.write}
              width={columns.frames - columns.write}
              y={y}
              height={height}
            />
            <rect class="stop" x={columns.write + 2} width="16" y={y} height={height} rx="3" />
            <text
              class="number"
              x={columns.write + 10}
              y={y + Math.min(height / 2, 9) + 4}
              text-anchor="middle"
            >
              {stop.number}
            </text>
            {!columns.isNarrow && <Outcomes stop={stop} y={y} columns={columns} />}
          </g>
        );
      })}
    </g>
  );
}

function Outcomes({
  stop,
  columns,
  y,
}: {
  readonly stop: Stop;
  readonly columns: Columns;
  readonly y: number;
}) {
  const { texts, most } = columns;
  return (
    <>
      {stop.outcomes.map((outcome, index) => (
        <text key={outcome} class="outcome" x={texts} y={y + 12 + index * lineHeight}>
          <title>{outcome}</title>
          {`(${stop.number}) ${middleCut(outcome, most - 4)}`}
        </text>
      ))}
    </>
  );
}

/** Which region answers: the topmost layer of each range. */
function Answers({ drawing, columns }: Part) {
  const { scale, map, boxes } = drawing;
  const width = columns.lanes - columns.answers - gap;
  const drawn = new Set(boxes.flatMap(({ visible }) => visible.map(({ start }) => start)));
  const isDrawn = ({ start }: Span) => drawn.has(start) && scale.edges.includes(start);
  return (
    <g class="answers">
      {map.ranges.filter(isDrawn).map(({ start, end, layers }) => {
        const [first] = layers;
        const y = scale.y(start);
        const height = scale.y(end) - y;
        const id = first?.region.id ?? '';
        return (
          <g key={String(start)} class={hueOf(id)}>
            <rect x={columns.answers} width={width} y={y + 1} height={Math.max(height - 2, 1)} rx="3" />
            <text x={columns.answers + 6} y={y + 13}>
              <title>{`${hex(start)} to ${hex(end)}: ${id}`}</title>
              {middleCut(id, Math.floor((width - 10) / characterWidth))}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function RegionBox({ box, drawing, columns }: Part & { readonly box: Box }) {
  const { scale, changed, stops } = drawing;
  const { place, column, visible, isLeaf } = box;
  const x = columns.laneX(column);
  const y = scale.y(place.start);
  const height = scale.y(place.end) - y;
  const answers = (stop: Stop) =>
    stop.region === place.region.id &&
    visible.some(({ start, end }) => start <= stop.start && stop.start < end);
  const isHit = isLeaf && stops.some(answers);
  const names = ['box', place.region.kind, hueOf(place.region.id)];
  if (changed.has(box.key)) names.push('changed');
  if (isHit) names.push('hit');
  if (isSpareRegion(place.region.id)) names.push('spare');
  const most = Math.floor((columns.laneWidth - 10) / characterWidth);
  const lines = boxLines(box).map((line) => middleCut(line, most));
  return (
    <g class={names.join(' ')}>
      <title>{boxTitle(box)}</title>
      <rect
        class="whole"
        x={x + 1}
        y={y + 1}
        width={columns.laneWidth - 2}
        height={Math.max(height - 2, 1)}
        rx="3"
      />
      {isLeaf && (
        <rect
          class="covered"
          x={x + 1}
          y={y + 1}
          width={columns.laneWidth - 2}
          height={Math.max(height - 2, 1)}
          rx="3"
        />
      )}
      {isLeaf &&
        visible.map(({ start, end }) => (
          <rect
            key={String(start)}
            class="seen"
            x={x + 1}
            y={scale.y(start) + 1}
            width={columns.laneWidth - 2}
            height={Math.max(scale.y(end) - scale.y(start) - 2, 1)}
            rx="3"
          />
        ))}
      {lines.slice(0, Math.max(1, Math.floor((height - 2) / 14))).map((line, index) => (
        <text key={line} class={index === 0 ? 'name' : ''} x={x + 6} y={y + 13 + index * 14}>
          {line}
        </text>
      ))}
    </g>
  );
}

function boxLines({ place, isLeaf, visible }: Box): string[] {
  const { region, offset, via } = place;
  const lines = [region.id];
  if (region.kind === 'alias') lines.push(`= ${region.target}`, `from ${hex(region.targetOffset)}`);
  else if (region.kind !== 'io') lines.push(region.kind);
  if (isLeaf && visible.length === 0) lines.push('hidden');
  if (offset !== 0n) lines.push(`from +${hex(offset)}`);
  if (region.priority !== 0) lines.push(`priority ${region.priority}`);
  if (via.length > 0) lines.push(`via ${via.join(', ')}`);
  return lines;
}

function boxTitle(box: Box): string {
  const { place, visible, isLeaf } = box;
  const seen = !isLeaf
    ? ''
    : visible.length === 0
      ? ', hidden'
      : `, visible at ${visible.map(({ start, end }) => `${hex(start)} to ${hex(end)}`).join(', ')}`;
  return `${boxLines(box).join(', ')}: ${hex(place.start)} to ${hex(place.end)}${seen}`;
}

function Words({ drawing, columns }: Part) {
  const groups = [...drawing.wordsAt.values()];
  return (
    <g class="words">
      {groups.map((group) => (
        <WordGroup
          key={String(group[0]?.ioeventfd.address)}
          group={group}
          drawing={drawing}
          columns={columns}
        />
      ))}
    </g>
  );
}

/** The words that begin at one address; of many, those that the write or the step is about come first. */
function WordGroup({ group, drawing, columns }: Part & { readonly group: readonly Word[] }) {
  const { scale, changed, stops } = drawing;
  const rank = (word: Word) => (word.verdict === 'matches' ? 0 : changed.has(word.key) ? 1 : 2);
  const shown =
    group.length <= mostTexts ? group : group.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostTexts);
  const [first] = group;
  if (first === undefined) return null;
  const [address] = wordSpan(first.ioeventfd);
  const above = columns.isNarrow
    ? 0
    : stops.filter(({ start }) => start === address).reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  const y = scale.y(address);
  const textY = (index: number) => y + 12 + (above + index) * lineHeight;
  return (
    <g>
      {shown.map((word, index) => (
        <WordMark
          key={word.key}
          word={word}
          index={index}
          textY={textY(index)}
          drawing={drawing}
          columns={columns}
        />
      ))}
      {group.length > shown.length && (
        <text class="more" x={columns.texts} y={textY(shown.length)}>
          {columns.isNarrow
            ? `+${group.length - shown.length}`
            : `and ${group.length - shown.length} more, in the table`}
        </text>
      )}
    </g>
  );
}

type WordMarkProps = Part & { readonly word: Word; readonly index: number; readonly textY: number };

function WordMark({ word, index, textY, drawing, columns }: WordMarkProps) {
  const { scale, changed } = drawing;
  const [start, end] = wordSpan(word.ioeventfd);
  const y = scale.y(start);
  const x = columns.words + Math.min(index, 3) * 12;
  const names = ['word', `is-${word.state.replace(' ', '-')}`];
  if (changed.has(word.key)) names.push('changed');
  if (word.verdict === 'matches') names.push('matches');
  const text = wordText(word);
  return (
    <g class={names.join(' ')}>
      <title>{`${word.region}, at ${hex(word.ioeventfd.address)}: ${text}`}</title>
      <rect x={x + 1} y={y + 1} width="9" height={Math.max(scale.y(end) - y - 2, 3)} rx="2" />
      <text x={columns.texts} y={textY}>
        {columns.isNarrow ? symbolOf(word) : middleCut(`${symbolOf(word)} ${text}`, columns.most)}
      </text>
    </g>
  );
}

/** A sign for the state, so that it does not take colour to tell. */
export function symbolOf({ state, verdict }: Pick<Word, 'state' | 'verdict'>): string {
  if (verdict === 'matches') return '▶';
  switch (state) {
    case 'told':
      return '●';
    case 'dead':
      return '✝';
    case 'refused':
      return '✕';
    case 'lost':
      return '−';
    case 'waits':
      return '…';
    case 'not told':
      return '○';
    case 'hidden':
      return '◌';
  }
}

function wordText({ ioeventfd, text, state, verdict }: Word): string {
  const { size, data, notifier } = ioeventfd;
  const why =
    verdict === undefined
      ? state === 'told'
        ? ''
        : `: ${text}`
      : verdict === 'matches'
        ? ': matches'
        : `: no, ${verdict}`;
  return `${matchText(size, data)} → ${printable(notifier)}${why}`;
}
