/**
 * The invariants of a memory map that hold between its structures: tree of regions, flat views, what the host was told, what it
 * holds. Each structure's own are in its `validate`. Everything is computed anew from the tree and compared: slow.
 */

import type { Decisions } from '../../model/vocabulary/decisions.ts';
import { HeldWords } from './host/held-words.ts';
import type { Held, Host } from './host/host.ts';
import { KernelBus } from './host/kernel-bus.ts';
import { RefusingHost } from './host/refusing-host.ts';
import { type FlatRange, isSameRange, joined } from './map/flat-range.ts';
import type { Region } from './map/region.ts';
import type { Transaction } from './map/transaction.ts';
import type { Visibility } from './map/visibility.ts';
import { compareIoeventfds, type Ioeventfd, isSameIoeventfd } from './tables/ioeventfd.ts';
import type { IoeventfdStore } from './tables/ioeventfd-store.ts';
import { must, mustBeSame } from './tables/must.ts';
import type { Names } from './tables/names.ts';
import { probesShift } from './tables/traits.ts';

/** A memory map, as far as its invariants go. */
export type Validated = {
  readonly decisions: Decisions;
  readonly regions: readonly Region[];
  readonly regionNames: Names;
  readonly store: IoeventfdStore;
  readonly host: Host;
  readonly held: readonly [Held, Held];
  readonly shown: readonly [Visibility, Visibility];
  readonly transaction: Transaction;
  readonly lastSequence: number;
};

/** Asserts every invariant of a memory map. */
export function validateMap(map: Validated): void {
  const { regions, regionNames, store, shown, transaction } = map;
  regionNames.validate();
  must(regionNames.size === regions.length, regions.length, ' regions, ', regionNames.size, ' names');
  store.validate();
  regions.forEach((region, number) => {
    must(region.number === number && regionNames.nameOf(number) === region.name, region.name, ': number');
    must(region.traits >>> probesShift === store.probesOf(number), region.name, ': probes of its traits');
  });
  validateTree(map);
  must(transaction.depth >= 0, 'the transaction is committed more often than begun');
  const isPending = transaction.memoryPending || transaction.eventfdPending;
  must(transaction.depth > 0 || !isPending, 'something is pending outside a transaction');
  for (const space of [0, 1] as const) {
    shown[space].validate();
    validateView(map, shown[space]);
    validateHeld(map, space);
  }
}

/** Containers, aliases and enabled children, seen from both sides. */
function validateTree({ regions, lastSequence }: Validated): void {
  const children = new Map<Region, Region[]>();
  const aliases = new Map<Region, Region[]>();
  const listed = (map: Map<Region, Region[]>, key: Region | undefined, region: Region) => {
    if (key === undefined) return;
    const list = map.get(key);
    if (list === undefined) map.set(key, [region]);
    else list.push(region);
  };
  for (const region of regions) {
    listed(children, region.container, region);
    listed(aliases, region.target, region);
    must(region.sequence <= lastSequence, region.name, ': its sequence was not given yet');
  }
  for (const region of regions) {
    const mine = children.get(region) ?? [];
    const enabled = mine.filter((child) => child.enabled);
    region.children.validate();
    mustBeThese(region.children.all(), mine, region, 'children');
    mustBeThese([...region.enabledChildren], enabled, region, 'enabled children');
    mustBeThese(region.aliases, aliases.get(region) ?? [], region, 'aliases');
    must(
      new Set(mine.map(({ sequence }) => sequence)).size === mine.length,
      region.name,
      ': equal sequences',
    );
  }
}

/** Asserts that two sets of regions are equal. */
function mustBeThese(
  list: readonly Region[],
  expected: readonly Region[],
  region: Region,
  what: string,
): void {
  // Nearly all of these are empty.
  if (list.length === 0 && expected.length === 0) return;
  const numbersOf = (some: readonly Region[]) => some.map(({ number }) => number);
  mustBeSame(numbersOf(list), numbersOf(expected), what, ' of ', region.name);
}

/** The view is what rendering gives, but where it is dirty; the fast path is open where the host need not be asked. */
function validateView({ decisions, transaction }: Validated, shown: Visibility): void {
  const { view, dirty } = shown;
  const asks = decisions.match === 'host' && shown.differsFromHost;
  must(view.asksHost === asks, 'the view ', asks ? 'does not ask' : 'asks', ' the host');
  must(dirty.all.length === 0 || transaction.memoryPending, 'windows are dirty, and nothing is pending');
  if (transaction.depth === 0) shown.validateTold();
  const clean = withoutWindows(joined(shown.renderWhole()), dirty.all);
  const ranges = withoutWindows(view.all(), dirty.all);
  const isSame = clean.length === ranges.length && clean.every((range, i) => isSameRange(range, ranges[i]));
  must(isSame, ranges.length, ' ranges in the view, ', clean.length, ' when rendered anew');
}

/** What is left of ranges outside some windows. */
function withoutWindows(
  ranges: readonly FlatRange[],
  windows: readonly { readonly start: bigint; readonly end: bigint }[],
): FlatRange[] {
  let left = [...ranges];
  for (const { start, end } of windows) {
    left = left.flatMap((range) => {
      if (range.end <= start || range.start >= end) return [range];
      const before = range.start < start ? [{ ...partOf(range), end: start }] : [];
      const after = range.end > end ? [{ ...partOf(range), start: end }] : [];
      return [...before, ...after];
    });
  }
  return left;
}

function partOf({ start, end, region, base }: FlatRange): FlatRange {
  return { start, end, region, base };
}

/** The host holds what it took of what it was told. */
function validateHeld({ host, held, shown }: Validated, space: 0 | 1): void {
  const { list, mirror } = shown[space];
  const taken = (list ?? mirror.list()).filter((ioeventfd) => ioeventfd.taken);
  if (host instanceof RefusingHost) {
    must(
      host.held[space] === taken.length,
      taken.length,
      ' registrations taken, ',
      host.held[space],
      ' counted',
    );
    must(host.held[space] <= host.limit, 'the host holds more than its limit');
  }
  const holder = held[space];
  if (!(holder instanceof KernelBus || holder instanceof HeldWords)) return;
  holder.validate();
  mustBeEqual(holder.entries(), taken, 'what the host holds');
}

/** Asserts that two lists have the same registrations, in whatever order. */
function mustBeEqual(list: readonly Ioeventfd[], expected: readonly Ioeventfd[], what: string): void {
  const [a, b] = [[...list].sort(compareIoeventfds), [...expected].sort(compareIoeventfds)];
  const isSame =
    a.length === b.length && a.every((one, i) => b[i] !== undefined && isSameIoeventfd(one, b[i]));
  must(isSame, what, ': ', a.length, ' registrations, ', b.length, ' expected, or others');
}
