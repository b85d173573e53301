/** The record of a registration, and what its numbers mean. */

/**
 * A registration at an address of a space, as the host is told of it: QEMU's `MemoryRegionIoeventfd`. Addresses and data
 * are 32-bit halves.
 */
export type Ioeventfd = {
  readonly addressHigh: number;
  readonly addressLow: number;
  /** Size and "with data" in one number: see `kindOf`. */
  readonly kind: number;
  /** As kept (R3); 0 without data. */
  readonly dataHigh: number;
  readonly dataLow: number;
  /** The notifier's number: notifiers are numbered in the order in which they were first named. */
  readonly notifier: number;
  /** Whether the host took it. */
  taken: boolean;
};

/** Size (bytes, 0: any) and "with data" in one number that sorts as QEMU sorts: by size, without data first. */
export function kindOf(size: number, withData: boolean): number {
  return (size << 1) | (withData ? 1 : 0);
}

export function sizeOf(kind: number): number {
  return kind >>> 1;
}

export function hasData(kind: number): boolean {
  return (kind & 1) === 1;
}

/** QEMU's order (`memory_region_ioeventfd_before`): address, size, without data first, data, notifier. Unsigned. */
export function compareIoeventfds(a: Ioeventfd, b: Ioeventfd): number {
  return (
    compareHalf(a.addressHigh, b.addressHigh) ||
    compareHalf(a.addressLow, b.addressLow) ||
    a.kind - b.kind ||
    compareHalf(a.dataHigh, b.dataHigh) ||
    compareHalf(a.dataLow, b.dataLow) ||
    a.notifier - b.notifier
  );
}

/** Whether two are the same registration, whatever the host said of each. */
export function isSameIoeventfd(a: Ioeventfd, b: Ioeventfd): boolean {
  return compareIoeventfds(a, b) === 0;
}

function compareHalf(a: number, b: number): number {
  return (a >>> 0) - (b >>> 0);
}
