/** Mistakes in what is registered and deleted: clauses R, D4 and P1. Most are, or were, QEMU's own. */

import type { ErrorCode } from '../../model/vocabulary/vocabulary.ts';
import { EventfdRules } from '../optimized/map/eventfd-rules.ts';
import { walkIoeventfds } from '../optimized/map/ioeventfd-list.ts';
import type { Region } from '../optimized/map/region.ts';
import { Transaction } from '../optimized/map/transaction.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import { sizeOf } from '../optimized/tables/ioeventfd.ts';
import { IoeventfdStore } from '../optimized/tables/ioeventfd-store.ts';
import { anyDataProbe, anySizeProbe, matchDataProbe, swappedBit } from '../optimized/tables/traits.ts';
import { highHalf, lowHalf } from '../optimized/tables/wide.ts';
import { allProfiles, asBuilt, type Mutant, matchedInCore, mutant } from './mutant.ts';
import { type MatchArguments, withMemory, withRules, withStore, withTransaction } from './parts.ts';

type Eventfd = Parameters<OptimizedMemory['addEventfd']>;

class DeletionIgnoresData extends EventfdRules {
  override findForDeletion(...deletion: Parameters<EventfdRules['findForDeletion']>): number {
    const [store, region, offset, kind] = deletion;
    let found = -1;
    walkIoeventfds(store, region.number, offset, offset + 1n, (record) => {
      if (found < 0 && sizeOf(store.table.key(record)[3]) === sizeOf(kind)) found = record;
    });
    return kind === 0 || found < 0 ? super.findForDeletion(...deletion) : found;
  }
}

class DeletionIgnoresNotifier extends OptimizedMemory {
  override deleteEventfd(...[region, offset, size, data, notifier]: Eventfd): ErrorCode | undefined {
    if (region.kind !== 'io') return super.deleteEventfd(region, offset, size, data, notifier);
    const kind = (size << 1) | (data === undefined ? 0 : 1);
    const record = this.rules.findForDeletion(
      this.store,
      region,
      offset,
      kind,
      ...this.rules.keptData(region, size, data),
    );
    const first = record < 0 ? notifier : this.store.table.first(record);
    return super.deleteEventfd(region, offset, size, data, first);
  }
}

class DeletionOfSize0Loose extends EventfdRules {
  override isLooseMatch(size: number, kind: number): boolean {
    return size === 0 || kind === 0;
  }
}

class DeletionOfSize0Exact extends EventfdRules {
  override isLooseMatch(): boolean {
    return false;
  }
}

class AbsentDeletionAccepted extends OptimizedMemory {
  override deleteEventfd(...eventfd: Eventfd): ErrorCode | undefined {
    const error = super.deleteEventfd(...eventfd);
    return error === 'absent' ? undefined : error;
  }
}

class SameWordOnce extends OptimizedMemory {
  override addEventfd(...eventfd: Eventfd): ErrorCode | undefined {
    const [region, offset, size, data, notifier] = eventfd;
    const kind = (size << 1) | (data === undefined ? 0 : 1);
    const halves = [highHalf(offset), lowHalf(offset)] as const;
    const record = this.store.table.find(
      region.number,
      ...halves,
      kind,
      ...this.rules.keptData(region, size, data),
    );
    if (record >= 0 && this.store.notifiers(record).includes(notifier)) return undefined;
    return super.addEventfd(...eventfd);
  }
}

class BeyondTheEndRefused extends OptimizedMemory {
  override addEventfd(...eventfd: Eventfd): ErrorCode | undefined {
    const [region, offset, size] = eventfd;
    if (region.kind === 'io' && offset + BigInt(size) > region.size) return 'match';
    return super.addEventfd(...eventfd);
  }
}

class ForgottenWhileDisabled extends OptimizedMemory {
  override addEventfd(...eventfd: Eventfd): ErrorCode | undefined {
    const [region] = eventfd;
    return region.kind === 'io' && !region.enabled ? undefined : super.addEventfd(...eventfd);
  }
}

class AnySizeNeverMatches extends IoeventfdStore {
  override match(...[traits, ...access]: MatchArguments): number {
    return super.match(traits & ~anySizeProbe, ...access);
  }
}

class DataBeforeWildcard extends IoeventfdStore {
  override match(...[traits, ...access]: MatchArguments): number {
    const exact = super.match(traits & ~anySizeProbe & ~anyDataProbe, ...access);
    return exact >= 0 ? exact : super.match(traits, ...access);
  }
}

