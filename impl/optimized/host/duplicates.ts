/**
 * The rare records of a mirror: registrations that differ in the notifier only, or are visible more than once. A record
 * of duplicates holds the number of a list here.
 */

import type { OrderedIndex } from '../tables/ordered-index.ts';
import type { RecordTable } from '../tables/record-table.ts';

/** One notifier's share of a record. */
export type Member = {
  readonly notifier: number;
  /** An entry for each time that the registration is visible: true where the host took it. */
  readonly taken: boolean[];
  /** The sum of the differences not yet settled. */
  pending: number;
};

/** The lists of all records that need one. */
export class Duplicates {
  /** By number; members are sorted by notifier. A freed list is empty. */
  private lists: Member[][] = [];
  private freed: number[] = [];

  /** Makes a list of one member, and returns its number. */
  make(member: Member): number {
    const number = this.freed.pop() ?? this.lists.push([]) - 1;
    this.lists[number] = [member];
    return number;
  }

  membersOf(number: number): readonly Member[] {
    return this.lists[number]!;
  }

  /** The member of a list for a notifier, made where there is none. */
  memberOf(number: number, notifier: number): Member {
    const list = this.lists[number]!;
    let at = 0;
    while (at < list.length && list[at]!.notifier < notifier) at++;
    const found = list[at];
    if (found?.notifier === notifier) return found;
    const fresh: Member = { notifier, taken: [], pending: 0 };
    list.splice(at, 0, fresh);
    return fresh;
  }

  /**
   * Drops members that are no longer visible. Frees the list, and returns true, where what is left is visible at most once;
   * `last` is then the member that is left, if any.
   */
  disband(number: number): { readonly isFreed: boolean; readonly last: Member | undefined } {
    const members = this.lists[number]!.filter((member) => member.taken.length > 0);
    this.lists[number] = members;
    const last = members[0];
    if (members.length > 1 || (last !== undefined && last.taken.length > 1)) return { isFreed: false, last };
    this.lists[number] = [];
    this.freed.push(number);
    return { isFreed: true, last };
  }

  /** An independent copy. */
  copy(): Duplicates {
    const copy = new Duplicates();
    copy.lists = this.lists.map((list) => list.map((member) => ({ ...member, taken: member.taken.slice() })));
    copy.freed = this.freed.slice();
    return copy;
  }
}

/** What every new mirror reads until it is written to. */
export const noDuplicates = new Duplicates();

/** Asserts that an index of held records holds those with data, all of them. */
export function validateHeldData(
  table: RecordTable,
  heldData: OrderedIndex,
  isHeld: (record: number) => boolean,
): void {
  const expected = new Set<number>();
  for (const record of table.used()) {
    if ((table.key(record)[2] & 1) === 1 && isHeld(record)) expected.add(record);
  }
  heldData.validate(expected.size);
  heldData.seek(0, 0, 0);
  for (let record = heldData.next(); record >= 0; record = heldData.next()) {
    if (!expected.delete(record)) throw new Error(`record ${record} is not held with data`);
  }
}
