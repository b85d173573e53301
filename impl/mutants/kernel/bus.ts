/** Mistakes in the kernel's bus: clauses K1, K2, K5, K7 and K8. All under kvm. */

import type { RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import { type compareRanges, KernelBus } from '../../optimized/host/kernel-bus.ts';
import { KernelHost } from '../../optimized/host/kernel-host.ts';
import { hasData, type Ioeventfd, isSameIoeventfd, sizeOf } from '../../optimized/tables/ioeventfd.ts';
import { join } from '../../optimized/tables/wide.ts';
import { type Mutant, mutant } from '../mutant.ts';
import { addressOf, withBus, withKernel } from '../parts.ts';

class OneBus extends KernelHost {
  override objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    return (
      super.objection(space, ioeventfd) ?? (this.buses[space === 0 ? 1 : 0].objection(ioeventfd) && 'EEXIST')
    );
  }
}

class CollisionWithoutLength0 extends KernelBus {
  override collides(ioeventfd: Ioeventfd): boolean {
    const isSame = (entry: Ioeventfd) =>
      addressOf(entry) === addressOf(ioeventfd) && sizeOf(entry.kind) === sizeOf(ioeventfd.kind);
    return super.collides(ioeventfd) && this.entries().some(isSame);
  }
}

class CollisionByEventfd extends KernelBus {
  override collides(ioeventfd: Ioeventfd): boolean {
    const isSame = (entry: Ioeventfd) =>
      addressOf(entry) === addressOf(ioeventfd) && entry.notifier === ioeventfd.notifier;
    return super.collides(ioeventfd) && this.entries().some(isSame);
  }
}

class CollisionByOverlap extends KernelBus {
  override collides(ioeventfd: Ioeventfd): boolean {
    const [start, end] = [addressOf(ioeventfd), addressOf(ioeventfd) + BigInt(sizeOf(ioeventfd.kind))];
    const overlaps = (entry: Ioeventfd) =>
      addressOf(entry) < end && addressOf(entry) + BigInt(sizeOf(entry.kind)) > start;
    const isOther = (entry: Ioeventfd) => addressOf(entry) !== start && overlaps(entry);
    return super.collides(ioeventfd) || this.entries().some(isOther);
  }
}

class CollisionWithoutData extends KernelBus {
  override collides(ioeventfd: Ioeventfd): boolean {
    const isSame = (entry: Ioeventfd) =>
      addressOf(entry) === addressOf(ioeventfd) && sizeOf(entry.kind) === sizeOf(ioeventfd.kind);
    return super.collides(ioeventfd) || this.entries().some(isSame);
  }
}

class OverflowOffByOne extends KernelBus {
  override wraps(ioeventfd: Ioeventfd): boolean {
    return addressOf(ioeventfd) + BigInt(sizeOf(ioeventfd.kind)) > 1n << 64n;
  }
}

/** Takes out whatever `isMeant`, instead of one entry exactly; nothing, where that is gone already. */
abstract class LooseDeassign extends KernelBus {
  protected abstract isMeant(entry: Ioeventfd, ioeventfd: Ioeventfd): boolean;

  override remove(ioeventfd: Ioeventfd): void {
    const meant = this.entries().filter((entry) => this.isMeant(entry, ioeventfd));
    for (const entry of meant) super.remove(entry);
  }
}

class DeassignWildcard extends LooseDeassign {
  protected override isMeant(entry: Ioeventfd, ioeventfd: Ioeventfd): boolean {
    const [start, address] = [addressOf(entry), addressOf(ioeventfd)];
    if (sizeOf(ioeventfd.kind) === 0)
      return start <= address && address <= start + BigInt(sizeOf(entry.kind));
    return isSameIoeventfd(entry, ioeventfd);
  }
}

class DeassignWithoutFlag extends LooseDeassign {
  protected override isMeant(entry: Ioeventfd, ioeventfd: Ioeventfd): boolean {
    const isAlike = (other: Ioeventfd) =>
      addressOf(other) === addressOf(ioeventfd) && sizeOf(other.kind) === sizeOf(ioeventfd.kind);
    const first = this.entries().find(isAlike);
    return first !== undefined && isSameIoeventfd(entry, first);
  }
}

type Ranges = Parameters<typeof compareRanges>;

class EndsAlwaysCompared extends KernelBus {
  override compare(...ranges: Ranges): number {
    const [aHigh, aLow, aSize, bHigh, bLow, bSize] = ranges;
    if (bSize !== 0) return super.compare(...ranges);
    const [a, b] = [join(aHigh, aLow), join(bHigh, bLow)];
    if (a < b) return -1;
    return a + BigInt(aSize) > b ? 1 : 0;
  }
}

class LinearScan extends KernelBus {
  override isReached(): boolean {
    return true;
  }
}