class AnySizeLast extends IoeventfdStore {
  override match(...[traits, ...access]: MatchArguments): number {
    const sized = super.match(traits & ~anySizeProbe, ...access);
    return sized >= 0 ? sized : super.match(traits, ...access);
  }
}

class LastNotifierFirst extends IoeventfdStore {
  override match(...access: MatchArguments): number {
    const [traits, region, offsetHigh, offsetLow, size, dataHigh, dataLow] = access;
    const first = super.match(...access);
    if (first < 0) return first;
    const kinds = [
      { probe: anySizeProbe, kind: 0, high: 0, low: 0 },
      { probe: anyDataProbe, kind: size << 1, high: 0, low: 0 },
      { probe: matchDataProbe, kind: (size << 1) | 1, high: dataHigh, low: dataLow },
    ];
    for (const { probe, kind, high, low } of kinds) {
      if ((traits & probe) === 0) continue;
      const record = this.table.find(region, offsetHigh, offsetLow, kind, high, low);
      if (record >= 0) return this.notifiers(record).at(-1) ?? first;
    }
    return first;
  }
}

class AlwaysSwapped extends EventfdRules {
  override keptData(region: Region, size: number, data = 0n): readonly [number, number] {
    const isForeign = (region.traits & swappedBit) !== 0;
    if (size < 2 || !isForeign) return [highHalf(data), lowHalf(data)];
    let swapped = 0n;
    for (let i = 0; i < size; i++) swapped = (swapped << 8n) | ((data >> BigInt(8 * i)) & 0xffn);
    return [highHalf(swapped), lowHalf(swapped)];
  }
}

class NeverSwapped extends EventfdRules {
  override keptData(_region: Region, _size: number, data = 0n): readonly [number, number] {
    return [highHalf(data), lowHalf(data)];
  }
}

class DataOf16Bits extends EventfdRules {
  override keptData(region: Region, size: number, data = 0n): readonly [number, number] {
    return super.keptData(region, size, data & 0xffffn);
  }
}

class DataOf32Bits extends EventfdRules {
  override keptData(region: Region, size: number, data = 0n): readonly [number, number] {
    return super.keptData(region, size, data & 0xffff_ffffn);
  }
}

class DataOfTheAccess extends EventfdRules {
  override keptData(region: Region, size: number, data = 0n): readonly [number, number] {
    return super.keptData(region, size, BigInt.asUintN(8 * size, data));
  }
}

class MatchDataDropped extends OptimizedMemory {
  override addEventfd(...[region, offset, size, data, notifier]: Eventfd): ErrorCode | undefined {
    return super.addEventfd(region, offset, size, size === 0 ? data : undefined, notifier);
  }

  override deleteEventfd(...[region, offset, size, data, notifier]: Eventfd): ErrorCode | undefined {
    return super.deleteEventfd(region, offset, size, size === 0 ? data : undefined, notifier);
  }
}

class CountsBeforeTheCommit extends Transaction {
  override finish(): void {
    super.finish();
    for (const { view, mirror } of this.wiring.shown) view.asksHost = mirror.refused !== 0;
  }
}

class CountsFromTheCommit extends Transaction {
  override finish(): void {
    super.finish();
    for (const { view, mirror } of this.wiring.shown) view.asksHost = mirror.divergence !== 0;
  }
}

const swapDefect =
  'memory_region_add_eventfd swaps the data where device and target differ in byte order, and ' +
  'memory_region_dispatch_write_eventfds compares the unswapped value (QEMU 7.2, seen on both kinds of targets).';

