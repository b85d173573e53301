/** Mistakes in the kernel's bus: clauses K1, K2, K5, K7 and K8. All under kvm. */

import type { RefusalReason } from '../../model/vocabulary/vocabulary.ts';
import { type compareRanges, KernelBus } from '../optimized/host/kernel-bus.ts';
import { KernelHost } from '../optimized/host/kernel-host.ts';
import { type Ioeventfd, isSameIoeventfd, sizeOf } from '../optimized/tables/ioeventfd.ts';
import { join } from '../optimized/tables/wide.ts';
import { type Mutant, mutant } from './mutant.ts';
import { addressOf, withBus, withKernel } from './parts.ts';

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
];
