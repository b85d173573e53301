/** The state of a scenario: a value; `step` makes a new one. */
import { emptyHost, type Host } from '../host/host.ts';
import { type Regions, roots } from '../map/region.ts';
import type { Decisions } from '../vocabulary/decisions.ts';
import { decisionsOf } from '../vocabulary/profiles.ts';
import type { ByteOrder, HostOptions, ScenarioHeader } from '../vocabulary/vocabulary.ts';

export type State = {
  readonly decisions: Decisions;
  readonly target: ByteOrder;
  readonly hostOptions: HostOptions;
  /** Notifiers in the order in which they were first named. */
  readonly notifiers: readonly string[];
  /** The regions as the calls left them. */
  readonly regions: Regions;
  /** The regions as they were when the map was last rendered: guest writes see these. */
  readonly rendered: Regions;
  /** How many transactions are open. */
  readonly depth: number;
  /** Whether the next commit renders the map again (`memory_region_update_pending`). */
  readonly mapPending: boolean;
  /** Whether the next commit looks at registrations again (`ioeventfd_update_pending`). */
  readonly eventfdsPending: boolean;
  readonly host: Host;
};

/**
 * Where every scenario begins: two empty spaces.
 *
 * @throws RangeError for an unknown profile
 */
export function initialState(header: ScenarioHeader): State {
  const { target = 'little', host = {} } = header;
  return {
    decisions: decisionsOf(header),
    target,
    hostOptions: host,
    notifiers: [],
    regions: roots,
    rendered: roots,
    depth: 0,
    mapPending: false,
    eventfdsPending: false,
    host: emptyHost,
  };
}

/** What an operation may change of a state. */
type Changes = Partial<Omit<State, 'decisions' | 'target' | 'hostOptions'>>;

/** The state with some fields replaced. Written out: `{ ...state, ...fields }` says the same, and takes many times as long. */
export function stateWith(state: State, fields: Changes): State {
  return {
    decisions: state.decisions,
    target: state.target,
    hostOptions: state.hostOptions,
    notifiers: fields.notifiers ?? state.notifiers,
    regions: fields.regions ?? state.regions,
    rendered: fields.rendered ?? state.rendered,
    depth: fields.depth ?? state.depth,
    mapPending: fields.mapPending ?? state.mapPending,
    eventfdsPending: fields.eventfdsPending ?? state.eventfdsPending,
    host: fields.host ?? state.host,
  };
}
