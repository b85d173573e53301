/**
 * The registrations of all regions: which write to which region signals which notifier.
 *
 *     key: region, offset (2 halves), size and "with data", data (2 halves)     value: lowest notifier, others
 *
 * A match is at most three probes of one hash table, whatever is registered. A move of the region changes nothing here.
 * The same records are kept in key order, which is the order of `MemoryRegion::ioeventfds` in QEMU
 * (`memory_region_ioeventfd_before`), for walks over a range of offsets. Nearly every record has one notifier. The sorted
 * notifiers of a record that has several are in `duplicates`, and the record holds the first.
 */

import { grownLength, standardThresholds, type Thresholds } from '../thresholds.ts';
import { FastTable, headOf } from './fast-table.ts';
import { hasData } from './ioeventfd.ts';
import { must, mustBeSame } from './must.ts';
import { OrderedIndex } from './ordered-index.ts';
import { RecordTable } from './record-table.ts';
import { copyOf, integers, zeroBytesOf, zerosOf } from './small-arrays.ts';
import { anyDataProbe, anySizeProbe, matchDataProbe, probesShift } from './traits.ts';

/** Counters of each region: registrations of size 0, with size but without data, with data. */
const countersPerRegion = 4;
const anySize = 0;
const anyData = 1;
const matchData = 2;

export class IoeventfdStore {
  readonly table: RecordTable;
  readonly order: OrderedIndex;
  private readonly thresholds: Thresholds;
  /** The records again, for the fast path of a store. */
  readonly fast: FastTable;
  /** Sorted notifiers of the records that have more than one. Freed places are empty lists. */
  private duplicates: number[][] = [];
  private freedDuplicates: number[] = [];
  private counters: Int32Array<ArrayBuffer>;
  /** Which of a region's counters are not 0, a bit each. */
  private probes: Uint8Array<ArrayBuffer>;
  /** By region: what the fingerprint says of its registrations. Undefined after a change. */
  private texts: (string | undefined)[] = [];
  /** Whether another store reads the same lists, counters and probes. Then they are copied before they are written to. */
  private isShared = true;

  constructor(
    thresholds: Thresholds = standardThresholds,
    table = new RecordTable(thresholds),
    fast = new FastTable(thresholds),
  ) {
    const { regionCapacity } = thresholds;
    this.thresholds = thresholds;
    this.table = table;
    this.order = new OrderedIndex(table, thresholds);
    this.fast = fast;
    this.counters = zerosOf(regionCapacity * countersPerRegion);
    this.probes = zeroBytesOf(regionCapacity);
  }

  /** Adds a registration. The same one may be added any number of times. Offset and data in halves. */
  add(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    kind: number,
    dataHigh: number,
    dataLow: number,
    notifier: number,
  ): void {
    if (this.isShared) this.unshare();
    const table = this.table;
    this.count(region, kind, 1);
    const found = table.find(region, offsetHigh, offsetLow, kind, dataHigh, dataLow);
    if (found >= 0) {
      this.join(found, notifier);
      return;
    }
    const record = table.add(region, offsetHigh, offsetLow, kind, dataHigh, dataLow);
    table.setFirst(record, notifier);
    this.order.insert(record);
    this.enterFast(record);
  }

  /** Removes one registration of a record. False, and nothing changes, if there is none with this notifier. */
  remove(record: number, notifier: number): boolean {
    if (this.isShared) this.unshare();
    const table = this.table;
    const listPlus1 = table.second(record);
    if (listPlus1 === 0) {
      if (table.first(record) !== notifier) return false;
      const [region, offsetHigh, offsetLow, kind, dataHigh, dataLow] = table.key(record);
      this.count(region, kind, -1);
      this.order.remove(record);
      table.remove(record);
      if ((offsetHigh | dataHigh) === 0) this.fast.remove(headOf(region, kind), offsetLow, dataLow);
      return true;
    }
    const list = this.duplicates[listPlus1 - 1]!;
    const position = list.indexOf(notifier);
    if (position < 0) return false;
    this.count(table.key(record)[0], table.key(record)[3], -1);
    list.splice(position, 1);
    table.setFirst(record, list[0]!);
    this.enterFast(record);
    if (list.length === 1) {
      list.length = 0;
      this.freedDuplicates.push(listPlus1 - 1);
      table.setSecond(record, 0);
    }
    return true;
  }

