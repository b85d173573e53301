/** Mistakes in what the host is told, and when: clauses H and F. */

import type { RefusalReason } from '../../model/vocabulary/vocabulary.ts';
import type { Host, HostListener } from '../optimized/host/host.ts';
import { HostMirror } from '../optimized/host/host-mirror.ts';
import { PromisedHost } from '../optimized/host/promised-host.ts';
import { Transaction } from '../optimized/map/transaction.ts';
import { Visibility, type VisibilityWiring } from '../optimized/map/visibility.ts';
import { OptimizedMemory } from '../optimized/optimized-memory.ts';
import type { Ioeventfd } from '../optimized/tables/ioeventfd.ts';
import {
  allProfiles,
  asBuilt,
  type HasHiddenState,
  type MakeMutant,
  type Mutant,
  matchedInCore,
  mutant,
} from './mutant.ts';
import {
  addressOf,
  ioeventfdAt,
  keyOf,
  Teller,
  textOf,
  withMemory,
  withMirror,
  withPromisedHost,
  withTeller,
  withTransaction,
  withVisibility,
} from './parts.ts';
import { type MapChange, WatchingTeller, withWatchingTeller } from './watching.ts';

/** The host keeps what is no longer visible because of such a change. */
function leftBehindOn(change: MapChange): MakeMutant {
  return withWatchingTeller(
    class extends WatchingTeller {
      override release(space: 0 | 1, ioeventfd: Ioeventfd): void {
        if (!this.watch.awaited.has(change)) super.release(space, ioeventfd);
      }

      override deleted(space: 0 | 1, ioeventfd: Ioeventfd): void {
        if (!this.watch.awaited.has(change)) super.deleted(space, ioeventfd);
      }
    },
  );
}

class AddedAtOldPlace extends WatchingTeller {
  override added(space: 0 | 1, ioeventfd: Ioeventfd): void {
    const old = addressOf(ioeventfd) - this.watch.distance;
    super.added(space, this.watch.awaited.has('move') ? ioeventfdAt(ioeventfd, old) : ioeventfd);
  }
}

class ToldInTransactions extends Transaction {
  override finish(): void {
    super.finish();
    if (this.depth > 0 && this.eventfdPending) for (const shown of this.wiring.shown) shown.tellHost();
  }
}

class EveryCommitIsOutermost extends OptimizedMemory {
  override commit(): ReturnType<OptimizedMemory['commit']> {
    const error = super.commit();
    const { transaction } = this;
    const { depth } = transaction;
    if (error === undefined && depth > 0) {
      transaction.depth = 0;
      transaction.finish();
      transaction.depth = depth;
    }
    return error;
  }
}

/** Deletes and adds everything at each change of the map. */
class EverythingAgain extends Visibility {
  private readonly told: HostListener;

  constructor(wiring: VisibilityWiring) {
    super(wiring);
    this.told = wiring.listener;
  }

  override update(...root: Parameters<Visibility['update']>): void {
    super.update(...root);
    const ioeventfds = this.mirror.list().filter(({ taken }) => taken);
    for (const ioeventfd of ioeventfds) this.told.deleted(this.mirror.space, ioeventfd);
    for (const ioeventfd of ioeventfds) this.told.added(this.mirror.space, ioeventfd);
  }
}

class AdditionsFirst extends PromisedHost {
  override sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    return [...sorted.filter(({ times }) => times > 0), ...sorted.filter(({ times }) => times < 0)];
  }
}

class MergedOrder extends PromisedHost {
  override sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    return sorted;
  }
}

class DeletionsFirst extends Teller {
  override sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    return [...sorted.filter(({ times }) => times < 0), ...sorted.filter(({ times }) => times > 0)];
  }
}

class PortsFirst extends Transaction {
  override bringUpToDate(): void {
    const { roots, shown, decisions, viewRootOf } = this.wiring;
    for (const space of [1, 0] as const) {
      if (this.memoryPending) shown[space].update(viewRootOf(decisions, roots[space]));
      if (this.memoryPending || this.eventfdPending) shown[space].tellHost();
    }
    this.memoryPending = false;
    this.eventfdPending = false;
  }
}

