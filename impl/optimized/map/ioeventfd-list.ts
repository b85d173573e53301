/**
 * QEMU's list of an address space's registrations, in full, for the commits where order matters.
 *
 * QEMU builds the list flat range by flat range (`address_space_update_ioeventfds`) and does not sort it. While every
 * registration begins in the range that it is found in, the list is sorted, and the mirror's sorted difference equals the
 * merge of old list and new. A registration that begins before its range breaks the order:
 *
 *     range e        range d          d's registration begins before e's end. It is found in range d, and so it
 *     |---- [e's    ]|----            comes after e's registration, though its address is lower.
 *        [d's    ----]
 *
 * Then the merge (`address_space_add_del_ioeventfds`) is done here as QEMU does it, on lists that are not sorted.
 */

import type { Host, HostListener } from '../host/host.ts';
import { compareIoeventfds, type Ioeventfd, sizeOf } from '../tables/ioeventfd.ts';
import type { IoeventfdStore } from '../tables/ioeventfd-store.ts';
import { highHalf, join, lowHalf } from '../tables/wide.ts';
import type { FlatRange } from './flat-range.ts';

/** The greatest distance between the first byte of a registration and its last. */
const longestReach = 7n;

/**
 * The registrations of a view in QEMU's order. Those that would begin below address 0 are left out. Those that begin
 * before their range are in the list only with `anyByte`.
 */
export function listIoeventfds(
  ranges: readonly FlatRange[],
  store: IoeventfdStore,
  anyByte = true,
): Ioeventfd[] {
  const ioeventfds: Ioeventfd[] = [];
  for (const range of ranges) {
    if (store.isEmpty(range.region.number)) continue;
    const from = range.start - range.base;
    const to = range.end - range.base;
    walkIoeventfds(
      store,
      range.region.number,
      from > longestReach ? from - longestReach : 0n,
      to,
      (record, offset) => {
        const [, , , kind, dataHigh, dataLow] = store.table.key(record);
        if (offset < from && (!anyByte || offset + BigInt(sizeOf(kind)) <= from)) return;
        const address = offset + range.base;
        if (address < 0n) return;
        const [addressHigh, addressLow] = [highHalf(address), lowHalf(address)];
        for (const notifier of store.notifiers(record)) {
          ioeventfds.push({ addressHigh, addressLow, kind, dataHigh, dataLow, notifier, taken: false });
        }
      },
    );
  }
  return ioeventfds;
}

/** How many of a region's registrations begin before this range, but not below address 0, and reach into it. */
export function countStraddling(range: FlatRange, store: IoeventfdStore): number {
  const from = range.start - range.base;
  if (from === 0n || store.isEmpty(range.region.number)) return 0;
  let count = 0;
  walkIoeventfds(
    store,
    range.region.number,
    from > longestReach ? from - longestReach : 0n,
    from,
    (record, offset) => {
      if (straddles(range, offset, sizeOf(store.table.key(record)[3])))
        count += store.notifiers(record).length;
    },
  );
  return count;
}

/** Whether a registration of the range's region begins before the range, but not below address 0, and reaches into it. */
export function straddles(range: FlatRange, offset: bigint, size: number): boolean {
  const from = range.start - range.base;
  return offset < from && offset + BigInt(size) > from && offset + range.base >= 0n;
}

/** Calls back for each record of a region with an offset in [from, to), in QEMU's order. */
export function walkIoeventfds(
  store: IoeventfdStore,
  region: number,
  from: bigint,
  to: bigint,
  visit: (record: number, offset: bigint) => void,
): void {
  store.order.seek(region, highHalf(from), lowHalf(from));
  for (let record = store.order.next(); record >= 0; record = store.order.next()) {
    const [itsRegion, offsetHigh, offsetLow] = store.table.key(record);
    const offset = join(offsetHigh, offsetLow);
    if (itsRegion !== region || offset >= to) return;
    visit(record, offset);
  }
}

/**
 * Tells the host what leads from an old list to a new one. Two entries that compare equal when both are at the head are one
 * registration: the new entry takes over what the host said of the old one.
 */
export function mergeLists(
  space: 0 | 1,
  old: readonly Ioeventfd[],
  fresh: readonly Ioeventfd[],
  host: Host,
  listener: HostListener,
): void {
  const changes: ListChange[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const before = old[i];
    const after = fresh[j];
    if (before !== undefined && (after === undefined || compareIoeventfds(before, after) < 0)) {
      i++;
      changes.push({ ioeventfd: before, times: -1 });
    } else if (after === undefined) {
      break;
    } else if (before === undefined || compareIoeventfds(before, after) > 0) {
      j++;
      changes.push({ ioeventfd: after, times: 1 });
    } else {
      after.taken = before.taken;
      i++;
      j++;
    }
  }
  for (const { ioeventfd, times } of host.sequence(changes)) {
    if (times > 0) {
      const reason = host.request(space, ioeventfd);
      ioeventfd.taken = reason === undefined;
      if (reason === undefined) listener.added(space, ioeventfd);
      else listener.refused(space, ioeventfd, reason);
    } else if (ioeventfd.taken) {
      host.release(space, ioeventfd);
      listener.deleted(space, ioeventfd);
    }
  }
}

/** A registration that comes (+1) or goes (-1). */
type ListChange = { readonly ioeventfd: Ioeventfd; readonly times: number };
