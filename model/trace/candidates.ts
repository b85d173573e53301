/** The ioeventfds near a write, each with the reason why it is signalled or not. */
import { foundOnBus } from '../bus/kernel-bus.ts';
import type { Access } from '../dispatch/write.ts';
import { placedAt } from '../host/visible.ts';
import { type Ioeventfd, mismatch } from '../ioeventfd/ioeventfd.ts';
import { swapsData } from '../ioeventfd/region-list.ts';
import { type Region, regionOf } from '../map/region.ts';
import type { State } from '../reference/state.ts';
import type { Space } from '../vocabulary/vocabulary.ts';
import { type LayeredMap, layersAt } from './layers.ts';
import type { Owner, owners, standings } from './standing.ts';
import type { Candidate, CandidateVerdict } from './trace.ts';

/** A state and a space, with what several of its accesses need. */
export type Surroundings = {
  readonly state: State;
  readonly space: Space;
  readonly map: LayeredMap;
  readonly ownersOf: ReturnType<typeof owners>;
  readonly standingOf: ReturnType<typeof standings>;
};

/** `compared`: what ioeventfds are compared with, where that is not the value. */
export type Written = {
  readonly address: bigint;
  readonly size: number;
  readonly value: bigint;
  readonly compared?: bigint;
};

/** The entries of the kernel's bus near a store, in the order of the bus. */
export function busCandidates(
  surroundings: Surroundings,
  store: Written,
  taker: Ioeventfd | undefined,
): readonly Candidate[] {
  const { state, space } = surroundings;
  const { held } = state.host[space];
  const found = foundOnBus(held, store.address, store.size);
  return held
    .filter((entry) => isNear(entry, store))
    .map((entry) => {
      const missed = found.includes(entry) ? 'later in the order' : 'not found by the search';
      const verdict = entry === taker ? 'matches' : (mismatchOf(entry, store) ?? missed);
      return heldCandidate(surroundings, entry, verdict);
    });
}

/** The ioeventfds near an access that a region answered and accepted. */
export function accessCandidates(surroundings: Surroundings, access: Access): readonly Candidate[] {
  const { place } = access;
  if (place === undefined || place.region.kind !== 'io') return [];
  const { match } = surroundings.state.decisions;
  switch (match) {
    case 'bus':
      return own(surroundings, place.region, access.address - place.offset, access).map(
        ({ ioeventfd, owner }) => candidate(surroundings, ioeventfd, owner, 'not looked at'),
      );
    case 'region':
      return [...inRegion(surroundings, place.region, access), ...hidden(surroundings, access)];
    case 'host':
      return [...inHost(surroundings, place.region, access), ...hidden(surroundings, access)];
  }
}

/** Those of the region's list, as `memory_region_dispatch_write_eventfds` looks at them. */
function inRegion(surroundings: Surroundings, region: Region, access: Access): readonly Candidate[] {
  const base = access.address - (access.place?.offset ?? 0n);
  const near = own(surroundings, region, base, access);
  const verdicts = inOrder(near.map(({ ioeventfd }) => mismatchOf(ioeventfd, access)));
  return near.map(({ ioeventfd, owner }, i) =>
    candidate(surroundings, ioeventfd, owner, verdicts[i] ?? 'matches'),
  );
}

/** Those that the host holds; then the region's own that the host does not hold. */
function inHost(surroundings: Surroundings, region: Region, access: Access): readonly Candidate[] {
  const { state, space, standingOf } = surroundings;
  const held = state.host[space].held.filter((entry) => isNear(entry, access));
  const verdicts = inOrder(held.map((entry) => mismatchOf(entry, access)));
  const candidates = held.map((entry, i) => heldCandidate(surroundings, entry, verdicts[i] ?? 'matches'));
  const base = access.address - (access.place?.offset ?? 0n);
  for (const { ioeventfd, owner } of own(surroundings, region, base, access)) {
    const standing = standingOf(ioeventfd);
    if (standing.kind === 'held') continue;
    const told = candidate(surroundings, ioeventfd, owner, standing.kind);
    candidates.push(standing.kind === 'refused' ? { ...told, refusal: standing.reason } : told);
  }
  return candidates;
}

/** The first that matches does; those after it would. */
function inOrder(mismatches: readonly (CandidateVerdict | undefined)[]): readonly CandidateVerdict[] {
  const first = mismatches.indexOf(undefined);
  return mismatches.map((reason, i) => reason ?? (i === first ? 'matches' : 'later in the order'));
}

/** Those of regions under the one that answers: not looked at. */
function hidden(surroundings: Surroundings, access: Access): readonly Candidate[] {
  const [, ...layers] = layersAt(surroundings.map, access.address);
  return layers.flatMap(({ region, start, offset }) =>
    own(surroundings, region, start - offset, access).map(({ ioeventfd, owner }) =>
      candidate(surroundings, ioeventfd, owner, 'hidden'),
    ),
  );
}

/** A region's own ioeventfds near a write, where the region's first byte is at `base`. */
function own(
  { state }: Surroundings,
  region: Region,
  base: bigint,
  written: Omit<Written, 'value'>,
): readonly { readonly ioeventfd: Ioeventfd; readonly owner: Owner }[] {
  return regionOf(state.regions, region.id)
    .eventfds.map((registered) => ({
      ioeventfd: placedAt(registered, base),
      owner: { region: region.id, offset: registered.address },
    }))
    .filter(({ ioeventfd }) => isNear(ioeventfd, written));
}

/** Whether an ioeventfd shares a byte with a write; with size 0, by its address. */
function isNear(ioeventfd: Ioeventfd, { address, size }: Omit<Written, 'value'>): boolean {
  const end = ioeventfd.address + BigInt(ioeventfd.size || 1);
  return ioeventfd.address < address + BigInt(size) && end > address;
}

function mismatchOf(
  ioeventfd: Ioeventfd,
  { address, size, value, compared }: Written,
): CandidateVerdict | undefined {
  const reason = mismatch(ioeventfd, address, size, compared ?? value);
  // What is compared may be wider than the access (T9): data that do not fit in it are then other data.
  return reason === 'other data' && compared === undefined && isTooWide(ioeventfd) ? 'data too wide' : reason;
}

function heldCandidate(surroundings: Surroundings, entry: Ioeventfd, verdict: CandidateVerdict): Candidate {
  return candidate(surroundings, entry, surroundings.ownersOf(entry)[0], verdict);
}

function candidate(
  { state }: Surroundings,
  { address, size, data, notifier }: Ioeventfd,
  owner: Owner | undefined,
  verdict: CandidateVerdict,
): Candidate {
  const region = owner && state.regions.get(owner.region);
  const isSwapped =
    data !== undefined && region !== undefined && swapsData(region, size, state.target, state.decisions);
  return {
    address,
    size,
    ...(data !== undefined && { data }),
    notifier,
    ...(owner !== undefined && { registration: owner }),
    isSwapped,
    verdict,
  };
}

/** Whether the data are too wide for the size, so that no write matches (clause R4). */
function isTooWide({ size, data }: Ioeventfd): boolean {
  return size !== 0 && data !== undefined && data >> BigInt(8 * size) !== 0n;
}