export const registrationMutants: readonly Mutant[] = [
  mutant('deletion-ignores-data', withRules(DeletionIgnoresData), {
    clause: 'R2',
    story: 'A deletion takes the first registration of its offset and size, whatever its data.',
    profiles: allProfiles,
  }),
  mutant('deletion-ignores-the-notifier', withMemory(DeletionIgnoresNotifier), {
    clause: 'R2',
    story: 'A deletion takes the first registration of its offset, size and data, whatever its notifier.',
    profiles: allProfiles,
  }),
  mutant('deletion-of-size-0-removes-another', withRules(DeletionOfSize0Loose), {
    clause: 'R2',
    story: 'Size 0 in a deletion, or in the list, equals any registration at the offset.',
    profiles: ['contract'],
    reenacts:
      'memory_region_ioeventfd_equal of QEMU 7.2: neither of two words is before the other where a size is 0.',
  }),
  mutant('deletion-of-size-0-is-exact', withRules(DeletionOfSize0Exact), {
    clause: 'R2',
    story:
      'QEMU deletes by memory_region_ioeventfd_equal, for which size 0 equals any; this one deletes by every field.',
    profiles: asBuilt,
  }),
  mutant('absent-deletion-accepted', withMemory(AbsentDeletionAccepted), {
    clause: 'P1',
    story: 'Deleting what is not there goes unnoticed.',
    profiles: allProfiles,
  }),
  mutant('same-word-registered-once', withMemory(SameWordOnce), {
    clause: 'R5',
    story: 'Registrations are a set: the second of two equal ones is lost, and one deletion ends both.',
    profiles: allProfiles,
  }),
  mutant('word-beyond-the-end-refused', withMemory(BeyondTheEndRefused), {
    clause: 'H2',
    story: 'A word beyond the end of its region is taken for an error, though the region may grow.',
    profiles: allProfiles,
  }),
  mutant('registration-while-disabled-forgotten', withMemory(ForgottenWhileDisabled), {
    clause: 'D5',
    story: 'What is registered in a disabled region is missing when the region is enabled.',
    profiles: allProfiles,
  }),
  mutant('size-0-never-matches-sized-writes', withStore(AnySizeNeverMatches), {
    clause: 'D1',
    story: 'A registration of size 0 is compared by size like any other, and no write has size 0.',
    profiles: matchedInCore,
    reenacts:
      'memory_region_dispatch_write_eventfds looks for a word of the size of the access: compared field by field, ' +
      'a word of size 0 is never found.',
  }),
  mutant('data-match-before-wildcard', withStore(DataBeforeWildcard), {
    clause: 'D4',
    story: 'The more exact registration wins, though the one without data comes first in the order.',
    profiles: ['tcg'],
  }),
  mutant('any-size-word-comes-last', withStore(AnySizeLast), {
    clause: 'D4',
    story: 'Registrations of size 0 are looked at after all others instead of before.',
    profiles: ['tcg'],
  }),
  mutant('last-notifier-first', withStore(LastNotifierFirst), {
    clause: 'D4',
    story: 'Of several notifiers for one registration, the one named last is signalled.',
    profiles: ['tcg'],
  }),
  mutant('stored-data-swapped', withRules(AlwaysSwapped), {
    clause: 'R3',
    story:
      'Data are kept swapped where device and target differ in byte order, and compared with the value as it is.',
    profiles: ['contract'],
    reenacts: swapDefect,
  }),
  mutant('data-never-swapped', withRules(NeverSwapped), {
    clause: 'R3',
    story: 'Data go to the host as given, though it compares them with what the CPU stores.',
    profiles: asBuilt,
  }),
  mutant('data-truncated-to-16-bits', withRules(DataOf16Bits), {
    clause: 'R3',
    story: 'Data are kept in 16 bits.',
    profiles: allProfiles,
    reenacts: 'The first version of the interface, kvm_set_ioeventfd_pio_word, knew 16 bits of data.',
  }),
  mutant('data-truncated-to-32-bits', withRules(DataOf32Bits), {
    clause: 'R3',
    story: 'Data are kept in 32 bits.',
    profiles: allProfiles,
    reenacts:
      'The first version of the interface for memory, kvm_set_ioeventfd_mmio_long, knew 32 bits of data.',
  }),
  mutant('data-truncated-to-the-access', withRules(DataOfTheAccess), {
    clause: 'R4',
    story: 'Data wider than the registration are cut to its size, and then match.',
    profiles: allProfiles,
    reenacts: 'adjust_endianness cuts the data of a word that it swaps (QEMU 7.2).',
  }),
  mutant('match-data-dropped', withMemory(MatchDataDropped), {
    clause: 'D1',
    story: 'A registration with data matches every value.',
    profiles: allProfiles,
  }),
  mutant('counts-before-the-commit', withTransaction(CountsBeforeTheCommit), {
    clause: 'R1',
    story: 'A registration in a transaction fires before the transaction ends.',
    profiles: ['contract'],
    reenacts:
      "Without KVM, QEMU's memory core looks at the region's list, which is changed by the call itself.",
  }),
  mutant('counts-from-the-commit', withTransaction(CountsFromTheCommit), {
    clause: 'R1',
    story: 'Without KVM a registration counts at once; this one waits for the commit, as the kernel does.',
    profiles: ['tcg'],
  }),
];
