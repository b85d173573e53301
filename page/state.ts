/** What the page shows: signals, from which the views are made. */
import { computed, signal } from '@preact/signals';
import { requireBounds } from '../format/bounds.ts';
import { decodeScenario } from '../format/decode.ts';
import type { Json } from '../format/write.ts';
import type { Decisions } from '../model/vocabulary/decisions.ts';
import { isProfile } from '../model/vocabulary/profiles.ts';
import type { Profile, Scenario } from '../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../properties/compare/compare.ts';
import type { PageData, ScenarioData, SideData, SpareData } from './document/page-data.ts';
import { ModelRun } from './run/model-run.ts';
import type { Run } from './run/run.ts';
import { StoredRun } from './run/stored-run.ts';

/** A side: the model under a profile and decisions of its own, or effects that are in the page. */
export type Side = {
  readonly name: string;
  /** Nothing for the scenario's own profile. */
  readonly profile: Profile | undefined;
  readonly decisions: Partial<Decisions>;
  /** The effects, where the page does not run this side. */
  readonly stored?: {
    readonly effects: Json;
    readonly isModel: boolean;
    readonly failure: string | undefined;
  };
};

/** What undo goes back to. */
export type Version = { readonly scenario: Scenario; readonly sides: readonly Side[] };

export const data = signal<PageData>({ format: 'ioeventfd-page/1', title: '', scenarios: [] });
/** The scenario that is open; nothing for the page's list. */
export const opened = signal<ScenarioData | undefined>(undefined);
export const version = signal<Version>({ scenario: { operations: [] }, sides: [] });
export const past = signal<readonly Version[]>([]);
export const future = signal<readonly Version[]>([]);
/** The operation that is shown. */
export const step = signal(0);
/** Which side's map is drawn: 0 or 1. */
export const mapSide = signal(0);
/** What was found in the operations, and the clause whose text is shown. */
export const sought = signal('');
export const clause = signal<string | undefined>(undefined);
/** A line for the reader: what was copied, what could not be read. */
export const message = signal<{ readonly text: string; readonly isError: boolean } | undefined>(undefined);
/** Goes up while runs advance. */
export const progress = signal(0);
export const around = signal<number | undefined>(undefined);

export const spare = computed<SpareData | undefined>(() =>
  past.value.length === 0 ? opened.value?.spare : undefined,
);

/** The scenario under a side's profile and decisions. */
export function underSide(scenario: Scenario, { profile, decisions }: Side): Scenario {
  return {
    ...scenario,
    ...(profile !== undefined && { profile }),
    ...(Object.keys(decisions).length > 0 && { decisions }),
  };
}

const earlier: (ModelRun | undefined)[] = [];

/** A run for each side, of the version that is shown. */
export const runs = computed<readonly Run[]>(() => {
  const { scenario, sides } = version.value;
  return sides.map((side, index) => {
    const own = underSide(scenario, side);
    if (side.stored !== undefined) return new StoredRun(own, side.stored.effects, side.stored.isModel);
    const run = new ModelRun(own, earlier[index]);
    earlier[index] = run;
    return run;
  });
});

/** How many operations are done on every side. */
export const done = computed(() => {
  progress.value;
  return Math.min(version.value.scenario.operations.length, ...runs.value.map((run) => run.done));
});

/** Steps at which two sides differ, known so far; the list is made longer as the runs advance. */
let compared: { runs: readonly Run[]; upTo: number; found: number[] } = { runs: [], upTo: 0, found: [] };

export const differences = computed<readonly number[]>(() => {
  const all = runs.value;
  const [a, b] = all;
  if (a === undefined || b === undefined) return [];
  if (compared.runs !== all) compared = { runs: all, upTo: 0, found: [] };
  const found = [...compared.found];
  for (; compared.upTo < done.value; compared.upTo++) {
    const index = compared.upTo;
    if (differenceOf(a.effectsAt(index), b.effectsAt(index)) >= 0) found.push(index);
  }
  compared.found = found;
  return found;
});

export function operations(): Scenario['operations'] {
  return version.value.scenario.operations;
}

/** A side as the command names it. */
function sideOf(side: SideData): Side {
  const { name, isModel, profile, decisions = {}, effects, failure } = side;
  return {
    name,
    profile,
    decisions: decisions as Partial<Decisions>,
    ...(effects !== undefined && { stored: { effects, isModel, failure } }),
  };
}

export function modelSide(profile: Profile | undefined, decisions: Partial<Decisions> = {}): Side {
  return { name: profile === undefined ? 'model' : `model@${profile}`, profile, decisions };
}

/**
 * Opens a scenario at a step.
 *
 * @throws FormatError where it is not of the format
 */
export function open(entry: ScenarioData, at?: number): void {
  const scenario = decodeScenario(entry.scenario, entry.source);
  requireBounds(scenario, entry.source);
  const given = entry.sides ?? [];
  const sides = given.length > 0 ? given.map(sideOf) : [modelSide(undefined)];
  earlier.length = 0;
  endChange();
  opened.value = entry;
  version.value = { scenario, sides };
  past.value = [];
  future.value = [];
  mapSide.value = 0;
  sought.value = '';
  scrollTo(0, 0);
  goTo(at ?? entry.difference?.operation ?? firstOfInterest(scenario));
}

/** Without a difference, the first write: before it there is little to see. Where nothing is written, all that is done. */
function firstOfInterest({ operations }: Scenario): number {
  if (operations.length > 500) return 0;
  const write = operations.findIndex(({ op }) => op === 'write');
  return write >= 0 ? write : operations.length - 1;
}

/** Shows an operation, or the last one for what is beyond the end. */
export function goTo(index: number): void {
  const last = Math.max(operations().length - 1, 0);
  step.value = Math.min(Math.max(Number.isFinite(index) ? index : 0, 0), last);
  around.value = undefined;
}

/** What is typed in one field, letter after letter, is one change: the field of the last one. */
let lastField: string | undefined;

/** The next change is one of its own, even of the same field. */
export function endChange(): void {
  lastField = undefined;
}

/**
 * Replaces what is shown by a new version; `undo` goes back. Sides that the page cannot run give way to the model.
 *
 * @param field what is typed in; changes of one field that follow each other are undone together
 */
export function change(next: Partial<Version>, field?: string): void {
  const now = version.value;
  const isSame = field !== undefined && field === lastField && past.value.length > 0;
  if (!isSame) past.value = [...past.value.slice(-199), now];
  lastField = field;
  future.value = [];
  const scenario = next.scenario ?? now.scenario;
  const sides = (next.sides ?? now.sides).map((side) =>
    scenario === now.scenario || side.stored === undefined ? side : modelSide(side.profile, side.decisions),
  );
  version.value = { scenario, sides };
  goTo(step.value);
}

export function undo(): void {
  const last = past.value.at(-1);
  if (last === undefined) return;
  endChange();
  future.value = [...future.value, version.value];
  past.value = past.value.slice(0, -1);
  version.value = last;
  goTo(step.value);
}

export function redo(): void {
  const next = future.value.at(-1);
  if (next === undefined) return;
  endChange();
  past.value = [...past.value, version.value];
  future.value = future.value.slice(0, -1);
  version.value = next;
  goTo(step.value);
}

export function profileFrom(text: string): Profile | undefined {
  return isProfile(text) ? text : undefined;
}