  /** Records with more than one notifier. */
  get several(): number {
    return this.duplicates.length - this.freedDuplicates.length;
  }

  /** The first registration at an offset in QEMU's order: its record, or -1. Its notifier is `table.first`. */
  firstAt(region: number, offsetHigh: number, offsetLow: number): number {
    this.order.seek(region, offsetHigh, offsetLow);
    const record = this.order.next();
    if (record < 0) return -1;
    const [itsRegion, itsHigh, itsLow] = this.table.key(record);
    return itsRegion === region && itsHigh === offsetHigh && itsLow === offsetLow ? record : -1;
  }

  /** All notifiers of a record, lowest first, as often as they are registered. */
  notifiers(record: number): readonly number[] {
    const listPlus1 = this.table.second(record);
    return listPlus1 === 0 ? [this.table.first(record)] : this.duplicates[listPlus1 - 1]!;
  }

  /**
   * The notifier that an access signals, or -1: the first in the order size 0, without data, with data, notifier
   * (clauses D1, D4; QEMU: `memory_region_dispatch_write_eventfds`). Data: the value of the access. Traits: the region's, which say what kinds
   * of registrations it has.
   */
  match(
    traits: number,
    region: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
  ): number {
    const probes = traits >>> probesShift;
    // Nearly every region has registrations of one kind only, and one probe decides.
    if ((probes & (probes - 1)) !== 0) {
      return this.matchSeveral(traits, region, offsetHigh, offsetLow, size, dataHigh, dataLow);
    }
    if (probes === 0) return -1;
    const withData = probes >>> 2;
    const kind = probes === 1 ? 0 : (size << 1) | withData;
    const record = this.table.find(
      region,
      offsetHigh,
      offsetLow,
      kind,
      dataHigh & -withData,
      dataLow & -withData,
    );
    return record < 0 ? -1 : this.table.first(record);
  }

  private matchSeveral(
    traits: number,
    region: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    dataHigh: number,
    dataLow: number,
  ): number {
    const table = this.table;
    if ((traits & anySizeProbe) !== 0) {
      const record = table.find(region, offsetHigh, offsetLow, 0, 0, 0);
      if (record >= 0) return table.first(record);
    }
    if ((traits & anyDataProbe) !== 0) {
      const record = table.find(region, offsetHigh, offsetLow, size << 1, 0, 0);
      if (record >= 0) return table.first(record);
    }
    if ((traits & matchDataProbe) !== 0) {
      const record = table.find(region, offsetHigh, offsetLow, (size << 1) | 1, dataHigh, dataLow);
      if (record >= 0) return table.first(record);
    }
    return -1;
  }

  /** Which kinds a region has: 1 of size 0, 2 without data, 4 with data. */
  probesOf(region: number): number {
    return this.probes[region]!;
  }

  /** Whether anything is registered in a region. */
  isEmpty(region: number): boolean {
    return this.probes[region] === 0;
  }

  /** Makes room for a region's counters; called when the region is created. */
  reserve(region: number): void {
    if ((region + 1) * countersPerRegion <= this.counters.length) return;
    if (this.isShared) this.unshare();
    const regions = grownLength(this.probes.length, this.thresholds.growth);
    const counters = integers(regions * countersPerRegion, this.thresholds);
    counters.set(this.counters);
    this.counters = counters;
    const probes = new Uint8Array(regions);
    probes.set(this.probes);
    this.probes = probes;
  }

  /** Asserts the store's invariants. */
  validate(): void {
    this.table.validate();
    this.order.validate();
    this.validateFast();
    this.validateDuplicates();
    const counted = new Int32Array(this.counters.length);
    for (const record of this.table.used()) {
      const notifiers = this.notifiers(record);
      must(this.table.first(record) === notifiers[0], 'record ', record, ': wrong first notifier');
      const isSorted = notifiers.every((notifier, i) => i === 0 || notifier >= notifiers[i - 1]!);
      must(isSorted, 'record ', record, ': notifiers out of order');
      const [region, , , kind] = this.table.key(record);
      counted[counterOf(region, kind)]! += notifiers.length;
    }
    counted.forEach((count, at) => {
      must(count === this.counters[at], 'a counter is wrong');
      const isProbed = (this.probes[Math.floor(at / countersPerRegion)]! >> (at % countersPerRegion)) & 1;
      must(isProbed === Math.sign(count), 'a probe is wrong');
    });
  }

