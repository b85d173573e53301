/**
 * What the host has been told of one address space: the multiset of visible registrations, by address.
 *
 *     key: address (2 halves), size and "with data", data (2 halves), 0     value: notifier, state
 *
 * Changes are collected as differences: +1 for a registration that became visible, -1 for one that did not stay so.
 * `settle` sorts those that do not cancel, and tells them. So a commit costs what it changes, however much is registered.
 * Registrations that differ in the notifier only, or are visible more than once, are rare. They share a record, whose
 * details are in `duplicates`.
 *
 * A registration that the host refused is still visible. It stays refused until it is no longer visible (H4).
 */

import { compareIoeventfds, hasData, type Ioeventfd, kindOf } from '../tables/ioeventfd.ts';
import { must } from '../tables/must.ts';
import { OrderedIndex } from '../tables/ordered-index.ts';
import { RecordTable } from '../tables/record-table.ts';
import { copyOf, integers, zeroBytesOf, zerosOf } from '../tables/small-arrays.ts';
import { grownLength, standardThresholds, type Thresholds } from '../thresholds.ts';
import { type Member, noDuplicates } from './duplicates.ts';
import type { Held, Holdings, Host, HostListener } from './host.ts';

/** The states of a record with one registration. Of a record with duplicates the state is -1 - the number of their list. */
const visibleBit = 1;
const takenBit = 2;

/** A net difference: `times` is how often the registration became visible, negative if it went. */
type Difference = {
  readonly record: number;
  readonly ioeventfd: Ioeventfd;
  /** Where the record has duplicates. */
  readonly member: Member | undefined;
  readonly times: number;
};

export class HostMirror implements Held, Holdings {
  readonly space: 0 | 1;
  /** Visible registrations that the host refused. */
  refused = 0;
  /** 0 while the host holds exactly what is visible: nothing is refused, nothing is on its way. */
  divergence = 0;
  private readonly table: RecordTable;
  private readonly thresholds: Thresholds;
  /** Records with data that the host holds, in order: only where the host asks `holdsData`. */
  private heldData: OrderedIndex | undefined;
  private duplicates = noDuplicates;
  /** Records with differences not yet settled, each once. */
  private touched: number[] = [];
  /** By record: the sum of its differences, and whether it is in `touched`. */
  private pending: Int32Array<ArrayBuffer>;
  private marks: Uint8Array<ArrayBuffer>;
  /** What the fingerprint says of the registrations last settled; undefined after a change. See `toldText`. */
  text: string | undefined;
  /** Whether another mirror reads the same arrays. Then they are copied before they are written to. */
  private isShared = true;

  constructor(space: 0 | 1, thresholds: Thresholds = standardThresholds) {
    this.space = space;
    this.thresholds = thresholds;
    this.table = new RecordTable(thresholds);
    this.pending = zerosOf(thresholds.mirrorCapacity);
    this.marks = zeroBytesOf(thresholds.mirrorCapacity);
  }

  /** Registrations that differ in the notifier only, or are visible more than once: how many keys. */
  get duplicated(): number {
    return this.duplicates.count;
  }

  /** Whether the host has been told everything. */
  get isSettled(): boolean {
    return this.touched.length === 0;
  }

