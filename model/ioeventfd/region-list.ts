/** A region's list of ioeventfds: what a call names, where an addition goes, and which one a deletion removes. */
import { byteOrderOf, bytesOf, valueOfBytes } from '../map/byte-order.ts';
import type { Region } from '../map/region.ts';
import type { Decisions } from '../vocabulary/decisions.ts';
import type { ByteOrder, EventfdChange } from '../vocabulary/vocabulary.ts';
import { type Ioeventfd, isBefore } from './ioeventfd.ts';

/** What an `add-eventfd` or `del-eventfd` names, with its data as the profile keeps them (clauses R3, R4). */
export function ioeventfdOf(
  change: EventfdChange,
  region: Region,
  target: ByteOrder,
  notifiers: readonly string[],
  decisions: Decisions,
): Ioeventfd {
  const { offset, size, notifier } = change;
  // Swapping also cuts the data to the size, as bswap16, bswap32 and bswap64 do.
  const data =
    change.data !== undefined && swapsData(region, size, target, decisions)
      ? valueOfBytes(bytesOf(change.data, size, 'little'), 'big')
      : change.data;
  return { address: offset, size, data, notifier, rank: notifiers.indexOf(notifier) };
}

/** Whether data of this size are kept with their bytes swapped (clause R3; `adjust_endianness`). */
export function swapsData(region: Region, size: number, target: ByteOrder, decisions: Decisions): boolean {
  return decisions.data === 'swapped' && size > 1 && byteOrderOf(region, target) !== target;
}

/** The list with one more, in its place, after its equals (`memory_region_add_eventfd`). */
export function withIoeventfd(list: readonly Ioeventfd[], added: Ioeventfd): readonly Ioeventfd[] {
  const found = list.findIndex((other) => isBefore(added, other));
  const at = found < 0 ? list.length : found;
  return [...list.slice(0, at), added, ...list.slice(at)];
}

/** The index that a deletion of `deleted` removes, or -1 (`memory_region_ioeventfd_equal`; clause R2). */
export function indexToDelete(list: readonly Ioeventfd[], deleted: Ioeventfd, decisions: Decisions): number {
  const anySize = (other: Ioeventfd) =>
    decisions.sizeZeroIdentity === 'any-size' && (other.size === 0 || deleted.size === 0);
  return list.findIndex(
    (other) =>
      other.address === deleted.address &&
      (anySize(other) ||
        (other.size === deleted.size && other.data === deleted.data && other.rank === deleted.rank)),
  );
}
