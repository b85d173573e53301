/**
 * A scenario explained for people: what each operation does, the map whenever a write sees a new one, and the path of each
 * write. Nothing is decided here: the model's trace says what happened and why.
 */

import { printable } from '../../format/errors.ts';
import { type ClauseId, clauseOf } from '../../model/clauses/catalogue.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import { isPending } from '../../model/trace/standing.ts';
import type { Trace } from '../../model/trace/trace.ts';
import { tracedStep } from '../../model/trace/traced-step.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type { Dispatcher, Effect, Operation, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { checkedEffects, sessionOf } from '../../properties/compare/apply.ts';
import { differenceOf } from '../../properties/compare/compare.ts';
import { annotated, ascii, pageWidth, wrapped } from '../text/layout.ts';
import { effectText, headerText, numbered } from '../text/operation.ts';
import { plain, type Style } from '../text/style.ts';
import { changeNotes } from './change-text.ts';
import { detachedRegions, drawSpace } from './drawing.ts';
import { kindText } from './tree.ts';
import { writeLines } from './write-text.ts';

export type ExplainOptions = {
  /** The profile, where the name of the dispatcher says one; else the scenario's own. */
  readonly profile?: Profile;
  /** What that profile decides otherwise. */
  readonly decisions?: Partial<Decisions>;
  /** A dispatcher whose effects are shown where they differ from the model's. */
  readonly other?: Dispatcher;
  /** Draw the map after each operation that changes it, not only where a write sees it. */
  readonly everyStep?: boolean;
  readonly style?: Style;
  /** Told each operation's index before it is interpreted. */
  readonly onOperation?: (index: number) => void;
};

const indent = '      ';

/** The lines of an explanation, one operation after the other. */
export function* explain(scenario: Scenario, options: ExplainOptions = {}): Generator<string> {
  let last = '';
  for (const line of sections(scenario, options)) {
    if (line !== '' || last !== '') yield line;
    last = line;
  }
}

function* sections(scenario: Scenario, options: ExplainOptions): Generator<string> {
  const { profile, decisions, other, everyStep = false, style = plain, onOperation } = options;
  const header = underAsked(scenario, profile, decisions);
  const session = other && sessionOf(other, header);
  const { operations } = scenario;
  const cited = new Set<ClauseId>();
  let state = initialState(header);
  const map = new MapDrawer();
  map.next(state);
  yield* title(scenario, header, style);
  for (const [index, operation] of operations.entries()) {
    onOperation?.(index);
    if (operation.op === 'write') {
      yield* framed(`map before [${index}]`, map.next(state), style, cited);
    }
    const { state: after, effects, trace } = tracedStep(state, operation);
    yield* numbered(index, operation).map(style.bold);
    yield* noted(traceLines(trace, operation, effects, state), cited);
    if (session !== undefined) {
      const name = other?.name ?? '';
      yield* disagreement(checkedEffects(session, operation, index, name), effects, name, style);
    }
    state = after;
    const isLast = index === operations.length - 1;
    if (operation.op === 'write' || !(everyStep || isLast)) continue;
    yield* framed(`map after [${index}]`, map.next(state), style, cited);
  }
  yield* legend(cited, style);
}

/** The scenario under another profile, where one is asked for. */
export function underAsked(
  scenario: Scenario,
  profile: Profile | undefined,
  decisions: Partial<Decisions> | undefined,
): Scenario {
  if (profile === undefined) return scenario;
  return { ...scenario, profile, ...(decisions !== undefined && { decisions }) };
}

function* title(scenario: Scenario, header: Scenario, style: Style): Generator<string> {
  if (scenario.title !== undefined) yield* wrapped(style.bold(printable(scenario.title)), pageWidth);
  yield* wrapped(headerText(header), pageWidth, '  ');
  const { found } = scenario;
  if (found !== undefined) {
    const on = found.dispatchers === undefined ? '' : `, ${found.dispatchers.map(printable).join(' and ')}`;
    const at = found.operation === undefined ? '' : `, at [${found.operation}]`;
    const clause = found.clause === undefined ? '' : ` (${printable(found.clause)})`;
    yield* wrapped(`found by ${printable(found.property)}${on}${at}${clause}`, pageWidth, '  ');
  }
  if (scenario.operations.length === 0) yield 'no operations';
  yield '';
}

