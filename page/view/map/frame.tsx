/** What stands around regions and words: the heads of the columns, the axis, the pieces of a write, and what answers. */
import { hex } from '../../../cli/text/layout.ts';
import type { Stop } from '../../map/drawing.ts';
import { type Fold, lineHeight } from '../../map/scale.ts';
import { edgeText, hueOf, middleCut, sizeInWords } from '../texts.ts';
import { type Columns, characterWidth, gap, type Part } from './columns.ts';

export function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="6" class="hatch" />
      </pattern>
    </defs>
  );
}

export function Heads({ drawing, columns }: Part) {
  const { leafColumns } = drawing;
  const { answers, lanes, words, host, frames, isNarrow } = columns;
  const hasFrames = drawing.columns > leafColumns;
  // Narrow columns have their heads in two rows.
  const low = (name: string): readonly [string, string] => (isNarrow ? ['', name] : [name, '']);
  const order = leafColumns > 1 && words - lanes > 90 ? 'topmost first' : '';
  const heads: readonly (readonly [number, readonly [string, string], boolean])[] = [
    [4, ['address', ''], true],
    [answers, ['answers', ''], true],
    [lanes, ['regions', isNarrow ? '' : order], leafColumns > 0],
    [words, low('words'), drawing.words.length > 0 || drawing.stops.length > 0],
    [host, isNarrow ? ['', 'host'] : ['host', 'was told'], drawing.host.length > 0],
    [frames, isNarrow ? ['shown by', ''] : ['containers', 'and aliases'], hasFrames],
  ];
  return (
    <g class="heads">
      {heads
        .filter(([, , isThere]) => isThere)
        .map(([x, [first, second]]) => (
          <text key={x} x={x} y="14">
            {first}
            <tspan x={x} y="28">
              {second}
            </tspan>
          </text>
        ))}
    </g>
  );
}

export function Axis({ drawing, columns }: Part) {
  const { scale } = drawing;
  const right = columns.write - 6;
  return (
    <g class="axis">
      {scale.edges.map((edge) => (
        <g key={String(edge)}>
          <text x={right} y={scale.y(edge) + 4} text-anchor="end">
            {edgeText(edge)}
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

export function Stops({ drawing, columns }: Part) {
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

/** Which region answers: the visible parts of all that can; and again beside a write, where the name is far above it. */
export function Answers({ drawing, columns }: Part) {
  const { scale, boxes, stops } = drawing;
  const width = columns.lanes - columns.answers - gap;
  const most = Math.floor((width - 10) / characterWidth);
  const spans = boxes
    .filter(({ isLeaf }) => isLeaf)
    .flatMap(({ key, place, visible }) => visible.map((span) => ({ key, id: place.region.id, span })));
  const again = stops.filter(({ start, region }) => {
    const own = spans.find(({ id, span }) => id === region && span.start <= start && start < span.end);
    return own === undefined || scale.y(start) - scale.y(own.span.start) > lineHeight;
  });
  return (
    <g class="answers">
      {spans.map(({ key, id, span: { start, end } }) => (
        <g key={`${key} ${start}`} class={hueOf(id)}>
          <rect
            x={columns.answers}
            width={width}
            y={scale.y(start) + 1}
            height={Math.max(scale.y(end) - scale.y(start) - 2, 1)}
            rx="3"
          />
          <text x={columns.answers + 6} y={scale.y(start) + 13}>
            <title>{`${hex(start)} to ${hex(end)}: ${id}`}</title>
            {middleCut(id, most)}
          </text>
        </g>
      ))}
      {again.map(({ number, start, region }) => (
        <text key={number} class="again" x={columns.answers + 6} y={scale.y(start) + 13}>
          {middleCut(region ?? 'none', most)}
        </text>
      ))}
    </g>
  );
}
