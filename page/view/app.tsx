/** The page as a whole. */

import { detachedRegions } from '../../cli/explain/drawing.ts';
import { operationText } from '../../cli/text/operation.ts';
import { regionOf } from '../../model/map/region.ts';
import { isPending } from '../../model/trace/standing.ts';
import type { Operation, Space } from '../../model/vocabulary/vocabulary.ts';
import { drawingOf } from '../map/drawing.ts';
import type { StepView } from '../run/run.ts';
import { around, done, mapSide, opened, operations, runs, step, version } from '../state.ts';
import { Contents } from './contents.tsx';
import { Editor } from './editor.tsx';
import { Header } from './header.tsx';
import { MapFigure } from './map/map-figure.tsx';
import { HostList, MapTables } from './map/map-tables.tsx';
import { Operations } from './operations.tsx';
import { Settings } from './settings.tsx';
import { type SideStep, Sides } from './sides.tsx';

export function App() {
  if (opened.value === undefined) return <Contents />;
  return (
    <>
      <Header />
      <main>
        <section class="pane list" aria-labelledby="head-operations">
          <h2 id="head-operations">Operations</h2>
          <Operations />
          <Editor />
          <Settings />
        </section>
        <Step />
      </main>
      <Help />
    </>
  );
}

function Step() {
  const operation = operations()[step.value];
  if (operation === undefined) return <section class="pane map">Nothing to show.</section>;
  if (step.value >= done.value) {
    return (
      <section class="pane map" aria-busy="true">
        <p>{`The model runs: ${done.value} of ${operations().length} operations.`}</p>
      </section>
    );
  }
  const steps = runs.value.flatMap((run, index): SideStep[] => {
    const side = version.value.sides[index];
    return side === undefined ? [] : [{ side, view: run.at(step.value) }];
  });
  const drawn = steps[mapSide.value] ?? steps[0];
  return (
    <>
      <section class="pane map" aria-labelledby="head-map">
        <h2 id="head-map">{`Step ${step.value}: ${operationText(operation)}`}</h2>
        <SideChoice steps={steps} />
        {drawn !== undefined && <Spaces view={drawn.view} operation={operation} />}
        <Legend />
      </section>
      <section class="pane effects-pane" aria-labelledby="head-effects">
        <h2 id="head-effects">What happened</h2>
        <Sides steps={steps} operation={operation} />
      </section>
    </>
  );
}

/** Whose map is drawn, where there are two. */
function SideChoice({ steps }: { readonly steps: readonly SideStep[] }) {
  if (steps.length < 2) return null;
  return (
    <fieldset class="choice">
      <legend>map and host of</legend>
      {steps.map(({ side }, index) => (
        <label key={index}>
          <input
            type="radio"
            name="side"
            checked={mapSide.value === index}
            onChange={() => {
              mapSide.value = index;
            }}
          />
          {side.name}
        </label>
      ))}
    </fieldset>
  );
}

const memoryFirst = ['memory', 'io'] as const;
const ioFirst = ['io', 'memory'] as const;

function Spaces({ view, operation }: { readonly view: StepView; readonly operation: Operation }) {
  const { after } = view;
  const detached = detachedRegions(after);
  const isEmpty = (['memory', 'io'] as const).every(
    (space) => regionOf(after.rendered, space).subregions.length === 0,
  );
  // The one that the step writes to comes first.
  const order = operation.op === 'write' && operation.space === 'io' ? ioFirst : memoryFirst;
  const spaces = order.map((space) => (
    <OneSpace key={space} space={space} view={view} operation={operation} />
  ));
  return (
    <>
      {isPending(after) && (
        <p class="note">An open transaction has changes that neither the map nor the host shows yet.</p>
      )}
      {isEmpty && <p class="note">Nothing is mapped.</p>}
      {spaces}
      {detached.length > 0 && (
        <p class="note">{`Not mapped: ${detached
          .slice(0, 40)
          .map(({ id }) => id)
          .join(', ')}${detached.length > 40 ? ', ...' : ''}`}</p>
      )}
    </>
  );
}

type OneSpaceProps = { readonly space: Space; readonly view: StepView; readonly operation: Operation };

function OneSpace({ space, view, operation }: OneSpaceProps) {
  const { before, after } = view;
  const traced = operation.op === 'write' && operation.space === space ? view.trace?.() : undefined;
  const trace = traced?.kind === 'write' ? traced : undefined;
  const drawing = drawingOf({ space, before, after, operation, trace, around: around.value });
  if (drawing === undefined) return null;
  const move = (by: number) => {
    around.value = drawing.before + 40 + by;
  };
  return (
    <section class="space" aria-label={`address space ${space}`}>
      <h3>{`Address space ${space}`}</h3>
      {drawing.map.shift !== 0n && (
        <p class="note">
          QEMU takes the only region of this space for its root: everything is moved by its offset (clause
          M6).
        </p>
      )}
      {drawing.before > 0 && (
        <button
          type="button"
          onClick={() => move(-60)}
        >{`${drawing.before} more regions at lower addresses`}</button>
      )}
      <MapFigure drawing={drawing} />
      {drawing.after > 0 && (
        <button
          type="button"
          onClick={() => move(60)}
        >{`${drawing.after} more regions at higher addresses`}</button>
      )}
      <HostList after={after} drawing={drawing} />
      <MapTables drawing={drawing} />
    </section>
  );
}

function Legend() {
  return (
    <p class="legend">
      <span>
        <span class="key seen" /> visible
      </span>
      <span>
        <span class="key covered" /> hidden
      </span>
      <span>
        <span class="key changed" /> changed by this step
      </span>
      <span>● the host holds it</span>
      <span>○ not told</span>
      <span>◌ hidden</span>
      <span>✕ refused</span>
      <span>+ the host was told it in this step</span>
      <span>− deleted</span>
      <span>✝ dead</span>
      <span>… waits for the commit</span>
      <span>▶ matches this write</span>
    </p>
  );
}

function Help() {
  return (
    <footer>
      <p>
        Keys: <kbd>←</kbd> <kbd>→</kbd> or <kbd>k</kbd> <kbd>j</kbd> step, <kbd>Home</kbd> <kbd>End</kbd>{' '}
        first and last, <kbd>n</kbd> <kbd>p</kbd> next and previous difference, <kbd>/</kbd> search,{' '}
        <kbd>u</kbd> undo. Drop a scenario file anywhere to open it.
      </p>
    </footer>
  );
}