/** The kernel's search, once more, for mistakes in it. */
abstract class OtherSearch extends KernelBus {
  /** Of entries from `first` on in the order, whether the walk from the one found comes upon `record`. */
  protected abstract walks(record: number, found: number, isEqual: (at: number) => boolean): boolean;

  override isReached(record: number, addressHigh: number, addressLow: number, size: number): boolean {
    const order = (at: number) => this.compareKey(addressHigh, addressLow, size, this.order[at] ?? 0);
    let base = 0;
    for (let number = this.count; number > 0; number >>= 1) {
      const pivot = base + (number >> 1);
      const result = order(pivot);
      if (result === 0)
        return this.walks(record, pivot, (at) => at >= 0 && at < this.count && order(at) === 0);
      if (result > 0) {
        base = pivot + 1;
        number--;
      }
    }
    return false;
  }
}

class NoStepBack extends OtherSearch {
  protected override walks(record: number, found: number, isEqual: (at: number) => boolean): boolean {
    for (let at = found; isEqual(at); at++) if (this.order[at] === record) return true;
    return false;
  }
}

class FirstEqualOnly extends OtherSearch {
  protected override walks(record: number, found: number, isEqual: (at: number) => boolean): boolean {
    let at = found;
    while (isEqual(at - 1)) at--;
    return this.order[at] === record;
  }
}

class GoesOnPastUnequal extends OtherSearch {
  protected override walks(record: number, found: number, isEqual: (at: number) => boolean): boolean {
    let first = found;
    while (isEqual(first - 1)) first--;
    return this.order.subarray(first, this.count).includes(record);
  }
}

class InsertedBeforeEquals extends KernelBus {
  override isAfter(entry: number, addressHigh: number, addressLow: number, size: number): boolean {
    return (
      super.isAfter(entry, addressHigh, addressLow, size) ||
      this.isLevel(entry, addressHigh, addressLow, size)
    );
  }

  private isLevel(entry: number, addressHigh: number, addressLow: number, size: number): boolean {
    const [high, low, kind] = this.table.key(entry);
    return this.compare(high, low, sizeOf(kind), addressHigh, addressLow, size) === 0;
  }
}

class InsertedAtTheEnd extends KernelBus {
  override insertionPoint(): number {
    return this.count;
  }
}

class RememberedAfterRemoval extends KernelBus {
  override remove(ioeventfd: Ioeventfd): void {
    super.remove(ioeventfd);
    this['epoch']--;
  }
}

class RememberedAfterInsertion extends KernelBus {
  override insert(ioeventfd: Ioeventfd): void {
    super.insert(ioeventfd);
    this['epoch']--;
  }
}

class DataStillCounted extends KernelBus {
  override remove(ioeventfd: Ioeventfd): void {
    super.remove(ioeventfd);
    const { addressHigh, addressLow, kind } = ioeventfd;
    const counts = this['dataCounts'];
    const isLast = hasData(kind) && counts.find(addressHigh, addressLow, sizeOf(kind), 0, 0, 0) < 0;
    if (isLast) counts.setFirst(counts.add(addressHigh, addressLow, sizeOf(kind), 0, 0, 0), 1);
  }

  override insert(ioeventfd: Ioeventfd): void {
    const { addressHigh, addressLow, kind } = ioeventfd;
    const counts = this['dataCounts'];
    const stale = hasData(kind) ? counts.find(addressHigh, addressLow, sizeOf(kind), 0, 0, 0) : -1;
    const isStale = stale >= 0 && !this.entries().some((entry) => isAlike(entry, ioeventfd));
    if (isStale) counts.remove(stale);
    super.insert(ioeventfd);
  }
}

function isAlike(entry: Ioeventfd, other: Ioeventfd): boolean {
  return addressOf(entry) === addressOf(other) && entry.kind === other.kind;
}

class SearchedFromTheAddress extends KernelBus {
  override insertionPoint(addressHigh: number, addressLow: number, size: number): number {
    // The order is taken to be sorted: what stands before the last entry that begins below is not looked at.
    const address = join(addressHigh, addressLow);
    let at = this.entries().findLastIndex((entry) => addressOf(entry) < address) + 1;
    while (at < this.count && !this.isAfter(this.order[at]!, addressHigh, addressLow, size)) at++;
    return at;
  }
}

class LastEntryLostByGrowth extends KernelBus {
  override insert(ioeventfd: Ioeventfd): void {
    const { order } = this;
    super.insert(ioeventfd);
    // The entries after the new one are moved before the array is long enough.
    if (this.order.length > order.length && this.count > 2)
      this.order[this.count - 1] = this.order[this.count - 2]!;
  }

  override remove(ioeventfd: Ioeventfd): void {
    const isThere = this.order.subarray(0, this.count).includes(this['table'].find(...placeOf(ioeventfd)));
    if (isThere) super.remove(ioeventfd);
    else this['table'].remove(this['table'].find(...placeOf(ioeventfd)));
  }
}

