/** How a registered ioeventfd stands with the host, and which registration an entry of the host stands for. */

import { visibleInRange, visibleIoeventfds } from '../host/visible.ts';
import type { Ioeventfd } from '../ioeventfd/ioeventfd.ts';
import { flatView } from '../map/flat-view.ts';
import type { State } from '../reference/state.ts';
import type { RefusalReason, Space } from '../vocabulary/vocabulary.ts';

/**
 * What the host makes of a registered ioeventfd:
 * - `held`: it holds it.
 * - `refused`: it was told of it, and did not take it (H4).
 * - `lost`: it took it, and was then told to delete what is still registered (H3).
 * - `not committed`: an open transaction will tell it (R1, H1).
 * - `not visible`: nothing makes it visible at this address (H2).
 */
export type Standing =
  | { readonly kind: 'held' | 'lost' | 'not committed' | 'not visible' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** A registration, by its region and its offset there. */
export type Owner = { readonly region: string; readonly offset: bigint };

/** One string for an ioeventfd at an absolute address. */
function keyOf({ address, size, data, rank }: Ioeventfd): string {
  return `${address} ${size} ${data} ${rank}`;
}

/** For the ioeventfds of one state and space, how each stands with the host. */
export function standings(state: State, space: Space): (ioeventfd: Ioeventfd) => Standing {
  const { told, held } = state.host[space];
  const isHeld = new Set(held.map(keyOf));
  const toldByKey = new Map(told.map((one) => [keyOf(one), one]));
  const isComing = new Set(isPending(state) ? afterCommit(state, space).map(keyOf) : []);
  return (ioeventfd) => {
    const key = keyOf(ioeventfd);
    if (isHeld.has(key)) return { kind: 'held' };
    const one = toldByKey.get(key);
    if (one?.refused !== undefined) return { kind: 'refused', reason: one.refused };
    if (one !== undefined) return { kind: 'lost' };
    return { kind: isComing.has(key) ? 'not committed' : 'not visible' };
  };
}

/** For the entries of one state's host, the registrations that they stand for; none where they are already deleted. */
export function owners(state: State, space: Space): (held: Ioeventfd) => readonly Owner[] {
  const byKey = new Map<string, Owner[]>();
  for (const range of flatView(state.rendered, space, state.decisions)) {
    for (const ioeventfd of visibleInRange(range, state.regions, state.decisions)) {
      const owner = { region: range.region.id, offset: ioeventfd.address - (range.start - range.offset) };
      const key = keyOf(ioeventfd);
      byKey.set(key, [...(byKey.get(key) ?? []), owner]);
    }
  }
  return (held) => byKey.get(keyOf(held)) ?? [];
}

/** Whether an open transaction has changed something that the map and the host do not show yet. */
export function isPending({ mapPending, eventfdsPending }: State): boolean {
  return mapPending || eventfdsPending;
}

/** What the host is to hold after the commit. */
function afterCommit(state: State, space: Space): readonly Ioeventfd[] {
  const { regions, decisions } = state;
  return visibleIoeventfds(state.mapPending ? regions : state.rendered, regions, space, decisions);
}