  /** Notes that a registration became visible (+1), or is no longer (-1). */
  adjust(
    addressHigh: number,
    addressLow: number,
    kind: number,
    dataHigh: number,
    dataLow: number,
    notifier: number,
    difference: number,
  ): void {
    if (this.isShared) this.unshare();
    const table = this.table;
    let record = table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    if (record < 0) {
      record = table.add(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
      table.setFirst(record, notifier);
      if (record >= this.pending.length) this.grow();
    }
    if (this.marks[record] === 0) {
      this.marks[record] = 1;
      this.touched.push(record);
      this.divergence++;
    }
    if (table.second(record) >= 0) {
      if (table.first(record) === notifier) {
        this.pending[record] = this.pending[record]! + difference;
        return;
      }
      this.makeDuplicates(record);
    }
    this.memberOf(record, notifier).pending += difference;
  }

  /** The notifier of the registration of exactly this key that the host holds, or -1. */
  taken(addressHigh: number, addressLow: number, kind: number, dataHigh: number, dataLow: number): number {
    const record = this.table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
    if (record < 0) return -1;
    const state = this.table.second(record);
    if (state >= 0) return (state & takenBit) === 0 ? -1 : this.table.first(record);
    for (const member of this.duplicatesOf(record)) if (member.taken.includes(true)) return member.notifier;
    return -1;
  }

  /**
   * The notifier that the host signals for a write, or -1, where it holds at most one registration that matches. While it
   * holds all that is registered, and nothing is on its way, `IoeventfdStore.match` finds the same (D1, F1).
   */
  find(addressHigh: number, addressLow: number, size: number, dataHigh: number, dataLow: number): number {
    let notifier = this.taken(addressHigh, addressLow, 0, 0, 0);
    if (notifier < 0) notifier = this.taken(addressHigh, addressLow, kindOf(size, false), 0, 0);
    if (notifier < 0) notifier = this.taken(addressHigh, addressLow, kindOf(size, true), dataHigh, dataLow);
    return notifier;
  }

  /** Prepares `holdsData`. Called while nothing is held. */
  orderData(): void {
    this.heldData = new OrderedIndex(this.table, this.thresholds);
  }

  /** Whether the host holds a registration with data, of this size, at this address. Needs `orderData`. */
  holdsData(addressHigh: number, addressLow: number, size: number): boolean {
    const { heldData } = this;
    must(heldData !== undefined, 'held data are not kept in order');
    const kind = kindOf(size, true);
    heldData.seek(addressHigh, addressLow, kind);
    const record = heldData.next();
    if (record < 0) return false;
    const [itsHigh, itsLow, itsKind] = this.table.key(record);
    return itsHigh === addressHigh && itsLow === addressLow && itsKind === kind;
  }

  /** Tells the host every difference, and the listener what the host said. */
  settle(host: Host, listener: HostListener): void {
    if (this.touched.length === 0) return;
    if (this.isShared) this.unshare();
    this.text = undefined;
    const changes = this.collect();
    if (changes.length > 1) changes.sort((a, b) => compareIoeventfds(a.ioeventfd, b.ioeventfd));
    for (const change of host.sequence(changes)) {
      const wasHeld = this.isHeld(change.record);
      if (change.member === undefined) this.applySingle(change, host, listener);
      else this.applyMember(change.ioeventfd, change.member, change.times, host, listener);
      if (wasHeld !== this.isHeld(change.record))
        this.orderHeld(change.record, change.ioeventfd.kind, !wasHeld);
    }
    this.tidy();
  }

  /** Takes all differences as told. `list`, if given, says what the host said of each registration. */
  adopt(list: readonly Ioeventfd[] | undefined): void {
    this.text = undefined;
    if (this.isShared) this.unshare();
    for (const { record, member, times } of this.collect()) {
      if (member === undefined) this.table.setSecond(record, times > 0 ? visibleBit | takenBit : 0);
      else if (times > 0) for (let i = 0; i < times; i++) member.taken.push(true);
      else member.taken.length += times;
    }
    this.tidy();
    if (list === undefined) return;
    this.importStates(list);
    this.divergence = this.refused;
  }

  /** What is visible, as last settled: sorted, each with what the host said. */
  list(): Ioeventfd[] {
    const ioeventfds: Ioeventfd[] = [];
    for (const record of this.table.used()) {
      const state = this.table.second(record);
      if (state >= 0) {
        if ((state & visibleBit) !== 0)
          ioeventfds.push(this.ioeventfd(record, undefined, (state & takenBit) !== 0));
      } else {
        for (const member of this.duplicatesOf(record)) {
          for (const taken of member.taken) ioeventfds.push(this.ioeventfd(record, member.notifier, taken));
        }
      }
    }
    // The sort is stable: equal registrations stay in the order in which they came.
    return ioeventfds.sort(compareIoeventfds);
  }

  /** The differences not yet settled, sorted. */
  differences(): { ioeventfd: Ioeventfd; times: number }[] {
    const result: { ioeventfd: Ioeventfd; times: number }[] = [];
    for (const record of this.touched) {
      if (this.table.second(record) >= 0) {
        const times = this.pending[record]!;
        if (times !== 0) result.push({ ioeventfd: this.ioeventfd(record, undefined, false), times });
      } else {
        for (const { notifier, pending } of this.duplicatesOf(record)) {
          if (pending !== 0)
            result.push({ ioeventfd: this.ioeventfd(record, notifier, false), times: pending });
        }
      }
    }
    return result.sort((a, b) => compareIoeventfds(a.ioeventfd, b.ioeventfd));
  }

  /** Asserts the mirror's invariants. `knowsHost`: whether the mirror says what the host took. */
  validate(knowsHost: boolean): void {
    this.table.validate();
    const touched = new Set(this.touched);
    must(touched.size === this.touched.length, 'a record is touched twice');
    must(this.divergence === this.refused + this.touched.length, 'divergence is wrong');
    const used = new Set(this.table.used());
    this.marks.forEach((mark, record) => {
      must((mark === 1) === touched.has(record), 'record ', record, ': marks and touched differ');
      const isSilent = this.pending[record] === 0;
      must(isSilent || touched.has(record), 'record ', record, ': something is pending of it');
      must(used.has(record) || (mark === 0 && isSilent), 'record ', record, ' is not used');
    });
    const lists: number[] = [];
    let refused = 0;
    for (const record of used) {
      const state = this.table.second(record);
      if (state > 0 && (state & takenBit) === 0) refused++;
      must(state !== 0 || touched.has(record), 'record ', record, ' is one of nothing');
      if (state >= 0) continue;
      must(this.pending[record] === 0, 'record ', record, ': its members have what is pending');
      lists.push(-state - 1);
      for (const { taken } of this.duplicatesOf(record)) refused += taken.filter((one) => !one).length;
    }
    this.duplicates.validate(lists, this.touched.length === 0);
    if (this.heldData !== undefined)
      this.heldData.validate([...used].filter((record) => this.hasData(record) && this.isHeld(record)));
    must(
      !knowsHost || refused === this.refused,
      refused,
      ' registrations refused, ',
      this.refused,
      ' counted',
    );
  }

  /** The net differences of touched records. Forgets them, but not yet which records were touched. */
  private collect(): Difference[] {
    const changes: Difference[] = [];
    for (const record of this.touched) {
      const state = this.table.second(record);
      if (state >= 0) {
        const times = this.pending[record]!;
        if (times === 0) continue;
        const sum = (state & visibleBit) + times;
        if (sum === 0 || sum === 1) {
          this.pending[record] = 0;
          changes.push({
            record,
            ioeventfd: this.ioeventfd(record, undefined, false),
            member: undefined,
            times,
          });
          continue;
        }
        this.makeDuplicates(record);
      }
      for (const member of this.duplicatesOf(record)) {
        if (member.pending === 0) continue;
        const ioeventfd = this.ioeventfd(record, member.notifier, false);
        changes.push({ record, ioeventfd, member, times: member.pending });
        member.pending = 0;
      }
    }
    return changes;
  }

  /** Becomes a copy of another mirror. What is in arrays is shared until one is written to. */
  copyFrom(other: HostMirror): void {
    this.table.copyFrom(other.table);
    if (other.heldData !== undefined) {
      this.heldData ??= new OrderedIndex(this.table, this.thresholds);
      this.heldData.copyFrom(other.heldData);
    }
    other.isShared = true;
    this.refused = other.refused;
    this.divergence = other.divergence;
    this.text = other.text;
    this.duplicates = other.duplicates;
    this.touched = other.touched;
    this.pending = other.pending;
    this.marks = other.marks;
    this.isShared = true;
  }

  private unshare(): void {
    this.duplicates = this.duplicates.copy();
    this.touched = this.touched.slice();
    this.pending = copyOf(this.pending, this.thresholds);
    this.marks = this.marks.slice();
    this.isShared = false;
  }

  private hasData(record: number): boolean {
    return hasData(this.table.key(record)[2]);
  }

  private isHeld(record: number): boolean {
    const state = this.table.second(record);
    if (state >= 0) return (state & takenBit) !== 0;
    return this.duplicatesOf(record).some((member) => member.taken.includes(true));
  }

  private orderHeld(record: number, kind: number, isHeld: boolean): void {
    if (this.heldData === undefined || !hasData(kind)) return;
    if (isHeld) this.heldData.insert(record);
    else this.heldData.remove(record);
  }

  private applySingle(change: Difference, host: Host, listener: HostListener): void {
    const { record, ioeventfd } = change;
    if (change.times > 0) {
      const taken = this.request(ioeventfd, host, listener);
      this.table.setSecond(record, taken ? visibleBit | takenBit : visibleBit);
      return;
    }
    this.leave(ioeventfd, (this.table.second(record) & takenBit) !== 0, host, listener);
    this.table.setSecond(record, 0);
  }

  private applyMember(
    ioeventfd: Ioeventfd,
    member: Member,
    times: number,
    host: Host,
    listener: HostListener,
  ): void {
    for (let i = 0; i < times; i++) member.taken.push(this.request(ioeventfd, host, listener));
    if (times >= 0) return;
    // Equal entries pair first with first, so those that go are the last, told in their order.
    const going = member.taken.splice(member.taken.length + times);
    must(going.length === -times, 'more went than were visible');
    for (const taken of going) this.leave(ioeventfd, taken, host, listener);
  }

  private request(ioeventfd: Ioeventfd, host: Host, listener: HostListener): boolean {
    const reason = host.request(this.space, ioeventfd);
    if (reason === undefined) {
      listener.added(this.space, ioeventfd);
      return true;
    }
    this.refused++;
    listener.refused(this.space, ioeventfd, reason);
    return false;
  }

  /** A registration is no longer visible. The host never had one that it refused (H4). */
  leave(ioeventfd: Ioeventfd, taken: boolean, host: Host, listener: HostListener): void {
    if (!taken) {
      this.refused--;
      return;
    }
    host.release(this.space, ioeventfd);
    listener.deleted(this.space, ioeventfd);
  }

  /** Removes records of nothing, and makes duplicates of which one is left a record of one registration. */
  private tidy(): void {
    for (const record of this.touched) {
      this.marks[record] = 0;
      const state = this.table.second(record);
      if (state < 0) this.disband(record, -state - 1);
      if (this.table.second(record) === 0) this.table.remove(record);
    }
    this.touched.length = 0;
    this.divergence = this.refused;
  }

  private disband(record: number, list: number): void {
    const { isFreed, last } = this.duplicates.disband(list);
    if (!isFreed) return;
    this.table.setSecond(record, 0);
    if (last === undefined) return;
    this.table.setFirst(record, last.notifier);
    this.table.setSecond(record, last.taken[0] ? visibleBit | takenBit : visibleBit);
  }

  /** Gives a record of one registration a list of duplicates. */
  private makeDuplicates(record: number): void {
    const state = this.table.second(record);
    const taken = (state & visibleBit) === 0 ? [] : [(state & takenBit) !== 0];
    const member = { notifier: this.table.first(record), taken, pending: this.pending[record]! };
    this.table.setSecond(record, -this.duplicates.make(member) - 1);
    this.pending[record] = 0;
  }

  private duplicatesOf(record: number): readonly Member[] {
    return this.duplicates.membersOf(-this.table.second(record) - 1);
  }

  private memberOf(record: number, notifier: number): Member {
    return this.duplicates.memberOf(-this.table.second(record) - 1, notifier);
  }

  private ioeventfd(record: number, notifier = this.table.first(record), taken = false): Ioeventfd {
    const [addressHigh, addressLow, kind, dataHigh, dataLow] = this.table.key(record);
    return { addressHigh, addressLow, kind, dataHigh, dataLow, notifier, taken };
  }

  /** Sets what the host said of each registration, from a list of all of them. */
  private importStates(list: readonly Ioeventfd[]): void {
    const seen = new Map<Member, number>();
    this.refused = 0;
    for (const ioeventfd of list) {
      if (!ioeventfd.taken) this.refused++;
      const { addressHigh, addressLow, kind, dataHigh, dataLow, notifier, taken } = ioeventfd;
      const record = this.table.find(addressHigh, addressLow, kind, dataHigh, dataLow, 0);
      if (this.table.second(record) >= 0) {
        this.table.setSecond(record, taken ? visibleBit | takenBit : visibleBit);
        continue;
      }
      const member = this.memberOf(record, notifier);
      const position = seen.get(member) ?? 0;
      member.taken[position] = taken;
      seen.set(member, position + 1);
    }
  }

  private grow(): void {
    const length = grownLength(this.pending.length, this.thresholds.growth);
    const pending = integers(length, this.thresholds);
    pending.set(this.pending);
    this.pending = pending;
    const marks = new Uint8Array(length);
    marks.set(this.marks);
    this.marks = marks;
  }
}