function placeOf({ addressHigh, addressLow, kind, dataHigh, dataLow }: Ioeventfd) {
  return [addressHigh, addressLow, kind, dataHigh, dataLow, 0] as const;
}

const kvm = { profiles: ['kvm'] } as const;

export const kernelMutants: readonly Mutant[] = [
  mutant('collision-ignores-the-bus', withKernel(OneBus), {
    ...kvm,
    clause: 'K2',
    story: 'A registration in memory collides with a port of the same number.',
    reenacts: 'ioeventfd_check_collision once took one address of memory and of ports for a collision.',
  }),
  mutant('collision-ignores-length-0', withBus(CollisionWithoutLength0), {
    ...kvm,
    clause: 'K2',
    story: 'Length 0 collides with length 0 only.',
  }),
  mutant('collision-compares-the-eventfd', withBus(CollisionByEventfd), {
    ...kvm,
    clause: 'K2',
    story: 'The same match is taken twice if the eventfds differ.',
  }),
  mutant('collision-is-any-overlap', withBus(CollisionByOverlap), {
    ...kvm,
    clause: 'K2',
    story: 'Registrations that overlap collide, though they begin at different addresses.',
  }),
  mutant('collision-ignores-data', withBus(CollisionWithoutData), {
    ...kvm,
    clause: 'K2',
    story: 'Two registrations of one address and length collide, whatever their data.',
  }),
  mutant('overflow-check-off-by-one', withBus(OverflowOffByOne), {
    ...kvm,
    clause: 'K1',
    story: 'A registration that ends exactly at 2^64 is taken, where the kernel sees a sum that wraps.',
  }),
  mutant('deassign-of-length-0-is-a-wildcard', withBus(DeassignWildcard), {
    ...kvm,
    clause: 'K5',
    story: 'Deassigning length 0 takes out every entry that the address touches.',
  }),
  mutant('deassign-ignores-the-match-flag', withBus(DeassignWithoutFlag), {
    ...kvm,
    clause: 'K5',
    story: 'Deassigning compares no data: the first entry of the address and length goes.',
  }),
  mutant('look-up-adds-lengths-for-length-0', withBus(EndsAlwaysCompared), {
    ...kvm,
    clause: 'K7',
    story: 'The ends of ranges are compared with entries of length 0, too: those match no store.',
    reenacts:
      'kvm_io_bus_cmp before "kvm: fix zero length mmio searching": an entry of length 0 was never found.',
  }),
  mutant('linear-scan-instead-of-the-search', withBus(LinearScan), {
    ...kvm,
    clause: 'K7',
    story: 'Every entry that matches is found, where the kernel searches, and misses some.',
  }),
  mutant('no-step-back-over-equals', withBus(NoStepBack), {
    ...kvm,
    clause: 'K8',
    story: 'The walk over equal entries begins at the one that the search hit.',
  }),
  mutant('first-equal-entry-decides', withBus(FirstEqualOnly), {
    ...kvm,
    clause: 'K8',
    story: 'Where the first of equal entries does not accept, the others are not asked.',
  }),
  mutant('walk-goes-on-past-unequal-entries', withBus(GoesOnPastUnequal), {
    ...kvm,
    clause: 'K7',
    story: 'From the first equal entry the walk goes on to the end of the bus.',
  }),
  mutant('insertion-before-equals', withBus(InsertedBeforeEquals), {
    ...kvm,
    clause: 'K7',
    story: 'A new entry goes before the first that compares greater or equal.',
  }),
  mutant('insertion-at-the-end', withBus(InsertedAtTheEnd), {
    ...kvm,
    clause: 'K7',
    story: 'A new entry goes to the end, and the search is still a binary one.',
  }),
  mutant('search-remembered-after-a-removal', withBus(RememberedAfterRemoval), {
    ...kvm,
    isRare: true,
    clause: 'K7',
    story:
      'What a write found on the bus is remembered although an entry was removed since: a dead one stays dead.',
  }),
  mutant('search-remembered-after-an-insertion', withBus(RememberedAfterInsertion), {
    ...kvm,
    isRare: true,
    clause: 'K7',
    story:
      'What a write found on the bus is remembered although an entry was inserted since: a live one stays alive.',
  }),
  mutant('data-of-a-removed-entry-still-counted', withBus(DataStillCounted), {
    ...kvm,
    clause: 'K2',
    story: 'The last entry with data at an address is removed, and one without data still collides with it.',
  }),
  mutant('insertion-point-searched-from-the-address', withBus(SearchedFromTheAddress), {
    ...kvm,
    isRare: true,
    clause: 'K7',
    story: 'A new entry goes after all that begin below it, though one before those compares greater.',
  }),
  mutant('last-entry-lost-when-the-bus-grows', withBus(LastEntryLostByGrowth), {
    ...kvm,
    clause: 'K6',
    story: 'When the array of the bus grows, its last entry is overwritten by the one before it.',
  }),
];
