/** Registrations: their order, their identity, and where the host is told of them. */
import { bytesOf, valueOfBytes } from '../dispatch/access.ts';
import { type FlatRange, flatView } from '../map/flat-view.ts';
import { byteOrderOf, type Region, type Regions, type Registration, regionOf } from '../map/region.ts';
import type { Decisions } from '../vocabulary/profiles.ts';
import type { ByteOrder, EventfdChange, Space } from '../vocabulary/vocabulary.ts';

/** A word that the host should hold: a registration at an absolute address. */
export type Word = {
  readonly address: bigint;
  readonly size: number;
  readonly data: bigint | undefined;
  readonly notifier: string;
  readonly rank: number;
};

/** What an `add-eventfd` or `del-eventfd` names, with its data as the profile keeps them (clauses R3, R4). */
export function registrationOf(
  change: EventfdChange,
  region: Region,
  target: ByteOrder,
  notifiers: readonly string[],
  decisions: Decisions,
): Registration {
  const { offset, size, notifier } = change;
  const swaps = decisions.data === 'swapped' && size > 1 && byteOrderOf(region, target) !== target;
  // Swapping also cuts to the size, as bswap16/32/64 do.
  const data =
    swaps && change.data !== undefined
      ? valueOfBytes(bytesOf(change.data, size, 'little'), 'big')
      : change.data;
  return { offset, size, data, notifier, rank: notifiers.indexOf(notifier) };
}

/** By address, size, no data before data, data, notifier (`memory_region_ioeventfd_before`; clause D4). */
export function isBefore(a: Word, b: Word): boolean {
  if (a.address !== b.address) return a.address < b.address;
  if (a.size !== b.size) return a.size < b.size;
  if (a.data === undefined || b.data === undefined) {
    if (a.data !== b.data) return a.data === undefined;
  } else if (a.data !== b.data) return a.data < b.data;
  return a.rank < b.rank;
}

/** The list with one more, in its place, behind its equals (`memory_region_add_eventfd`). */
export function withRegistration(
  list: readonly Registration[],
  added: Registration,
): readonly Registration[] {
  const found = list.findIndex((other) => isBefore(wordAt(added, 0n), wordAt(other, 0n)));
  const at = found < 0 ? list.length : found;
  return [...list.slice(0, at), added, ...list.slice(at)];
}

/** Index of the registration that a deletion of `deleted` removes, or -1 (clause R2). */
export function indexToDelete(
  list: readonly Registration[],
  deleted: Registration,
  decisions: Decisions,
): number {
  const anySize = (a: Registration, b: Registration) =>
    decisions.sizeZeroIdentity === 'any size' && (a.size === 0 || b.size === 0);
  return list.findIndex(
    (other) =>
      other.offset === deleted.offset &&
      (anySize(other, deleted) ||
        (other.size === deleted.size && other.data === deleted.data && other.rank === deleted.rank)),
  );
}

/** The words that the host should hold in a space: what is visible, in the order of QEMU's list (clause H2). */
export function visibleWords(
  rendered: Regions,
  regions: Regions,
  space: Space,
  decisions: Decisions,
): readonly Word[] {
  if (![...regions.values()].some((region) => region.eventfds.length > 0)) return [];
  const words = flatView(rendered, space, decisions).flatMap((range) =>
    regionOf(regions, range.region.id)
      .eventfds.map((registration) => wordAt(registration, range.start - range.offset))
      .filter((word) => isVisible(word, range, decisions)),
  );
  return decisions.hostChanges === 'merge'
    ? words
    : words.sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0));
}

/** The registration's word, where the region's first byte is at `base`. */
function wordAt(registration: Registration, base: bigint): Word {
  const { offset, size, data, notifier, rank } = registration;
  return { address: base + offset, size, data, notifier, rank };
}

/** Whether the host is told of the word because of this range; never below address 0, where QEMU's assertion fails (M7). */
function isVisible({ address, size }: Word, { start, end }: FlatRange, decisions: Decisions): boolean {
  const startsHere = start <= address && address < end;
  if (decisions.visibility === 'first byte' || size === 0) return startsHere;
  return address >= 0n && address < end && address + BigInt(size) > start;
}
