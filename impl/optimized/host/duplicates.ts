/** The rare records of a mirror: words that differ in the notifier only, or are seen more than once. */

import type { OrderedIndex } from '../tables/ordered-index.ts';
import type { RecordTable } from '../tables/record-table.ts';

/** One notifier's share of a record: an instance a time that the word is visible, true where the host took it. */
export type Member = { readonly notifier: number; readonly taken: boolean[]; pending: number };

/** The member of a crowd for a notifier, made where there is none; members are sorted by notifier. */
export function memberOf(list: Member[], notifier: number): Member {
  let at = 0;
  while (at < list.length && list[at]!.notifier < notifier) at++;
  const found = list[at];
  if (found?.notifier === notifier) return found;
  const fresh: Member = { notifier, taken: [], pending: 0 };
  list.splice(at, 0, fresh);
  return fresh;
}

export function copyOfDuplicates(list: readonly Member[]): Member[] {
  return list.map((member) => ({ ...member, taken: member.taken.slice() }));
}

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
