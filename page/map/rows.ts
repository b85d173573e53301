/** The lines of text at an address: a registered word, and beside it what the host makes of it. */
import type { HostEntry } from './host.ts';
import { entryKey } from './host.ts';
import type { Word } from './words.ts';

export type Row = { readonly word?: Word; readonly host?: HostEntry };

/** The rows of one address. */
export type RowGroup = {
  readonly address: bigint;
  /** Those that are drawn. */
  readonly rows: readonly Row[];
  /** How many more there are. */
  readonly left: number;
};

/** Rows that stand beside one address. */
const mostRows = 4;

/** In the order of addresses. Of many at one address, those that the write or the step is about come first. */
export function rowGroups(
  words: readonly Word[],
  host: readonly HostEntry[],
  changed: ReadonlySet<string>,
): readonly RowGroup[] {
  const free = new Map<string, HostEntry[]>();
  for (const entry of host) {
    const key = entryKey(entry.ioeventfd);
    const own = free.get(key) ?? [];
    own.push(entry);
    free.set(key, own);
  }
  const byAddress = new Map<bigint, Row[]>();
  const add = (address: bigint, row: Row) => {
    const rows = byAddress.get(address) ?? [];
    rows.push(row);
    byAddress.set(address, rows);
  };
  for (const word of words) {
    const entry = word.state === 'hidden' ? undefined : free.get(entryKey(word.ioeventfd))?.shift();
    add(word.ioeventfd.address, entry === undefined ? { word } : { word, host: entry });
  }
  for (const entries of free.values())
    for (const entry of entries) add(entry.ioeventfd.address, { host: entry });
  const rank = ({ word, host: entry }: Row) =>
    word?.verdict === 'matches' ? 0 : (word && changed.has(word.key)) || entry?.isChanged ? 1 : 2;
  return [...byAddress]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([address, rows]) => ({
      address,
      rows: rows.length <= mostRows ? rows : rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostRows),
      left: Math.max(0, rows.length - mostRows),
    }));
}

/** The bars of words and of the host's entries that stand beside each other, up to four. */
export function lanesOf(groups: readonly RowGroup[], part: keyof Row): number {
  const counts = groups.map(({ rows }) => rows.findLastIndex((row) => row[part] !== undefined) + 1);
  return Math.min(4, Math.max(0, ...counts));
}
