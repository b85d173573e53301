/** Mistakes of other monitors' kinds: maps of their own beside the kernel's, and indexes that lose entries. */

import type { ErrorCode } from '../../model/vocabulary/vocabulary.ts';
import { walkIoeventfds } from '../optimized/map/ioeventfd-list.ts';
import type { Region } from '../optimized/map/region.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import type { Parts } from '../optimized/parts.ts';
import { hasData, type Ioeventfd, kindOf, sizeOf } from '../optimized/tables/ioeventfd.ts';
import { IoeventfdStore } from '../optimized/tables/ioeventfd-store.ts';
import { RecordTable } from '../optimized/tables/record-table.ts';
import { join } from '../optimized/tables/wide.ts';
import type { Thresholds } from '../optimized/thresholds.ts';
import {
  allProfiles,
  type HasHiddenState,
  type MakeMutant,
  type Mutant,
  matchedInCore,
  mutant,
} from './mutant.ts';
import { addressOf, everyAccess, ioeventfdAt, type MatchArguments, withMemory, withStore } from './parts.ts';
import { WatchingTeller, withWatchingTeller } from './watching.ts';

type Eventfd = Parameters<OptimizedMemory['addEventfd']>;

/** A registration as a caller would name it. */
type Registered = {
  readonly offset: bigint;
  readonly size: number;
  readonly data: bigint | undefined;
  readonly notifier: number;
};

/** The registrations of a region, as kept. */
function registeredIn({ store }: OptimizedMemory, region: Region, from = 0n, to = 1n << 64n): Registered[] {
  const found: Registered[] = [];
  walkIoeventfds(store, region.number, from, to, (record, offset) => {
    const [, , , kind, dataHigh, dataLow] = store.table.key(record);
    const data = hasData(kind) ? join(dataHigh, dataLow) : undefined;
    for (const notifier of store.notifiers(record))
      found.push({ offset, size: sizeOf(kind), data, notifier });
  });
  return found;
}

class KeyedByAddress extends OptimizedMemory {
  override addEventfd(...eventfd: Eventfd): ErrorCode | undefined {
    const [region, offset] = eventfd;
    this.begin();
    const before = region.kind === 'io' ? registeredIn(this, region, offset, offset + 1n) : [];
    const error = super.addEventfd(...eventfd);
    for (const { size, data, notifier } of error === undefined ? before : []) {
      this.drop(region, offset, size, data, notifier);
    }
    this.commit();
    return error;
  }

  /** Deletes a registration whose data are as kept. */
  private drop(
    region: Region,
    offset: bigint,
    size: number,
    kept: bigint | undefined,
    notifier: number,
  ): void {
    // Swapping twice is as good as not swapping.
    const [high, low] = this.rules.keptData(region, size, kept);
    super.deleteEventfd(region, offset, size, kept === undefined ? undefined : join(high, low), notifier);
  }
}

class DeletedByNotifier extends OptimizedMemory {
  override deleteEventfd(...eventfd: Eventfd): ErrorCode | undefined {
    const [region, , , , notifier] = eventfd;
    const first =
      region.kind === 'io'
        ? registeredIn(this, region).find((ioeventfd) => ioeventfd.notifier === notifier)
        : undefined;
    if (first === undefined) return super.deleteEventfd(...eventfd);
    const [high, low] = this.rules.keptData(region, first.size, first.data);
    const data = first.data === undefined ? undefined : join(high, low);
    return super.deleteEventfd(region, first.offset, first.size, data, notifier);
  }
}

class DeletedAtCurrentPlace extends WatchingTeller {
  override deleted(space: 0 | 1, ioeventfd: Ioeventfd): void {
    super.deleted(space, ioeventfdAt(ioeventfd, addressOf(ioeventfd) + this.watch.distance));
  }
}

class InvertedAtMove extends WatchingTeller {
  private get isSilent(): boolean {
    return this.watch.awaited.has('move') && this.watch.movedEnabled;
  }

  override added(space: 0 | 1, ioeventfd: Ioeventfd): void {
    if (!this.isSilent) super.added(space, ioeventfd);
  }

  override deleted(space: 0 | 1, ioeventfd: Ioeventfd): void {
    if (!this.isSilent) super.deleted(space, ioeventfd);
  }
}

class AnyLengthIs4 extends OptimizedMemory {
  override addEventfd(...[region, offset, size, data, notifier]: Eventfd): ErrorCode | undefined {
    const sized = size === 0 && data === undefined && offset <= 0xffff_ffff_ffff_fffcn ? 4 : size;
    return super.addEventfd(region, offset, sized, data, notifier);
  }

  override deleteEventfd(...[region, offset, size, data, notifier]: Eventfd): ErrorCode | undefined {
    const sized = size === 0 && data === undefined && offset <= 0xffff_ffff_ffff_fffcn ? 4 : size;
    return super.deleteEventfd(region, offset, sized, data, notifier);
  }
}

