/** One ioeventfd (QEMU: `MemoryRegionIoeventfd`): its order in a list, what it matches, and what it collides with. */

/**
 * A registered word. In a region's list `address` is the offset in the region; in the host's lists it is absolute. `data`
 * are as kept (profile decision `data`). `rank` is the place of the notifier in the order of first naming.
 */
export type Ioeventfd = {
  readonly address: bigint;
  readonly size: number;
  readonly data: bigint | undefined;
  readonly notifier: string;
  readonly rank: number;
};

/** By address, size, no data before data, data, notifier (`memory_region_ioeventfd_before`; clause D4). */
export function isBefore(a: Ioeventfd, b: Ioeventfd): boolean {
  if (a.address !== b.address) return a.address < b.address;
  if (a.size !== b.size) return a.size < b.size;
  if (a.data === undefined || b.data === undefined) {
    if (a.data !== b.data) return a.data === undefined;
  } else if (a.data !== b.data) return a.data < b.data;
  return a.rank < b.rank;
}

/** Why an ioeventfd does not match a write: it begins elsewhere, it has another size, or it wants other data. */
export type Mismatch = 'begins elsewhere' | 'other size' | 'other data';

/**
 * Why an ioeventfd does not match a write of `size` bytes at `address`, or nothing if it matches (clauses D1, K6;
 * `memory_region_dispatch_write_eventfds`, `ioeventfd_in_range`). Both addresses count from the same origin.
 */
export function mismatch(
  ioeventfd: Ioeventfd,
  address: bigint,
  size: number,
  value: bigint,
): Mismatch | undefined {
  if (ioeventfd.address !== address) return 'begins elsewhere';
  if (ioeventfd.size === 0) return undefined;
  if (ioeventfd.size !== size) return 'other size';
  return ioeventfd.data === undefined || ioeventfd.data === value ? undefined : 'other data';
}

/** Whether one write could match both (`ioeventfd_check_collision`; clause K2). The notifier plays no part. */
export function collide(a: Ioeventfd, b: Ioeventfd): boolean {
  if (a.address !== b.address) return false;
  if (a.size === 0 || b.size === 0) return true;
  return a.size === b.size && (a.data === undefined || b.data === undefined || a.data === b.data);
}
