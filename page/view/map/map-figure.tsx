/** A space as a drawing: addresses downwards, what answers, a column for each layer, and the registered words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Drawing } from '../../map/drawing.ts';
import { columnsOf, top } from './columns.ts';
import { Answers, Axis, Hatch, Heads, Stops } from './frame.tsx';
import { RegionBox } from './region-box.tsx';
import { Words } from './words.tsx';

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
