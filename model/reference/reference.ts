/** The reference dispatcher: one operation, one step. */

import { write } from '../dispatch/write.ts';
import { tellHost } from '../host/host.ts';
import { visibleIoeventfds } from '../host/visible.ts';
import { indexToDelete, ioeventfdOf, withIoeventfd } from '../ioeventfd/region-list.ts';
import {
  mapped,
  newRegion,
  type Region,
  type RegionChanges,
  type Regions,
  regionOf,
  regionWith,
  unmapped,
  withRegion,
} from '../map/region.ts';
import type { Dispatcher, Effect, Operation, ScenarioHeader, Session } from '../vocabulary/vocabulary.ts';
import { fingerprintOf } from './fingerprint.ts';
import { breach } from './precondition.ts';
import { initialState, type State, stateWith } from './state.ts';

export type Step = { readonly state: State; readonly effects: readonly Effect[] };

/** Interprets one operation. A breached precondition changes nothing, except that a notifier in it counts as named. */
export function step(before: State, operation: Operation): Step {
  const state = named(before, operation);
  const error = breach(state, operation);
  if (error !== undefined) return { state, effects: [{ error }] };
  if (operation.op === 'write') return { state, effects: write(state, operation) };
  const after = change(state, operation);
  return after.depth === 0 ? commit(after) : { state: after, effects: [] };
}

/** Notes a notifier that is named for the first time. QEMU orders notifiers by pointer, the model by first naming (D4). */
function named(state: State, operation: Operation): State {
  if (!('notifier' in operation) || state.notifiers.includes(operation.notifier)) return state;
  return stateWith(state, { notifiers: [...state.notifiers, operation.notifier] });
}

/** What the call does, before any commit; each case is one function of QEMU's softmmu/memory.c. */
function change(state: State, operation: Exclude<Operation, { op: 'write' }>): State {
  const { regions } = state;
  switch (operation.op) {
    case 'begin':
      return stateWith(state, { depth: state.depth + 1 });
    case 'commit':
      return stateWith(state, { depth: state.depth - 1 });
    case 'create':
      return stateWith(state, { regions: withRegion(regions, newRegion(operation)) });
    case 'map': {
      const { region, container, offset, priority = 0 } = operation;
      return placed(state, mapped(regions, region, container, offset, priority), container, region);
    }
    case 'unmap': {
      const { container } = regionOf(regions, operation.region);
      return placed(state, unmapped(regions, operation.region), container, operation.region);
    }
    case 'enable':
    case 'disable': {
      const region = regionOf(regions, operation.region);
      return redefined(state, region, { enabled: operation.op === 'enable' });
    }
    case 'move':
      return moved(state, regionOf(regions, operation.region), operation.offset);
    case 'resize':
      return redefined(state, regionOf(regions, operation.region), { size: operation.size });
    case 'retarget':
      return redefined(state, regionOf(regions, operation.region), { targetOffset: operation.targetOffset });
    case 'add-eventfd':
    case 'del-eventfd': {
      const region = regionOf(regions, operation.region);
      const ioeventfd = ioeventfdOf(operation, region, state.target, state.notifiers, state.decisions);
      const at = indexToDelete(region.eventfds, ioeventfd, state.decisions);
      const eventfds =
        operation.op === 'add-eventfd'
          ? withIoeventfd(region.eventfds, ioeventfd)
          : region.eventfds.filter((_, index) => index !== at);
      const eventfdsPending = state.eventfdsPending || region.enabled;
      return stateWith(state, {
        regions: withRegion(regions, regionWith(region, { eventfds })),
        eventfdsPending,
      });
    }
  }
}

/** A region was put into a container or taken out: the map is rendered again if both are enabled. */
function placed(state: State, regions: Regions, container: string | undefined, id: string): State {
  const seen =
    container !== undefined && regionOf(regions, container).enabled && regionOf(regions, id).enabled;
  return stateWith(state, { regions, mapPending: state.mapPending || seen });
}

/** `memory_region_set_enabled`, `_set_size`, `_set_alias_offset`: no effect if nothing changes. */
function redefined(state: State, region: Region, fields: RegionChanges): State {
  const after = regionWith(region, fields);
  const same =
    after.enabled === region.enabled &&
    after.size === region.size &&
    after.targetOffset === region.targetOffset;
  if (same) return state;
  // QEMU renders the map after each of these changes, except when a disabled alias is retargeted.
  const seen = after.targetOffset === region.targetOffset || region.enabled;
  return stateWith(state, {
    regions: withRegion(state.regions, after),
    mapPending: state.mapPending || seen,
  });
}

/** `memory_region_set_address`: maps the region again, so it comes out on top of its equals. For an unmapped region, only notes the address. */
function moved(state: State, region: Region, address: bigint): State {
  if (region.address === address) return state;
  const { id, container, priority } = region;
  if (container === undefined) {
    return stateWith(state, { regions: withRegion(state.regions, regionWith(region, { address })) });
  }
  const regions: Regions = mapped(unmapped(state.regions, id), id, container, address, priority);
  return placed(state, regions, container, id);
}

/** The end of the outermost transaction: the map is rendered again, and the host is told (`memory_region_transaction_commit`; H1). */
function commit(state: State): Step {
  if (!state.mapPending && !state.eventfdsPending) return { state, effects: [] };
  const rendered = state.mapPending ? state.regions : state.rendered;
  let { host } = state;
  const effects: Effect[] = [];
  for (const space of ['memory', 'io'] as const) {
    const visible = visibleIoeventfds(rendered, state.regions, space, state.decisions);
    const told = tellHost(host, space, visible, state.hostOptions, state.decisions);
    host = told.host;
    effects.push(...told.effects);
  }
  const committed = stateWith(state, { rendered, host, mapPending: false, eventfdsPending: false });
  return { state: committed, effects };
}

/** The reference model as a dispatcher. */
export const modelDispatcher = {
  name: 'model',
  followsDecisions: true,
  open: (header: ScenarioHeader) => sessionFrom(initialState(header)),
} satisfies Dispatcher;

function sessionFrom(initial: State): Session & Required<Pick<Session, 'fingerprint' | 'fork'>> {
  let state = initial;
  return {
    apply(operation) {
      const { state: after, effects } = step(state, operation);
      state = after;
      return effects;
    },
    fingerprint: () => fingerprintOf(state),
    fork: () => sessionFrom(state),
  };
}