  /** What `describe` says of a region's registrations. It is asked once until they change. */
  textOf(region: number, describe: (store: IoeventfdStore, region: number) => string): string {
    if (this.probes[region] === 0) return '';
    this.texts[region] ??= describe(this, region);
    return this.texts[region]!;
  }

  /** Becomes a copy of another store. What is in arrays is shared until one is written to. */
  copyFrom(other: IoeventfdStore): void {
    this.table.copyFrom(other.table);
    this.order.copyFrom(other.order);
    this.fast.copyFrom(other.fast);
    other.isShared = true;
    this.duplicates = other.duplicates;
    this.freedDuplicates = other.freedDuplicates;
    this.counters = other.counters;
    this.probes = other.probes;
    this.texts = other.texts;
    this.isShared = true;
  }

  private unshare(): void {
    this.duplicates = this.duplicates.map((list) => list.slice());
    this.freedDuplicates = this.freedDuplicates.slice();
    this.counters = copyOf(this.counters, this.thresholds);
    this.probes = this.probes.slice();
    this.texts = this.texts.slice();
    this.isShared = false;
  }

  private validateFast(): void {
    this.fast.validate();
    let plain = 0;
    for (const record of this.table.used()) {
      const [region, offsetHigh, offsetLow, kind, dataHigh, dataLow] = this.table.key(record);
      if ((offsetHigh | dataHigh) !== 0) continue;
      plain++;
      const found = this.fast.find(headOf(region, kind), offsetLow, dataLow);
      must(found === this.table.first(record), 'record ', record, ': the fast table says something else');
    }
    must(plain === this.fast.size, 'the fast table holds more than is registered');
  }

  /** Each list of several notifiers is one record's, or free and empty. */
  private validateDuplicates(): void {
    const listed: number[] = [];
    for (const record of this.table.used()) {
      const list = this.table.second(record) - 1;
      if (list < 0) continue;
      must(this.duplicates[list]!.length > 1, 'record ', record, ': a list of one notifier');
      listed.push(list);
    }
    mustBeSame([...listed, ...this.freedDuplicates], this.duplicates.keys(), 'lists of notifiers');
    for (const list of this.freedDuplicates)
      must(this.duplicates[list]!.length === 0, 'a free list is not empty');
  }

  private join(record: number, notifier: number): void {
    const table = this.table;
    let listPlus1 = table.second(record);
    if (listPlus1 === 0) {
      listPlus1 = (this.freedDuplicates.pop() ?? this.duplicates.push([]) - 1) + 1;
      this.duplicates[listPlus1 - 1]!.push(table.first(record));
      table.setSecond(record, listPlus1);
    }
    const list = this.duplicates[listPlus1 - 1]!;
    const position = list.findIndex((other) => other > notifier);
    list.splice(position < 0 ? list.length : position, 0, notifier);
    table.setFirst(record, list[0]!);
    this.enterFast(record);
  }

  /** Enters a record and its first notifier into the fast table. */
  private enterFast(record: number): void {
    const [region, offsetHigh, offsetLow, kind, dataHigh, dataLow] = this.table.key(record);
    if ((offsetHigh | dataHigh) !== 0) return;
    this.fast.set(headOf(region, kind), offsetLow, dataLow, this.table.first(record));
  }

  private count(region: number, kind: number, change: number): void {
    const at = counterOf(region, kind);
    const count = this.counters[at]! + change;
    this.counters[at] = count;
    this.texts[region] = undefined;
    const bit = 1 << (at % countersPerRegion);
    this.probes[region] = count > 0 ? this.probes[region]! | bit : this.probes[region]! & ~bit;
  }
}

function counterOf(region: number, kind: number): number {
  const which = hasData(kind) ? matchData : kind === 0 ? anySize : anyData;
  return region * countersPerRegion + which;
}
