/** An explanation for programs: what `explain --json` prints (docs/explain.md). */
import { effectsToJson, type Json, operationToJson } from '../../format/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { initialState } from '../../model/reference/state.ts';
import { tracedStep } from '../../model/trace/traced-step.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { checkedEffects, sessionOf } from '../../properties/compare/apply.ts';
import { jsonLine } from '../text/json-line.ts';
import { underAsked } from './explain.ts';

/** The format of the document; a change of fields that a reader notices gets a new number. */
const format = 'ioeventfd-explanation/2';

export type ExplainJsonOptions = {
  readonly source: string;
  readonly profile?: Profile;
  readonly decisions?: Partial<Decisions>;
  readonly other?: Dispatcher;
};

/**
 * The document of a scenario, in pieces that join to one line of JSON. The traces of a long scenario take far more than
 * the scenario: so each list is made an element at a time, and the scenario runs once for each list.
 */
export function* explanationPieces(
  scenario: Scenario,
  { source, profile, decisions, other }: ExplainJsonOptions,
): Generator<string, void, undefined> {
  const run = underAsked(scenario, profile, decisions);
  const { title, target = 'little', host = {} } = run;
  const header = {
    format,
    source,
    ...(title !== undefined && { title }),
    profile: run.profile ?? 'contract',
    ...(decisions !== undefined && { decisions }),
    target,
    host: toJson(host),
  };
  yield `${jsonLine(header).slice(0, -1)},"operations":`;
  yield* list(operationsOf(run));
  yield ',"effects":';
  yield* list(effectsOf(modelDispatcher, run));
  yield ',"traces":';
  yield* list(tracesOf(run));
  if (other !== undefined) {
    yield `,"other":{"name":${jsonLine(other.name)},"effects":`;
    yield* list(effectsOf(other, run));
    yield '}';
  }
  yield '}';
}

function* list(elements: Iterable<Json>): Generator<string, void, undefined> {
  let before = '[';
  for (const element of elements) {
    yield before + jsonLine(element);
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function* operationsOf({ operations }: Scenario): Generator<Json, void, undefined> {
  for (const operation of operations) yield operationToJson(operation);
}

function* effectsOf(dispatcher: Dispatcher, scenario: Scenario): Generator<Json, void, undefined> {
  const session = sessionOf(dispatcher, scenario);
  for (const [index, operation] of scenario.operations.entries()) {
    yield effectsToJson(checkedEffects(session, operation, index, dispatcher.name));
  }
}

function* tracesOf(scenario: Scenario): Generator<Json, void, undefined> {
  let state = initialState(scenario);
  for (const operation of scenario.operations) {
    const traced = tracedStep(state, operation);
    yield toJson(traced.trace);
    state = traced.state;
  }
}

/** Plain data as JSON: wide numbers as hexadecimal strings, as everywhere in the scenario format. */
function toJson(value: unknown): Json {
  if (typeof value === 'bigint')
    return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) throw new TypeError(`not plain data: ${String(value)}`);
  const given = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(given.map(([name, field]) => [name, toJson(field)]));
}
