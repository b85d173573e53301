/**
 * The rare records of a mirror: registrations that differ in the notifier only, or are visible more than once. A record
 * of duplicates holds the number of a list here.
 */

import { must, mustBeSame } from '../tables/must.ts';

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

  /** Lists in use. */
  get count(): number {
    return this.lists.length - this.freed.length;
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

  /** Asserts that just these lists are used, and what is in them. `isSettled`: whether nothing is pending. */
  validate(used: readonly number[], isSettled: boolean): void {
    mustBeSame([...used, ...this.freed], this.lists.keys(), 'lists of duplicates');
    for (const number of this.freed) must(this.lists[number]!.length === 0, 'a free list is not empty');
    for (const number of used) {
      const members = this.lists[number]!;
      const isSorted = members.every(({ notifier }, i) => i === 0 || notifier > members[i - 1]!.notifier);
      must(isSorted, 'the members of a list are out of order');
      if (!isSettled) continue;
      const visible = members.reduce((sum, { taken }) => sum + taken.length, 0);
      must(visible > 1, 'a list of duplicates of which one is left');
      for (const { taken, pending } of members)
        must(taken.length > 0 && pending === 0, 'a member of nothing');
    }
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
