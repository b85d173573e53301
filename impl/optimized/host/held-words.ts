/**
 * What a host holds that is neither the kernel's bus nor what is visible: registrations by address, in the order in which
 * they were taken.
 *
 *     key: address (2 halves), kind, data (2 halves), 0     value: notifier and turn of the one taken first
 *
 * A host that takes everything may hold several of one key. The later ones are in `later`, rare as they are.
 */

import { hasData, type Ioeventfd, kindOf, sizeOf } from '../tables/ioeventfd.ts';
import { must } from '../tables/must.ts';
import { RecordTable } from '../tables/record-table.ts';
import { standardThresholds, type Thresholds } from '../thresholds.ts';
import type { Held, Holdings } from './host.ts';

/** A registration of a key that another one has, too. */
type Later = { readonly notifier: number; readonly turn: number };

const none: readonly Later[] = [];

export class HeldWords implements Held, Holdings {
  private readonly table: RecordTable;
  /** By address and size: how many registrations with data there are. */
  private readonly dataCounts: RecordTable;
  /** By record: those of its key that were taken after the first, in order. Lists are replaced, never changed. */
  private later = new Map<number, readonly Later[]>();
  private turns = 0;
  /** What the fingerprint says of them. Undefined after a change. See `heldText`. */
  text: string | undefined;

  constructor(thresholds: Thresholds = standardThresholds) {
    this.table = new RecordTable(thresholds);
    this.dataCounts = new RecordTable(thresholds);
  }

  insert({ addressHigh, addressLow, kind, dataHigh, dataLow, notifier }: Ioeventfd): void {
    this.text = undefined;
    const { table } = this;
    const turn = this.turns++;
    this.countData(addressHigh, addressLow, kind, 1);
    const found = table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    if (found >= 0) {
      this.later.set(found, [...this.laterOf(found), { notifier, turn }]);
      return;
    }
    const record = table.add(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    table.setFirst(record, notifier);
    table.setSecond(record, turn);
  }

  /** Removes the first that equals one, which must be there. */
  remove({ addressHigh, addressLow, kind, dataHigh, dataLow, notifier }: Ioeventfd): void {
    this.text = undefined;
    const { table } = this;
    const record = table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    must(record >= 0, 'the host does not hold the registration to be dropped');
    this.countData(addressHigh, addressLow, kind, -1);
    const later = this.laterOf(record);
    if (table.first(record) !== notifier) {
      const at = later.findIndex((one) => one.notifier === notifier);
      must(at >= 0, 'the host does not hold the registration to be dropped');
      this.setLater(
        record,
        later.filter((_, i) => i !== at),
      );
      return;
    }
    const [next, ...rest] = later;
    if (next === undefined) {
      table.remove(record);
      return;
    }
    table.setFirst(record, next.notifier);
    table.setSecond(record, next.turn);
    this.setLater(record, rest);
  }

  /** Of those that match a write, the one taken first. */
  find(addressHigh: number, addressLow: number, size: number, dataHigh: number, dataLow: number): number {
    const { table } = this;
    let found = table.find(addressHigh, addressLow, 0, 0, 0, 0);
    found = this.earlier(found, table.find(addressHigh, addressLow, kindOf(size, false), 0, 0, 0));
    const withData = table.find(addressHigh, addressLow, kindOf(size, true), dataHigh, dataLow, 0);
    found = this.earlier(found, withData);
    return found < 0 ? -1 : table.first(found);
  }

  taken(addressHigh: number, addressLow: number, kind: number, dataHigh: number, dataLow: number): number {
    const record = this.table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    return record < 0 ? -1 : this.table.first(record);
  }

  holdsData(addressHigh: number, addressLow: number, size: number): boolean {
    return this.dataCounts.find(addressHigh, addressLow, size, 0, 0, 0) >= 0;
  }

  orderData(): void {}

  /** All, in the order in which they were taken. */
  entries(): Ioeventfd[] {
    const entries: (Ioeventfd & { readonly turn: number })[] = [];
    for (const record of this.table.used()) {
      const [addressHigh, addressLow, kind, dataHigh, dataLow] = this.table.key(record);
      const first = { notifier: this.table.first(record), turn: this.table.second(record) };
      for (const { notifier, turn } of [first, ...this.laterOf(record)]) {
        entries.push({ addressHigh, addressLow, kind, dataHigh, dataLow, notifier, taken: true, turn });
      }
    }
    return entries.sort((a, b) => a.turn - b.turn);
  }

  /** Asserts that tables, lists and counts agree. */
  validate(): void {
    this.table.validate();
    this.dataCounts.validate();
    for (const record of this.later.keys()) {
      must(this.laterOf(record).length > 0, 'a list of later registrations is empty');
    }
    const counts = new Map<string, number>();
    let last = -1;
    const used = new Set(this.table.used());
    for (const record of this.later.keys()) must(used.has(record), 'a list of no record');
    for (const { addressHigh, addressLow, kind, turn } of this.entries() as (Ioeventfd & {
      turn: number;
    })[]) {
      must(turn > last && turn < this.turns, 'two registrations have one turn');
      last = turn;
      if (!hasData(kind)) continue;
      const key = [addressHigh, addressLow, sizeOf(kind)].join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const record of this.dataCounts.used()) {
      const [addressHigh, addressLow, size] = this.dataCounts.key(record);
      const key = [addressHigh, addressLow, size].join();
      must(counts.get(key) === this.dataCounts.first(record), 'a count of data is wrong');
      counts.delete(key);
    }
    must(counts.size === 0, 'registrations with data are not counted');
  }

  /** Becomes a copy of another. */
  copyFrom(other: HeldWords): void {
    this.table.copyFrom(other.table);
    this.dataCounts.copyFrom(other.dataCounts);
    this.later = new Map(other.later);
    this.turns = other.turns;
    this.text = other.text;
  }

  private earlier(a: number, b: number): number {
    if (a < 0) return b;
    if (b < 0) return a;
    return this.table.second(a) < this.table.second(b) ? a : b;
  }

  private laterOf(record: number): readonly Later[] {
    return this.later.get(record) ?? none;
  }

  private setLater(record: number, list: readonly Later[]): void {
    if (list.length === 0) this.later.delete(record);
    else this.later.set(record, list);
  }

  private countData(addressHigh: number, addressLow: number, kind: number, change: number): void {
    if (!hasData(kind)) return;
    const counts = this.dataCounts;
    const size = sizeOf(kind);
    let record = counts.find(addressHigh, addressLow, size, 0, 0, 0);
    if (record < 0) record = counts.add(addressHigh, addressLow, size, 0, 0, 0);
    const count = counts.first(record) + change;
    if (count === 0) counts.remove(record);
    else counts.setFirst(record, count);
  }
}