class RefusedGoesToo extends HostMirror {
  override leave(ioeventfd: Ioeventfd, taken: boolean, host: Host, listener: HostListener): void {
    super.leave(ioeventfd, taken, host, listener);
    if (!taken) listener.deleted(this.space, ioeventfd);
  }
}

class AsksAgain extends HostMirror {
  override settle(host: Host, listener: HostListener): void {
    const refused = this.refusedIoeventfds();
    super.settle(host, listener);
    for (const [text, ioeventfd] of refused) {
      if (!this.refusedIoeventfds().has(text)) continue;
      for (const difference of [-1, 1]) {
        this.adjust(...keyOf(ioeventfd), difference);
        super.settle(host, listener);
      }
    }
  }

  private refusedIoeventfds(): Map<string, Ioeventfd> {
    return new Map(
      this.list().flatMap((ioeventfd) => (ioeventfd.taken ? [] : [[textOf(ioeventfd), ioeventfd] as const])),
    );
  }
}

class RefusedStillFires extends Transaction {
  override finish(): void {
    super.finish();
    for (const { view, mirror } of this.wiring.shown) view.asksHost = mirror.divergence !== mirror.refused;
  }
}

class OneLimitForBothSpaces extends PromisedHost {
  override isFull(): boolean {
    return this.held[0] + this.held[1] >= this.limit;
  }
}

class LimitOffByOne extends PromisedHost {
  override isFull(space: 0 | 1): boolean {
    return this.held[space] > this.limit;
  }
}

class LimitBeforeCollision extends PromisedHost {
  override request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    const reason = super.request(space, ioeventfd);
    return reason === 'EEXIST' && this.isFull(space) ? 'ENOSPC' : reason;
  }
}

class RefusalsNotCounted extends PromisedHost {
  override request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    const reason = super.request(space, ioeventfd);
    if (reason === 'EEXIST' || reason === 'ENOSPC') this.requests--;
    return reason;
  }
}

/** Tells of registrations that went and came back. */
class TellsCancelled extends HostMirror {
  readonly changed = new Set<string>();

  override adjust(...change: Parameters<HostMirror['adjust']>): void {
    this.changed.add(change.slice(0, 6).join());
    super.adjust(...change);
  }

  override settle(host: Host, listener: HostListener): void {
    const moved = new Set(this.differences().map(({ ioeventfd }) => textOf(ioeventfd)));
    const isBack = (ioeventfd: Ioeventfd) =>
      ioeventfd.taken && this.changed.has(textOf(ioeventfd)) && !moved.has(textOf(ioeventfd));
    const back = this.list().filter(isBack);
    this.changed.clear();
    super.settle(host, listener);
    for (const ioeventfd of back) listener.deleted(this.space, ioeventfd);
    for (const ioeventfd of back) listener.added(this.space, ioeventfd);
  }
}

class CancelledChangesTold extends OptimizedMemory implements HasHiddenState {
  hiddenState(): string {
    return this.mirrors
      .map((mirror) => (mirror instanceof TellsCancelled ? [...mirror.changed].sort() : ''))
      .join(';');
  }
}

const all = { profiles: allProfiles } as const;
const promised = { profiles: ['contract'] } as const;

/** What stays with the host when the map changes. */
const leftBehind: readonly Mutant[] = [
  mutant('left-behind-on-unmap', leftBehindOn('unmap'), {
    ...all,
    clause: 'H1',
    story: 'The host keeps the registrations of a region that is unmapped.',
  }),
  mutant('left-behind-on-move', leftBehindOn('move'), {
    ...all,
    clause: 'H1',
    story: 'The host keeps the registrations at the place that a region leaves.',
  }),
  mutant('left-behind-on-resize', leftBehindOn('resize'), {
    ...all,
    clause: 'H1',
    story: 'The host keeps the registrations that are beyond the end of a region that shrinks.',
  }),
  mutant('left-behind-on-retarget', leftBehindOn('retarget'), {
    ...all,
    clause: 'H1',
    story: 'The host keeps the registrations that a window no longer shows.',
  }),
  mutant('left-behind-on-disable', leftBehindOn('disable'), {
    ...all,
    clause: 'D5',
    story: 'The host keeps the registrations of a disabled region.',
  }),
  mutant('hidden-word-stays-registered', leftBehindOn('map'), {
    ...all,
    clause: 'H2',
    story: 'The host keeps a registration that another region now covers.',
    reenacts: 'Under KVM this is so where any byte of the word remains visible.',
  }),
];

