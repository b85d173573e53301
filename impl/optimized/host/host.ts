/** The host's side: who is asked to take a registration, and what it says. */

import type { HostOptions, RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import { sizeOf } from '../tables/ioeventfd-store.ts';
import { KernelBus } from './kernel-bus.ts';

/** A visible word: halves; `kind` is size and "with data" (`kindOf`); `notifier` by number. */
export type Ioeventfd = {
  readonly addressHigh: number;
  readonly addressLow: number;
  readonly kind: number;
  readonly dataHigh: number;
  readonly dataLow: number;
  readonly notifier: number;
  /** Whether the host took it. */
  taken: boolean;
};

/** Hears what the host is told; spaces are 0 (`memory`) and 1 (`io`). */
export interface HostListener {
  added(space: 0 | 1, ioeventfd: Ioeventfd): void;
  deleted(space: 0 | 1, ioeventfd: Ioeventfd): void;
  refused(space: 0 | 1, ioeventfd: Ioeventfd, reason: RefusalReason): void;
}

export interface Host {
  /** Asks the host to take a word. The reason where it refuses. */
  request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined;
  /** Tells the host to drop a word that it took. */
  release(space: 0 | 1, ioeventfd: Ioeventfd): void;
  /** The order in which the changes of one commit, sorted by word, are told. */
  sequence<T extends { readonly times: number }>(sorted: T[]): T[];
  /** Requests made so far, as far as they can still matter. */
  readonly ordinal: number;
  /** What it counts, as text: part of `derivedState`. */
  counts(): string;
  /** Takes over what another host of its kind remembers. */
  copyFrom(other: this): void;
}

/** QEMU's order of registrations: address, size, without data first, data, notifier. Numbers unsigned. */
export function compareIoeventfds(a: Ioeventfd, b: Ioeventfd): number {
  return (
    compareHalf(a.addressHigh, b.addressHigh) ||
    compareHalf(a.addressLow, b.addressLow) ||
    a.kind - b.kind ||
    compareHalf(a.dataHigh, b.dataHigh) ||
    compareHalf(a.dataLow, b.dataLow) ||
    a.notifier - b.notifier
  );
}

function compareHalf(a: number, b: number): number {
  return (a >>> 0) - (b >>> 0);
}

/** Profile `tcg`: nobody refuses; what is told has no effect on dispatch. */
export class EmulatedHost implements Host {
  readonly ordinal = 0;

  request(): RefusalReason | undefined {
    return undefined;
  }

  release(): void {}

  sequence<T>(sorted: T[]): T[] {
    return sorted;
  }

  counts(): string {
    return '';
  }

  copyFrom(): void {}
}

const noRefusals: ReadonlySet<number> = new Set();

/** What `host.refuse` and `host.limit` of the scenario say. */
export abstract class AskedHost implements Host {
  protected readonly limit: number;
  private readonly refuseAll: boolean;
  private readonly refusals: ReadonlySet<number>;
  /** One more than the greatest ordinal that is refused: beyond it the count of requests cannot matter. */
  private readonly lastRefusal: number;
  protected requests = 0;
  /** Registrations held, by space. */
  protected readonly held: [number, number] = [0, 0];

  constructor(options: HostOptions) {
    this.limit = options.limit ?? Number.POSITIVE_INFINITY;
    this.refuseAll = options.refuse === 'all';
    const refusals = options.refuse === undefined || options.refuse === 'all' ? [] : options.refuse;
    this.refusals = refusals.length === 0 ? noRefusals : new Set(refusals);
    this.lastRefusal = refusals.reduce((greatest, ordinal) => Math.max(greatest, ordinal + 1), 0);
  }

  get ordinal(): number {
    return Math.min(this.requests, this.lastRefusal);
  }

  request(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    const ordinal = this.requests++;
    if (this.isRefused(ordinal)) return 'refused';
    const reason = this.objection(space, ioeventfd) ?? (this.isFull(space) ? 'ENOSPC' : undefined);
    if (reason !== undefined) return reason;
    this.held[space]++;
    this.take(space, ioeventfd);
    return undefined;
  }

  release(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.held[space]--;
    this.drop(space, ioeventfd);
  }

  counts(): string {
    return this.held.join();
  }

  copyFrom(other: this): void {
    this.requests = other.requests;
    this.held[0] = other.held[0];
    this.held[1] = other.held[1];
  }

  protected isRefused(ordinal: number): boolean {
    return this.refuseAll || this.refusals.has(ordinal);
  }

  protected isFull(space: 0 | 1): boolean {
    return this.held[space] >= this.limit;
  }

  abstract sequence<T extends { readonly times: number }>(sorted: T[]): T[];
  protected abstract objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined;
  protected abstract take(space: 0 | 1, ioeventfd: Ioeventfd): void;
  protected abstract drop(space: 0 | 1, ioeventfd: Ioeventfd): void;
}

/** What the contract's host asks about what it holds: see `HostMirror`. */
export type Holdings = {
  taken(addressHigh: number, addressLow: number, kind: number, dataHigh: number, dataLow: number): number;
  /** Whether it holds a registration with data, of this size, at this address. */
  holdsData(addressHigh: number, addressLow: number, size: number): boolean;
  /** Asks to be able to answer `holdsData`; called before anything is held. */
  orderData(): void;
};

/**
 * Profile `contract`: the kernel's rule of collisions (clause F1), no order of look-up, deletions before additions
 * (H3). What it holds is in the mirrors.
 */
export class PromisedHost extends AskedHost {
  protected readonly holdings: readonly [Holdings, Holdings];

  constructor(options: HostOptions, holdings: readonly [Holdings, Holdings]) {
    super(options);
    this.holdings = holdings;
    for (const held of holdings) held.orderData();
  }

  sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    if (sorted.length < 2) return sorted;
    return [...sorted.filter(({ times }) => times < 0), ...sorted.filter(({ times }) => times > 0)];
  }

  protected objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    return this.collides(space, ioeventfd) ? 'EEXIST' : undefined;
  }

  protected collides(space: 0 | 1, ioeventfd: Ioeventfd): boolean {
    const { addressHigh, addressLow, kind, dataHigh, dataLow } = ioeventfd;
    const held = this.holdings[space];
    if (held.taken(addressHigh, addressLow, 0, 0, 0) >= 0) return true;
    if (kind === 0) {
      for (const size of [1, 2, 4, 8]) {
        if (held.taken(addressHigh, addressLow, size << 1, 0, 0) >= 0) return true;
        if (held.holdsData(addressHigh, addressLow, size)) return true;
      }
      return false;
    }
    const size = sizeOf(kind);
    if (held.taken(addressHigh, addressLow, size << 1, 0, 0) >= 0) return true;
    return (kind & 1) === 1
      ? held.taken(addressHigh, addressLow, kind, dataHigh, dataLow) >= 0
      : held.holdsData(addressHigh, addressLow, size);
  }

  protected take(): void {}

  protected drop(): void {}
}

/** Profile `kvm`: the kernel's bus, one a space, asked in the order of QEMU's merge. */
export class KernelHost extends AskedHost {
  readonly buses: readonly [KernelBus, KernelBus] = [this.makeBus(), this.makeBus()];

  protected makeBus(): KernelBus {
    return new KernelBus();
  }

  override copyFrom(other: this): void {
    super.copyFrom(other);
    this.buses[0].copyFrom(other.buses[0]);
    this.buses[1].copyFrom(other.buses[1]);
  }

  sequence<T>(sorted: T[]): T[] {
    return sorted;
  }

  protected objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined {
    return this.buses[space].objection(ioeventfd);
  }

  protected take(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.buses[space].insert(ioeventfd);
  }

  protected drop(space: 0 | 1, ioeventfd: Ioeventfd): void {
    this.buses[space].remove(ioeventfd);
  }
}
