/** Canonical forms of the parts of a model's state: they are equal exactly where no future operation tells the parts apart. */

import type { Host, HostSpace } from '../../../model/host/host.ts';
import { isBefore } from '../../../model/ioeventfd/ioeventfd.ts';
import type { FlatRange } from '../../../model/map/flat-view.ts';
import type { Region } from '../../../model/map/region.ts';
import type { Decisions } from '../../../model/vocabulary/decisions.ts';

/** Which notifier has which rank. The model's fingerprint of a part has the ranks only. */
export function namesIn(words: readonly { readonly rank: number; readonly notifier: string }[]): string {
  if (words.length === 0) return '';
  return [...new Set(words.map(({ rank, notifier }) => `${rank}=${JSON.stringify(notifier)}`))].sort().join();
}

/** The ioeventfds of a region, in the order of its list. */
export function ioeventfdsText({ id, eventfds }: Region): string {
  const all = eventfds.map(({ address, size, data, notifier, rank }) =>
    [address.toString(16), size, data?.toString(16), rank, JSON.stringify(notifier)].join('/'),
  );
  return `${JSON.stringify(id)} ${all.join()}`;
}

/** A range of a flat view, with all of its region that the effects of a write depend on. */
export function rangeText({ start, end, region, offset }: FlatRange): string {
  const { id, kind, endianness, valid, impl } = region;
  const limits = [valid, impl].map(({ min, max, unaligned }) => `${min}/${max}${unaligned ? 'u' : ''}`);
  const place = `${start.toString(16)}-${end.toString(16)}:${id}+${offset.toString(16)}`;
  return [place, kind, endianness, ...limits].join(' ');
}

/**
 * A region without what has no effect. While it is unmapped, that is its priority and, where every space is its own root,
 * its address.
 */
export function canonicalRegion(region: Region, ignoresAddress: boolean): Region {
  const { container, priority, address } = region;
  if (container !== undefined || (priority === 0 && !(ignoresAddress && address !== 0n))) return region;
  return { ...region, priority: 0, address: ignoresAddress ? 0n : address };
}

/**
 * The host without what has no effect: the order in which an ideal host holds its ioeventfds; and, where no write is looked
 * for there, everything that a host which takes all holds.
 */
export function canonicalHost(given: Host, { host, match }: Decisions): Host {
  if (host === 'kernel' || (host === 'takes-all' && match !== 'region')) return given;
  const plain = ({ told, held }: HostSpace): HostSpace => ({
    told,
    held: host === 'takes-all' ? [] : [...held].sort((a, b) => (isBefore(a, b) ? -1 : 1)),
  });
  return { ...given, memory: plain(given.memory), io: plain(given.io) };
}
