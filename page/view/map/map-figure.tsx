/** A space as a drawing: addresses downwards, what answers, a column for each layer, and the registered words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Drawing } from '../../map/drawing.ts';
import { step } from '../../state.ts';
import { useSize } from '../size.ts';
import { columnsOf, top } from './columns.ts';
import { Answers, Axis, Hatch, Heads, Stops } from './frame.tsx';
import { RegionBox } from './region-box.tsx';
import { Words } from './words.tsx';

/** Brings into sight what the step is about: the write, or what it changed. Of a page that is not wide, only the drawing moves. */
function showFocus(figure: HTMLElement): void {
  const focus = figure.querySelector('.stop') ?? figure.querySelector('.changed');
  if (focus === null) return;
  const { top: focusTop, bottom: focusBottom } = focus.getBoundingClientRect();
  if (figure.scrollHeight > figure.clientHeight + 1) {
    const { top: figureTop, bottom: figureBottom } = figure.getBoundingClientRect();
    if (focusTop < figureTop || focusBottom > figureBottom)
      figure.scrollTop += focusTop - figureTop - figure.clientHeight / 3;
    return;
  }
  const head = document.querySelector('header')?.getBoundingClientRect().bottom ?? 0;
  const isNarrow = getComputedStyle(figure).maxHeight !== 'none';
  if (isNarrow || (focusTop >= head && Math.min(focusBottom, focusTop + 40) <= innerHeight)) return;
  scrollBy(0, focusTop - head - (innerHeight - head) / 3);
}

/** What is too wide is made smaller, down to what can still be read; beyond that it scrolls. */
const leastShrunk = 0.72;

export function MapFigure({ drawing }: { readonly drawing: Drawing }) {
  const frame = useRef<HTMLDivElement>(null);
  const [available, setAvailable] = useState(900);
  useSize(frame, ({ clientWidth }) => setAvailable(clientWidth));
  const at = step.value;
  useEffect(() => {
    if (frame.current !== null) showFocus(frame.current);
  }, [at, drawing.space]);
  const columns = columnsOf(drawing, available);
  const { scale, space } = drawing;
  const height = top + scale.height + 14;
  const shrunk = Math.max(leastShrunk, Math.min(1, available / columns.width));
  const title = `Address space ${space}: ${drawing.boxes.length} regions, ${drawing.words.length} registered words. The table after it says the same.`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="figure" ref={frame} tabIndex={0} aria-label={`drawing of ${space}`}>
      <svg
        role="img"
        aria-label={title}
        width={columns.width * shrunk}
        height={height * shrunk}
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
