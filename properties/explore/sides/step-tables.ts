/**
 * The steps of the reference model, each computed once, however many states share what it depends on:
 *
 *     a change               regions, notifiers              ──> regions, notifiers, what is pending; or an error
 *     the end of the         ioeventfds, flat views, host    ──> host, effects
 *     outermost transaction
 *     a write                flat views, host; the ioeventfds,
 *                            where regions are matched (tcg) ──> effects
 *
 * Each is a table, and the model's own `step` fills it. A test compares all of this with plain sessions of the model.
 */
import { step } from '../../../model/reference/reference.ts';
import { initialState, type State } from '../../../model/reference/state.ts';
import type { Effect, Operation, ScenarioHeader } from '../../../model/vocabulary/vocabulary.ts';
import {
  type ChangeStep,
  type CommitStep,
  type InternedNotifiers,
  type InternedRegions,
  pending,
  type StateParts,
} from './interned.ts';
import { Interner } from './interner.ts';
import type { WriteEffects } from './side.ts';

/** Entries of the tables of a side before they are emptied. Each takes up to 1 KB. */
const mostEntries = 300_000;

/** How many steps are kept. Where there are many sides, they share this: some need far more than others. */
export class TableRoom {
  readonly #most: number;
  readonly #interners: Interner[] = [];
  #entries = 0;

  /** @param most entries, each of up to 1 KB, before all tables are emptied */
  constructor(most = mostEntries) {
    this.#most = most;
  }

  add(interner: Interner): void {
    this.#interners.push(interner);
  }

  countEntry(): void {
    if (++this.#entries < this.#most) return;
    this.#entries = 0;
    for (const interner of this.#interners) interner.forget();
  }
}

export class StepTables {
  readonly operations: readonly Operation[];
  readonly interner: Interner;
  readonly #empty: State;
  readonly #matchesRegions: boolean;
  readonly #room: TableRoom;

  constructor(header: ScenarioHeader, operations: readonly Operation[], room = new TableRoom()) {
    this.operations = operations;
    this.#room = room;
    this.#empty = initialState(header);
    this.interner = new Interner(this.#empty);
    room.add(this.interner);
    this.#matchesRegions = this.#empty.decisions.match === 'region';
  }

  /** The parts of the state before the first operation. */
  start(): StateParts {
    const { regions: given, notifiers, host } = this.#empty;
    const regions = this.interner.regions(given);
    return {
      regions,
      view: this.interner.view(regions),
      host: this.interner.host(host),
      notifiers: this.interner.notifiers(notifiers),
    };
  }

  /** What a change does to regions. */
  change(regions: InternedRegions, notifiers: InternedNotifiers, operation: number): ChangeStep {
    let steps = regions.changes[notifiers.id];
    if (steps === undefined) {
      steps = new Array<ChangeStep | undefined>(this.operations.length).fill(undefined);
      regions.changes[notifiers.id] = steps;
    }
    const known = steps[operation];
    if (known !== undefined) return known;
    // Inside a transaction, so that the step does not commit.
    const before: State = {
      ...this.#empty,
      regions: regions.value,
      rendered: regions.value,
      notifiers: notifiers.value,
      depth: 1,
    };
    const { state, effects } = step(before, this.operations[operation] as Operation);
    const { interner } = this;
    const made: ChangeStep = {
      effects,
      regions: state.regions === regions.value ? regions : interner.regions(state.regions, regions),
      notifiers: state.notifiers === notifiers.value ? notifiers : interner.notifiers(state.notifiers),
      pending: state.mapPending ? pending.map : state.eventfdsPending ? pending.ioeventfds : pending.nothing,
    };
    steps[operation] = made;
    this.#room.countEntry();
    return made;
  }

  /** What the host is told when a transaction ends. `isRendered`: the map is rendered anew. */
  commit({ regions, view, host }: StateParts, isRendered: boolean): CommitStep {
    const after = isRendered ? this.interner.view(regions) : view;
    const { commits } = regions.ioeventfds;
    let byHost = commits.get(after);
    if (byHost === undefined) {
      byHost = new Map();
      commits.set(after, byHost);
    }
    const known = byHost.get(host);
    if (known !== undefined) return known;
    const before: State = {
      ...this.#empty,
      regions: regions.value,
      rendered: view.value,
      host: host.value,
      depth: 1,
      mapPending: isRendered,
      eventfdsPending: true,
    };
    const { state, effects } = step(before, { op: 'commit' });
    const isSame = state.host === host.value;
    const made: CommitStep = { host: isSame ? host : this.interner.host(state.host), effects };
    byHost.set(host, made);
    this.#room.countEntry();
    return made;
  }

  /** The table of the effects of writes for a state with these parts. */
  writesOf({ regions, view, host }: StateParts): WriteEffects {
    const other = this.#matchesRegions ? regions.ioeventfds : host;
    let writes = view.writes.get(other);
    if (writes === undefined) {
      writes = new Array<readonly Effect[] | undefined>(this.operations.length).fill(undefined);
      view.writes.set(other, writes);
    }
    return writes;
  }

  /** The effects of a write that is not in `writes` yet. */
  write({ regions, view, host }: StateParts, operation: number, writes: WriteEffects): readonly Effect[] {
    const before: State = {
      ...this.#empty,
      regions: regions.value,
      rendered: view.value,
      host: host.value,
    };
    const { effects } = step(before, this.operations[operation] as Operation);
    writes[operation] = effects;
    this.#room.countEntry();
    return effects;
  }
}