export const hostMutants: readonly Mutant[] = [
  ...leftBehind,
  mutant('moved-region-registered-at-its-old-place', withWatchingTeller(AddedAtOldPlace), {
    profiles: matchedInCore,
    clause: 'H2',
    story: 'After a move the host is told of registrations at the addresses where they were.',
  }),
  mutant('host-told-inside-a-transaction', withTransaction(ToldInTransactions), {
    ...all,
    clause: 'H1',
    story: 'The host hears of registrations before the transaction ends.',
  }),
  mutant('nested-commit-taken-for-the-outermost', withMemory(EveryCommitIsOutermost), {
    ...all,
    clause: 'H1',
    story: 'Each commit renders the map and tells the host, though a transaction is still open around it.',
  }),
  mutant('unrelated-change-re-emits-everything', withVisibility(EverythingAgain), {
    ...all,
    clause: 'H1',
    story: 'At each change of the map the host is told to drop all that it holds, and to take it again.',
  }),
  mutant(
    'cancelled-changes-told',
    withMemory(CancelledChangesTold, { mirror: (space) => new TellsCancelled(space) }),
    {
      ...all,
      clause: 'H1',
      story:
        'A registration that goes and comes back within one transaction is deleted at the host and added.',
    },
  ),
  mutant('additions-before-deletions', withPromisedHost(AdditionsFirst), {
    ...promised,
    clause: 'H3',
    story: 'In one commit the host is told first what to take, then what to drop.',
  }),
  mutant('changes-merged', withPromisedHost(MergedOrder), {
    ...promised,
    clause: 'H3',
    story:
      'Deletions and additions come in the order of addresses: a registration that changes hands can collide with itself.',
    reenacts:
      'address_space_add_del_ioeventfds merges both lists; the kernel answers EEXIST, and QEMU aborts.',
  }),
  mutant('deletions-first-under-qemu', withTeller(DeletionsFirst), {
    profiles: asBuilt,
    clause: 'H3',
    story: "QEMU's merge tells changes in the order of their words; this one tells deletions first.",
  }),
  mutant('ports-told-first', withTransaction(PortsFirst), {
    ...all,
    clause: 'H1',
    story: 'The host is told of the port space before it is told of memory.',
  }),
  mutant('refused-word-deleted', withMirror(RefusedGoesToo), {
    profiles: ['contract', 'kvm'],
    clause: 'H4',
    story: 'The host is told to drop what it never took.',
  }),
  mutant('refused-word-asked-again', withMirror(AsksAgain), {
    profiles: ['contract', 'kvm'],
    clause: 'H4',
    story: 'At each commit the host is asked again for what it refused.',
  }),
  mutant('refused-word-fires', withTransaction(RefusedStillFires), {
    ...promised,
    clause: 'H4',
    story: 'A registration that the host refused fires all the same.',
  }),
  mutant('one-limit-for-both-spaces', withPromisedHost(OneLimitForBothSpaces), {
    ...promised,
    clause: 'F1',
    story: 'Registrations in one space take room in the other.',
  }),
  mutant('limit-off-by-one', withPromisedHost(LimitOffByOne), {
    ...promised,
    clause: 'F1',
    story: 'The host takes one registration more than it can.',
  }),
  mutant('limit-before-collision', withPromisedHost(LimitBeforeCollision), {
    ...promised,
    clause: 'F1',
    story: 'A full host says ENOSPC of a registration that collides.',
  }),
  mutant('refusals-not-counted', withPromisedHost(RefusalsNotCounted), {
    ...promised,
    clause: 'H4',
    story: 'Requests are counted that were granted, instead of all.',
  }),
];