function traceLines(
  trace: Trace,
  operation: Operation,
  effects: readonly Effect[],
  { target }: State,
): string[] {
  switch (trace.kind) {
    case 'write':
      return writeLines(trace, target);
    case 'error':
    case 'change': {
      const notes = changeNotes(trace, operation, effects);
      return notes.flatMap(({ text, clauses }) => annotated(indent + text, clauses));
    }
  }
}

/** The other dispatcher's effects, where they differ. */
function disagreement(
  theirs: readonly Effect[],
  ours: readonly Effect[],
  name: string,
  style: Style,
): string[] {
  if (differenceOf(ours, theirs) < 0) return [];
  const listed = theirs.length === 0 ? ['(nothing)'] : theirs.map(effectText);
  const said = ours.length === 0 ? ['(nothing)'] : ours.map(effectText);
  return [
    style.bad(`${indent}${printable(name)} does something else:`),
    ...said.map((text) => `${indent}  - model: ${text}`),
    ...listed.map((text) => style.bad(`${indent}  + ${printable(name)}: ${text}`)),
  ];
}

/** Draws the map when it is not the one that was drawn last. */
class MapDrawer {
  #state: State | undefined;
  #lines: readonly string[] = [];

  /** The drawing of a state, or nothing where it is the last one again. */
  next(state: State): readonly string[] | undefined {
    // States are values: after a write, and mostly between changes, the parts are the very same.
    const last = this.#state;
    const isSame =
      last?.regions === state.regions &&
      last.rendered === state.rendered &&
      last.host === state.host &&
      isPending(last) === isPending(state);
    this.#state = state;
    if (isSame) return undefined;
    const lines = drawing(state);
    if (lines.join('\n') === this.#lines.join('\n')) return undefined;
    this.#lines = lines;
    return lines;
  }
}

/** Both spaces, and what is mapped nowhere. */
function drawing(state: State): string[] {
  const memory = drawSpace(state, 'memory');
  const io = drawSpace(state, 'io');
  const lines = memory.length > 0 && io.length > 0 ? [...memory, '', ...io] : [...memory, ...io];
  const detached = detachedRegions(state);
  if (lines.length > 0 && detached.length > 0) {
    const names = detached.map((region) => `${region.id} (${kindText(region)})`);
    lines.push(...wrapped(`  not mapped: ${names.join('; ')}`, pageWidth, '  '));
  }
  if (isPending(state))
    lines.push('  an open transaction has changes that neither map nor host show yet [H1]');
  return lines;
}

function* framed(
  heading: string,
  lines: readonly string[] | undefined,
  style: Style,
  cited: Set<ClauseId>,
): Generator<string> {
  if (lines === undefined) return;
  yield '';
  yield style.mark(`--- ${heading} ${'-'.repeat(Math.max(pageWidth - heading.length - 5, 0))}`);
  yield* noted(lines.length === 0 ? ['  nothing is mapped'] : lines, cited);
  yield style.mark('-'.repeat(pageWidth));
  yield '';
}

/** Passes lines on, and notes the clauses that they name. */
function* noted(lines: readonly string[], cited: Set<ClauseId>): Generator<string> {
  for (const line of lines) {
    const ids = /\[([A-Z]\d+(?: [A-Z]\d+)*)\]$/.exec(line)?.[1] ?? '';
    for (const id of ids.split(' ').filter((one) => one !== '')) cited.add(id as ClauseId);
    yield line;
  }
}

/** The titles of the clauses that were named, so that the text stands on its own. */
function* legend(cited: ReadonlySet<ClauseId>, style: Style): Generator<string> {
  if (cited.size === 0) return;
  yield '';
  yield style.bold('Clauses');
  const ids = [...cited].sort(
    (a, b) => a[0]?.localeCompare(b[0] ?? '') || Number(a.slice(1)) - Number(b.slice(1)),
  );
  for (const id of ids) yield `  ${id.padEnd(4)}${ascii(clauseOf(id).title)}`;
}