class DroppedOnDisable extends OptimizedMemory {
  override setEnabled(region: Region, enabled: boolean): void {
    this.begin();
    super.setEnabled(region, enabled);
    for (const { offset, size, data, notifier } of enabled ? [] : registeredIn(this, region)) {
      const [high, low] = this.rules.keptData(region, size, data);
      this.deleteEventfd(region, offset, size, data === undefined ? undefined : join(high, low), notifier);
    }
    this.commit();
  }
}

class DataOf32BitsCompared extends IoeventfdStore {
  override match(...access: MatchArguments): number {
    const [, region, offsetHigh, offsetLow, size, , dataLow] = access;
    const exact = super.match(...access);
    if (exact >= 0 || size !== 8) return exact;
    const [offset, wanted] = [join(offsetHigh, offsetLow), kindOf(8, true)];
    let found = -1;
    walkIoeventfds(this, region, offset, offset + 1n, (record) => {
      const [, , , kind, , low] = this.table.key(record);
      if (found < 0 && kind === wanted && low === dataLow) found = this.table.first(record);
    });
    return found;
  }
}

/** A table that can lose a record: it is still there, but not found. */
class LossyTable extends RecordTable {
  override remove(record: number): void {
    // What was lost is in no probe chain: it leaks.
    if (this.find(...this.key(record)) === record) super.remove(record);
  }

  /** The chains, as far as they matter: which key is in which place. */
  layout(): string {
    return Array.from(this.index, (entry) => (entry === 0 ? '' : this.key(entry - 1).join(' '))).join();
  }
}

class LosesWhenItGrows extends LossyTable {
  override growIndex(): void {
    // The last place is left out when the entries move to the larger index.
    this.index[this.index.length - 1] = 0;
    super.growIndex();
  }
}

class LosesAfterAGap extends LossyTable {
  override closeGap(emptied: number): void {
    this.index[emptied] = 0;
  }
}

/** A map whose table of registrations has a hidden layout. */
class LossyMemory extends OptimizedMemory implements HasHiddenState {
  hiddenState(): string {
    return this.store.table instanceof LossyTable ? this.store.table.layout() : '';
  }
}

/** The map with such a table of registrations. */
function withLossyTable(table: new (thresholds: Thresholds) => LossyTable): MakeMutant {
  const store: Parts['store'] = (thresholds) => new IoeventfdStore(thresholds, new table(thresholds));
  return withMemory(LossyMemory, { ...everyAccess, store });
}

const all = { profiles: allProfiles } as const;

export const monitorMutants: readonly Mutant[] = [
  mutant('keyed-by-address-only', withMemory(KeyedByAddress), {
    ...all,
    clause: 'R5',
    story: 'A second registration at an address takes the place of the first, whatever their data.',
    reenacts: 'Monitors that keep their ioeventfds in a map from address to eventfd.',
  }),
  mutant('deletion-by-notifier-only', withMemory(DeletedByNotifier), {
    ...all,
    clause: 'R2',
    story: "A deletion takes the region's first registration of that notifier.",
    reenacts: 'Monitors that keep their ioeventfds in a map from eventfd to address.',
  }),
  mutant('deleted-at-the-current-address', withWatchingTeller(DeletedAtCurrentPlace), {
    profiles: matchedInCore,
    clause: 'H2',
    story: 'After a move the host is told to drop registrations at the addresses where they are now.',
    reenacts: 'Monitors that compute the address of a deregistration from where the BAR is by then.',
  }),
  mutant('inverted-condition-at-a-move', withWatchingTeller(InvertedAtMove), {
    profiles: matchedInCore,
    clause: 'H1',
    story: 'The host is told about the move of a region that is disabled, and not of one that is enabled.',
    reenacts:
      'A monitor that registered anew, at a BAR move, the ioeventfds of devices that were not activated.',
  }),
  mutant('any-length-registered-as-4', withMemory(AnyLengthIs4), {
    ...all,
    clause: 'R1',
    story: 'Size 0 is registered as 4 bytes.',
    reenacts: 'Monitors without a name for any length register the size that their guests use.',
  }),
  mutant('registrations-dropped-on-disable', withMemory(DroppedOnDisable), {
    ...all,
    clause: 'D5',
    story: 'A region that is disabled and enabled again has lost its registrations.',
  }),
  mutant('data-compared-in-32-bits', withStore(DataOf32BitsCompared), {
    profiles: matchedInCore,
    clause: 'D1',
    story: 'Of 8-byte data only the low half is compared.',
    reenacts: 'Monitors whose datamatch is a 32-bit number.',
  }),
  mutant('index-loses-an-entry-when-it-grows', withLossyTable(LosesWhenItGrows), {
    profiles: matchedInCore,
    clause: 'D1',
    story: 'When the table of registrations grows, the entry in its last place is no longer found.',
  }),
  mutant('index-loses-an-entry-behind-a-gap', withLossyTable(LosesAfterAGap), {
    profiles: matchedInCore,
    clause: 'D9',
    story: 'A deletion leaves a gap in a probe chain, and what comes after the gap is no longer found.',
  }),
];
