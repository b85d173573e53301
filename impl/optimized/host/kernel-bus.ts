/**
 * The kernel's I/O bus of one address space, as KVM_IOEVENTFD fills and searches it (virt/kvm/kvm_main.c,
 * virt/kvm/eventfd.c; "The kernel's side" in contract.md).
 *
 *     order     │ A,4 │ A+4,4 │ A,8 │ B,0 │ ...        the kernel's array: insertion rule and binary search as there
 *     table     address, size and "with data", data -> the entry, its place in the kernel's search (alive or dead)
 *
 * The kernel's comparison is neither symmetric nor transitive, so its search can miss a registered entry: a dead one.
 * By the rule of collisions at most one entry accepts a given store, and the table finds it at once. Whether the kernel's
 * search would reach it depends on address and size only. The answer is remembered until the bus changes.
 */

import type { RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import { hasData, type Ioeventfd, sizeOf } from '../tables/ioeventfd.ts';
import { must, mustBeSame } from '../tables/must.ts';
import { RecordTable, recordLength } from '../tables/record-table.ts';
import { copyOf, zerosOf } from '../tables/small-arrays.ts';
import { isBelow, join } from '../tables/wide.ts';
import { grownLength, standardThresholds, type Thresholds } from '../thresholds.ts';

export class KernelBus {
  /** Entries: the first field is the notifier, the second what `isReached` found, and when (`epoch * 2 + found`). */
  readonly table: RecordTable;
  /** By address and size: how many entries with data there are. */
  private readonly dataCounts: RecordTable;
  /** Records in the kernel's order: the first `count`. Replaced when the bus grows. */
  order: Int32Array<ArrayBuffer>;
  count = 0;
  /** Counts changes of the bus: what the search found before the last one is no longer true. */
  private epoch = 1;
  /** What the fingerprint says of the entries. Undefined after a change. See `busText`. */
  text: string | undefined;
  /** Whether another bus reads the same order. Then it is copied before it is written to. */
  private isShared = true;
  private readonly thresholds: Thresholds;

  constructor(thresholds: Thresholds = standardThresholds) {
    this.thresholds = thresholds;
    this.table = new RecordTable(thresholds);
    this.dataCounts = new RecordTable(thresholds);
    this.order = zerosOf(thresholds.busCapacity);
  }

  /** Why the kernel would not take a registration: EINVAL where address + size wraps, EEXIST where it collides. */
  objection(ioeventfd: Ioeventfd): RefusalReason | undefined {
    if (this.wraps(ioeventfd)) return 'EINVAL';
    return this.collides(ioeventfd) ? 'EEXIST' : undefined;
  }

  /** Inserts a registration before the first entry that compares greater. */
  insert(ioeventfd: Ioeventfd): void {
    this.text = undefined;
    if (this.isShared) this.unshare();
    const { addressHigh, addressLow, kind, dataHigh, dataLow, notifier } = ioeventfd;
    const at = this.insertionPoint(addressHigh, addressLow, sizeOf(kind));
    const record = this.table.add(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    this.table.setFirst(record, notifier);
    if (this.count === this.order.length) {
      const grown = new Int32Array(grownLength(this.count, this.thresholds.growth));
      grown.set(this.order);
      this.order = grown;
    }
    this.order.copyWithin(at + 1, at, this.count);
    this.order[at] = record;
    this.count++;
    this.epoch++;
    this.countData(ioeventfd, 1);
  }

  /** Removes a registration that was inserted. */
  remove(ioeventfd: Ioeventfd): void {
    this.text = undefined;
    if (this.isShared) this.unshare();
    const { addressHigh, addressLow, kind, dataHigh, dataLow } = ioeventfd;
    const record = this.table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    must(record >= 0, 'the bus does not hold the registration to be removed');
    const at = this.order.indexOf(record, this.firstNear(addressHigh, addressLow));
    this.order.copyWithin(at, at + 1, this.count);
    this.count--;
    this.table.remove(record);
    this.epoch++;
    this.countData(ioeventfd, -1);
  }

  /**
   * The notifier that a store signals, or -1 (`kvm_io_bus_write`, `ioeventfd_write`). The size may be any from 1
   * to 8: a store cut at a page leaves such parts. Data: the value, zero-extended.
   */
  find(addressHigh: number, addressLow: number, size: number, dataHigh: number, dataLow: number): number {
    if (this.count === 0) return -1;
    const table = this.table;
    let record = table.find(addressHigh, addressLow, size << 1, 0, 0, 0);
    if (record < 0) record = table.find(addressHigh, addressLow, (size << 1) | 1, dataHigh, dataLow, 0);
    if (record >= 0)
      return this.isRemembered(record, addressHigh, addressLow, size) ? table.first(record) : -1;
    record = table.find(addressHigh, addressLow, 0, 0, 0, 0);
    if (record < 0) return -1;
    return this.isReached(record, addressHigh, addressLow, size) ? table.first(record) : -1;
  }

  /** Entries of which it is remembered whether the kernel's search finds them, and those that it does not find. */
  get remembered(): { readonly all: number; readonly dead: number } {
    const found = Array.from(this.table.used(), (record) => this.table.second(record));
    const current = found.filter((memory) => memory >> 1 === this.epoch);
    return { all: current.length, dead: current.filter((memory) => (memory & 1) === 0).length };
  }

  /** The entries in the kernel's order. */
  entries(): Ioeventfd[] {
    return Array.from(this.order.subarray(0, this.count), (record) => {
      const [addressHigh, addressLow, kind, dataHigh, dataLow] = this.table.key(record);
      const notifier = this.table.first(record);
      return { addressHigh, addressLow, kind, dataHigh, dataLow, notifier, taken: true };
    });
  }

  /** Asserts that table, order and counts hold the same entries, and that what is remembered of a search is still true. */
  validate(): void {
    this.table.validate();
    this.dataCounts.validate();
    mustBeSame(this.order.subarray(0, this.count), this.table.used(), 'the order of the bus');
    const counts = new Map<number, number>();
    for (const record of this.table.used()) {
      const [addressHigh, addressLow, kind] = this.table.key(record);
      const size = sizeOf(kind);
      const memory = this.table.second(record);
      const isTrue = () => this.isReached(record, addressHigh, addressLow, size) === ((memory & 1) === 1);
      must(memory >> 1 !== this.epoch || isTrue(), 'entry ', record, ': what was found is no longer so');
      must(memory >> 1 <= this.epoch, 'entry ', record, ': found after the last change');
      if (!hasData(kind)) continue;
      const counted = this.dataCounts.find(addressHigh, addressLow, size, 0, 0, 0);
      counts.set(counted, (counts.get(counted) ?? 0) + 1);
    }
    mustBeSame(this.dataCounts.used(), counts.keys(), 'addresses with data');
    for (const [counted, count] of counts) {
      must(this.dataCounts.first(counted) === count, 'a count of entries with data is wrong');
    }
    this.validateOrder();
  }

  /** `firstNear` relies on it: no entry starts more than 8 above a later one. */
  private validateOrder(): void {
    let highest = 0n;
    for (const { addressHigh, addressLow } of this.entries()) {
      const address = join(addressHigh, addressLow);
      must(highest - address <= 8n, 'an entry stands too far from its address');
      if (address > highest) highest = address;
    }
  }

  /** Becomes a copy of another bus. What is in arrays is shared until one is written to. */
  copyFrom(other: KernelBus): void {
    this.table.copyFrom(other.table);
    this.dataCounts.copyFrom(other.dataCounts);
    other.isShared = true;
    this.order = other.order;
    this.count = other.count;
    this.epoch = other.epoch;
    this.text = other.text;
    this.isShared = true;
  }

  private unshare(): void {
    this.order = copyOf(this.order, this.thresholds);
    this.isShared = false;
  }

  /** `(addr + len) < addr` in the kernel. */
  wraps(ioeventfd: Ioeventfd): boolean {
    const size = sizeOf(ioeventfd.kind);
    return size > 0 && ioeventfd.addressHigh === -1 && (ioeventfd.addressLow >>> 0) + size > 0xffffffff;
  }

  /** `ioeventfd_check_collision`. */
  collides(ioeventfd: Ioeventfd): boolean {
    const { addressHigh, addressLow, kind, dataHigh, dataLow } = ioeventfd;
    const table = this.table;
    if (table.find(addressHigh, addressLow, 0, 0, 0, 0) >= 0) return true;
    const sizes = kind === 0 ? [1, 2, 4, 8] : [sizeOf(kind)];
    for (const size of sizes) {
      if (table.find(addressHigh, addressLow, size << 1, 0, 0, 0) >= 0) return true;
    }
    if ((kind & 1) === 1) return table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0) >= 0;
    return sizes.some((size) => this.dataCounts.find(addressHigh, addressLow, size, 0, 0, 0) >= 0);
  }

  /** The position before which a new entry goes: that of the first entry with cmp(entry, new) > 0. */
  insertionPoint(addressHigh: number, addressLow: number, size: number): number {
    let at = this.firstNear(addressHigh, addressLow);
    while (at < this.count && !this.isAfter(this.order[at]!, addressHigh, addressLow, size)) at++;
    return at;
  }

  /**
   * A position such that all entries before it start below an address. The order is sorted but for 8 bytes: an entry starts
   * at most 8 above any later one, because it was inserted before an entry that starts no lower and after entries that end
   * no higher. So a binary search for the address less 8 skips only entries that start below the address.
   */
  private firstNear(addressHigh: number, addressLow: number): number {
    if (addressHigh === 0 && addressLow >>> 0 < 8) return 0;
    const low = (addressLow - 8) | 0;
    const high = (addressHigh - (addressLow >>> 0 < 8 ? 1 : 0)) | 0;
    const records = this.table.records;
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const at = this.order[middle]! * recordLength;
      if (isBelow(records[at]!, records[at + 1]!, high, low)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private isRemembered(record: number, addressHigh: number, addressLow: number, size: number): boolean {
    const memory = this.table.second(record);
    if (memory >> 1 === this.epoch) return (memory & 1) === 1;
    const reached = this.isReached(record, addressHigh, addressLow, size);
    this.table.setSecond(record, (this.epoch << 1) | (reached ? 1 : 0));
    return reached;
  }

  /**
   * Whether the kernel's search for (address, size) comes upon an entry: `bsearch` finds some entry that compares
   * equal, steps back over equal ones, and walks forward while they are equal.
   */
  isReached(record: number, addressHigh: number, addressLow: number, size: number): boolean {
    let base = 0;
    let number = this.count;
    let found = -1;
    while (number > 0) {
      const pivot = base + (number >> 1);
      const result = this.compareKey(addressHigh, addressLow, size, this.order[pivot]!);
      if (result === 0) {
        found = pivot;
        break;
      }
      if (result > 0) {
        base = pivot + 1;
        number--;
      }
      number >>= 1;
    }
    if (found < 0) return false;
    for (let at = found; at >= 0; at--) {
      const entry = this.order[at]!;
      if (this.compareKey(addressHigh, addressLow, size, entry) !== 0) break;
      if (entry === record) return true;
    }
    for (let at = found + 1; at < this.count; at++) {
      const entry = this.order[at]!;
      if (this.compareKey(addressHigh, addressLow, size, entry) !== 0) break;
      if (entry === record) return true;
    }
    return false;
  }

  /** `kvm_io_bus_cmp(key, entry)`. */
  compareKey(addressHigh: number, addressLow: number, size: number, entry: number): number {
    const at = entry * recordLength;
    const records = this.table.records;
    return this.compare(
      addressHigh,
      addressLow,
      size,
      records[at]!,
      records[at + 1]!,
      sizeOf(records[at + 2]!),
    );
  }

  isAfter(entry: number, addressHigh: number, addressLow: number, size: number): boolean {
    const at = entry * recordLength;
    const records = this.table.records;
    return (
      this.compare(records[at]!, records[at + 1]!, sizeOf(records[at + 2]!), addressHigh, addressLow, size) >
      0
    );
  }

  /** `kvm_io_bus_cmp(a, b)`: ends are compared unless b's length is 0. Sums wrap at 2^64. */
  compare(aHigh: number, aLow: number, aSize: number, bHigh: number, bLow: number, bSize: number): number {
    return compareRanges(aHigh, aLow, aSize, bHigh, bLow, bSize);
  }

  private countData(ioeventfd: Ioeventfd, change: number): void {
    if (!hasData(ioeventfd.kind)) return;
    const counts = this.dataCounts;
    const size = sizeOf(ioeventfd.kind);
    let record = counts.find(ioeventfd.addressHigh, ioeventfd.addressLow, size, 0, 0, 0);
    if (record < 0) record = counts.add(ioeventfd.addressHigh, ioeventfd.addressLow, size, 0, 0, 0);
    const count = counts.first(record) + change;
    if (count === 0) counts.remove(record);
    else counts.setFirst(record, count);
  }
}

/** See `KernelBus.compare`. */
export function compareRanges(
  aHigh: number,
  aLow: number,
  aSize: number,
  bHigh: number,
  bLow: number,
  bSize: number,
): number {
  const high = aHigh >>> 0;
  const low = aLow >>> 0;
  const otherHigh = bHigh >>> 0;
  const otherLow = bLow >>> 0;
  if (high < otherHigh || (high === otherHigh && low < otherLow)) return -1;
  if (bSize === 0) return high > otherHigh || low > otherLow ? 1 : 0;
  const endLow = (low + aSize) >>> 0;
  const endHigh = (high + (endLow < low ? 1 : 0)) >>> 0;
  const otherEndLow = (otherLow + bSize) >>> 0;
  const otherEndHigh = (otherHigh + (otherEndLow < otherLow ? 1 : 0)) >>> 0;
  return endHigh > otherEndHigh || (endHigh === otherEndHigh && endLow > otherEndLow) ? 1 : 0;
}
