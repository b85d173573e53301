/** A host that refuses: by the scenario's `host` options, by its own rules, and when it is full. */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { HostOptions, RefusalReason } from '../../../model/vocabulary/vocabulary.ts';
import type { Ioeventfd } from '../tables/ioeventfd.ts';
import { type Host, inOrder } from './host.ts';

const noRefusals: ReadonlySet<number> = new Set();

export abstract class RefusingHost implements Host {
  /** Registrations that one space can hold: `host.limit`. */
  readonly limit: number;
  /** Requests made so far, refused ones included. */
  requests = 0;
  /** Registrations held, by space. */
  readonly held: [number, number] = [0, 0];
  private readonly hostChanges: Decisions['hostChanges'];
  private readonly refuseAll: boolean;
  private readonly refusals: ReadonlySet<number>;
  /** One more than the greatest ordinal that is refused: beyond it the count of requests cannot matter. */
  private readonly lastRefusal: number;

  constructor(options: HostOptions, hostChanges: Decisions['hostChanges']) {
    this.hostChanges = hostChanges;
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
    if (this.refuseAll || this.refusals.has(ordinal)) return 'refused';
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

  copyFrom(other: this): void {
    this.requests = other.requests;
    this.held[0] = other.held[0];
    this.held[1] = other.held[1];
  }

  isFull(space: 0 | 1): boolean {
    return this.held[space] >= this.limit;
  }

  sequence<T extends { readonly times: number }>(sorted: T[]): T[] {
    return inOrder(sorted, this.hostChanges);
  }

  /** Why this host would not take a registration though it has room (F1). */
  abstract objection(space: 0 | 1, ioeventfd: Ioeventfd): RefusalReason | undefined;
  /** Notes a registration that is taken. */
  abstract take(space: 0 | 1, ioeventfd: Ioeventfd): void;
  /** Forgets a registration that was taken. */
  abstract drop(space: 0 | 1, ioeventfd: Ioeventfd): void;
}
