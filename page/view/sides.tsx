/** What each side did at the step, the first difference marked, and why. */
import { changeNotes } from '../../cli/explain/change-text.ts';
import type { Note } from '../../cli/explain/note.ts';
import { writeNotes } from '../../cli/explain/write-text.ts';
import { effectText } from '../../cli/text/operation.ts';
import { printable } from '../../format/errors.ts';
import type { Effect, Operation } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../../properties/compare/compare.ts';
import type { StepView } from '../run/run.ts';
import { differences, goTo, opened, past, type Side, step, version } from '../state.ts';
import { ClauseButtons, ClauseText } from './clause-text.tsx';

export type SideStep = { readonly side: Side; readonly view: StepView };

export function Sides({
  steps,
  operation,
}: {
  readonly steps: readonly SideStep[];
  readonly operation: Operation;
}) {
  const [a, b] = steps;
  const differs = a === undefined || b === undefined ? -1 : differenceOf(a.view.effects, b.view.effects);
  return (
    <>
      <Verdict count={steps.length} />
      <div class={`sides sides-${steps.length}`}>
        {steps.map(({ side, view }, index) => (
          <section class="side" key={index} aria-label={`what ${side.name} did`}>
            <h3>{printable(side.name)}</h3>
            <Effects
              effects={view.effects}
              other={steps[1 - index]?.view.effects}
              differs={differs}
              isFirst={differences.value[0] === step.value}
            />
            {side.stored?.failure !== undefined && <p class="error">{printable(side.stored.failure)}</p>}
            <Why view={view} operation={operation} />
          </section>
        ))}
      </div>
      <Expected steps={steps} />
      <ClauseText />
    </>
  );
}

function Verdict({ count }: { readonly count: number }) {
  if (count < 2) return null;
  const found = differences.value;
  const [first] = found;
  if (first === undefined) return <p class="verdict">Both sides do the same, as far as they are computed.</p>;
  return (
    <p class="verdict differs">
      {`The sides differ at ${found.length} ${found.length === 1 ? 'step' : 'steps'}. `}
      <button type="button" onClick={() => goTo(first)}>{`first difference: step ${first}`}</button>
    </p>
  );
}

type EffectsProps = {
  readonly effects: readonly Effect[];
  readonly other: readonly Effect[] | undefined;
  readonly differs: number;
  readonly isFirst: boolean;
};

function Effects({ effects, other, differs, isFirst }: EffectsProps) {
  const isShorter = other !== undefined && effects.length < other.length && differs >= 0;
  if (effects.length === 0) {
    return (
      <p class={isShorter ? 'effect differs' : 'effect none'}>
        {isShorter ? mark(isFirst, 'nothing') : 'nothing is seen'}
      </p>
    );
  }
  return (
    <ol class="effects">
      {effects.map((effect, index) => {
        const isDifferent = other !== undefined && isOther(effect, other[index]);
        const kind = Object.keys(effect)[0] ?? '';
        const text = effectText(effect);
        return (
          <li key={index} class={`effect ${kind}${isDifferent ? ' differs' : ''}`}>
            {isDifferent ? mark(isFirst && index === differs, text) : text}
          </li>
        );
      })}
      {isShorter && (
        <li class="effect differs">{mark(isFirst && effects.length === differs, 'nothing more')}</li>
      )}
    </ol>
  );
}

function mark(isFirst: boolean, text: string): string {
  return `${isFirst ? '» ' : '› '}${text}`;
}

function isOther(effect: Effect, other: Effect | undefined): boolean {
  return other === undefined || differenceOf([effect], [other]) >= 0;
}

function Why({ view, operation }: { readonly view: StepView; readonly operation: Operation }) {
  const trace = view.trace?.();
  if (trace === undefined)
    return <p class="note">Why this side does so is not known here: it is not the model.</p>;
  const notes: readonly Note[] =
    trace.kind === 'write'
      ? writeNotes(trace, view.before.target)
      : changeNotes(trace, operation, view.effects);
  if (notes.length === 0) return null;
  return (
    <ul class="why" aria-label="why">
      {notes.map(({ text, clauses, depth }, index) => (
        <li key={index} class={`depth-${Math.min(depth, 2)}`}>
          {`${text} `}
          <ClauseButtons ids={clauses} />
        </li>
      ))}
    </ul>
  );
}

/** What the file expects at this step. */
function Expected({ steps }: { readonly steps: readonly SideStep[] }) {
  if (past.value.length > 0) return null;
  const expected = version.value.scenario.expect?.find(({ operation }) => operation === step.value);
  if (expected === undefined || opened.value === undefined) return null;
  const met = steps.map(
    ({ side, view }) =>
      `${side.name}: ${differenceOf(expected.effects, view.effects) < 0 ? 'as expected' : 'not as expected'}`,
  );
  return (
    <section class="expected" aria-label="what the file expects">
      <h3>The file expects</h3>
      <ul>
        {(expected.effects.length === 0 ? ['nothing'] : expected.effects.map(effectText)).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <p class="note">{met.join('; ')}</p>
    </section>
  );
}
