/** A region in its lane: all of it, and what is visible of it. */
import { hex } from '../../../cli/text/layout.ts';
import type { Stop } from '../../map/drawing.ts';
import type { Box, Span } from '../../map/places.ts';
import { isSpareRegion } from '../../spare.ts';
import { hueOf, middleCut } from '../texts.ts';
import { characterWidth, type Part } from './columns.ts';

export function RegionBox({ box, drawing, columns }: Part & { readonly box: Box }) {
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
  const lines = boxLines(box, most).map((line) => middleCut(line, most));
  const bar = (name: string, { start, end }: Span) => (
    <rect
      key={String(start)}
      class={name}
      x={x + 1}
      y={scale.y(start) + 1}
      width={columns.laneWidth - 2}
      height={Math.max(scale.y(end) - scale.y(start) - 2, 1)}
      rx="3"
    />
  );
  return (
    <g class={names.join(' ')}>
      <title>{boxTitle(box)}</title>
      {bar('whole', place)}
      {isLeaf && bar('covered', place)}
      {isLeaf && visible.map((span) => bar('seen', span))}
      {lines.slice(0, Math.max(1, Math.floor((height - 2) / 14))).map((line, index) => (
        <text key={line} class={index === 0 ? 'name' : ''} x={x + 6} y={y + 13 + index * 14}>
          {line}
        </text>
      ))}
    </g>
  );
}

/** In narrow lanes, only what can be read there: the name, and the priority. */
const narrowLane = 9;

function boxLines(box: Box, most: number): string[] {
  const { place, isLeaf, visible } = box;
  const { region, offset, via } = place;
  const lines = [region.id];
  const isRoomy = most >= narrowLane;
  if (isRoomy && region.kind === 'alias')
    lines.push(`= ${region.target}`, `from ${hex(region.targetOffset)}`);
  else if (region.kind !== 'io' && (isRoomy || region.kind.length <= most)) lines.push(region.kind);
  if (isLeaf && visible.length === 0 && most >= 'hidden'.length) lines.push('hidden');
  if (isRoomy && offset !== 0n) lines.push(`from +${hex(offset)}`);
  if (region.priority !== 0) lines.push(priorityText(region.priority, most));
  if (isRoomy && via.length > 0) lines.push(`via ${via.join(', ')}`);
  return lines;
}

function priorityText(priority: number, most: number): string {
  const texts = [`priority ${priority}`, `prio ${priority}`, `p ${priority}`];
  return texts.find(({ length }) => length <= most) ?? `p ${priority}`;
}

function boxTitle(box: Box): string {
  const { place, visible, isLeaf } = box;
  const seen = !isLeaf
    ? ''
    : visible.length === 0
      ? ', hidden'
      : `, visible at ${visible.map(({ start, end }) => `${hex(start)} to ${hex(end)}`).join(', ')}`;
  return `${boxLines(box, 64).join(', ')}: ${hex(place.start)} to ${hex(place.end)}${seen}`;
}
