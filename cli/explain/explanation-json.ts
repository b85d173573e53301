/** An explanation for programs: what `explain --json` prints (docs/explain.md). */
import { type Json, operationToJson } from '../../format/index.ts';
import { initialState } from '../../model/reference/state.ts';
import type { Trace } from '../../model/trace/trace.ts';
import { tracedStep } from '../../model/trace/traced-step.ts';
import type { Dispatcher, Effect, Operation, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';

/** The format of the document; a change of fields that a reader notices gets a new number. */
const format = 'ioeventfd-explanation/1';

/** One operation, what the model did, why, and what the other dispatcher did. */
type Explained = {
  readonly operation: Operation;
  readonly effects: readonly Effect[];
  readonly trace: Trace;
  readonly others: readonly Effect[] | undefined;
};

export type ExplainJsonOptions = {
  readonly source: string;
  readonly profile?: Profile;
  readonly other?: Dispatcher;
};

/** Explains a scenario, one operation at a time, so that a caller can stop. */
export function* explained(
  scenario: Scenario,
  { profile, other }: ExplainJsonOptions,
): Generator<Explained, void, undefined> {
  const header = profile === undefined ? scenario : { ...scenario, profile };
  const session = other?.open(header);
  let state = initialState(header);
  for (const operation of scenario.operations) {
    const { state: after, effects, trace } = tracedStep(state, operation);
    yield { operation, effects, trace, others: session?.apply(operation) };
    state = after;
  }
}

/** The document of a scenario of which every operation was explained. */
export function explanationToJson(
  scenario: Scenario,
  all: readonly Explained[],
  { source, profile = scenario.profile ?? 'contract', other }: ExplainJsonOptions,
): Json {
  const { title, target = 'little', host = {} } = scenario;
  return {
    format,
    source,
    ...(title !== undefined && { title }),
    profile,
    target,
    host: toJson(host),
    operations: all.map(({ operation }) => operationToJson(operation)),
    effects: all.map(({ effects }) => toJson(effects)),
    traces: all.map(({ trace }) => toJson(trace)),
    ...(other !== undefined && {
      other: { name: other.name, effects: all.map(({ others = [] }) => toJson(others)) },
    }),
  };
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
