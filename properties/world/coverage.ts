/** What must happen in the histories of a world, for every point that a world can show: in percent of the histories of a profile. */

import { withoutPeers } from '../../impl/qemu/dispatcher.ts';
import { type InsideCounts, type InsideShares, insideShares } from '../coverage/inside.ts';
import type { CoverageName, Minimum } from '../coverage/table.ts';
import { systemOf } from '../engine/dispatchers.ts';
import { guestCoverageName, guestMinimums } from './events.ts';

/** Under `tcg` and `tcg-7.2`, and under `kvm`. */
const minimum = (tcg: number, kvm: number): Minimum => ({ contract: 0, tcg, 'tcg-7.2': tcg, kvm });

type Minimums = Partial<Readonly<Record<CoverageName, Minimum>>>;

const always: Minimums = {
  hit: minimum(45, 30),
  'hit: any data': minimum(15, 9),
  'hit: data': minimum(24, 13),
  'hit: with a part called back': minimum(21, 0),
  callback: minimum(80, 80),
  'miss: word without data did not fire': minimum(12, 15),
  'access: rejected': minimum(7, 7),
  'access: RAM': minimum(20, 20),
  'access: unassigned': minimum(60, 60),
  'write: bulk': minimum(90, 90),
  'transaction: changes the host': minimum(3, 3),
  'map change: word hidden': minimum(30, 30),
  'map change: word becomes visible': minimum(17, 17),
  'host: deletions and additions in one commit': minimum(1.2, 0.9),
  'host refuses: EEXIST': minimum(0, 0.3),
};

/** Where a CPU stores, too. */
const withStores: Minimums = {
  'miss: data': minimum(4, 20),
  'store: unaligned': minimum(15, 40),
  'store: unaligned, to RAM': minimum(2.5, 7),
  'store: across a page': minimum(3.5, 9),
  'store: 8 bytes, one access': minimum(0.1, 6),
  'store: 8 bytes, unassigned': minimum(1.5, 0),
  'store: rejected, narrower than valid.min': minimum(2, 5),
  'port: rejected': minimum(6, 0),
};

/** Where a word of any size is registered: since QEMU 9.0, and by older ones under KVM. */
const withAnySize: Minimums = {
  'hit: any size': { contract: 0, tcg: 15, 'tcg-7.2': 0, kvm: 11 },
  'miss: any-size word did not fire': { contract: 0, tcg: 5, 'tcg-7.2': 0, kvm: 12 },
};

export type WorldReport = {
  readonly dispatchers: readonly string[];
  readonly systems?: readonly string[] | undefined;
  readonly profiles: readonly string[];
};

/** The minimums of a pair in which one is a QEMU; undefined for any other pair. */
export function minimumsOf(report: WorldReport): Minimums | undefined {
  if (!isOfWorld(report)) return undefined;
  return hasStores(report) ? { ...always, ...withStores, ...withAnySize } : always;
}

/** What a guest did, of a pair in which one is a QEMU, with the least shares; undefined for any other pair. */
export function guestShares(report: WorldReport, counts: InsideCounts | undefined): InsideShares | undefined {
  if (!isOfWorld(report)) return undefined;
  const none = { dispatcher: guestCoverageName, scenarios: 0, events: {} };
  const minimums = guestMinimums({
    isKvm: report.profiles.includes('kvm'),
    hasStores: hasStores(report),
    hasPeers: !(report.systems ?? []).some((system) => system.endsWith(withoutPeers)),
  });
  return insideShares(counts ?? none, minimums);
}

function isOfWorld({ dispatchers }: WorldReport): boolean {
  return dispatchers.some((name) => systemOf(name.replace(/@.*$/s, '')) === 'qemu');
}

/** An old QEMU plays histories of `tcg` as well, without stores by a CPU. */
function hasStores({ systems = [], profiles }: WorldReport): boolean {
  return !(profiles.includes('tcg') && systems.some((system) => /: QEMU (7|8\.0)\./.test(system)));
}
