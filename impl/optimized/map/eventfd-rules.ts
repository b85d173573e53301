/** What a registration is kept as, and which registration a deletion means: clauses R1 to R4. */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { ErrorCode } from '../../../model/vocabulary/vocabulary.ts';
import type { IoeventfdStore } from '../tables/ioeventfd-store.ts';
import { swappedBit, swappedHigh, swappedLow } from '../tables/traits.ts';
import { highHalf, lowHalf, spaceEnd } from '../tables/wide.ts';
import type { Region } from './region.ts';

/** The preconditions `kind` and `match` of a registration. */
export function checkIoeventfd(
  region: Region,
  offset: bigint,
  size: number,
  data: bigint | undefined,
): ErrorCode | undefined {
  if (region.kind !== 'io') return 'kind';
  if (size === 0 && data !== undefined) return 'match';
  return offset + BigInt(size) > spaceEnd ? 'match' : undefined;
}

/** The decisions that the rules follow. */
export type EventfdDecisions = Pick<Decisions, 'data' | 'sizeZeroIdentity'>;

/** The rules of registration and deletion. */
export class EventfdRules {
  readonly decisions: EventfdDecisions;

  constructor(decisions: EventfdDecisions) {
    this.decisions = decisions;
  }

  /**
   * Data as kept and compared, in halves: as given, or swapped where device and target differ in byte order (R3, R4).
   * Source: `adjust_endianness` in `memory_region_add_eventfd`.
   */
  keptData(region: Region, size: number, data = 0n): readonly [number, number] {
    const high = highHalf(data);
    const low = lowHalf(data);
    const swaps = this.decisions.data === 'swapped' && size > 1 && (region.traits & swappedBit) !== 0;
    return swaps ? [swappedHigh(size, low), swappedLow(size, high, low)] : [high, low];
  }

  /** Whether a registration of this kind goes for any deletion of that size at its offset (`memory_region_ioeventfd_equal`). */
  isLooseMatch(size: number, kind: number): boolean {
    return this.decisions.sizeZeroIdentity === 'any-size' && (size === 0 || kind === 0);
  }

  /** The record that a deletion means, or -1 (R2). */
  findForDeletion(
    store: IoeventfdStore,
    region: Region,
    offset: bigint,
    kind: number,
    dataHigh: number,
    dataLow: number,
  ): number {
    const [offsetHigh, offsetLow] = [highHalf(offset), lowHalf(offset)];
    const first = store.firstAt(region.number, offsetHigh, offsetLow);
    if (first >= 0 && this.isLooseMatch(kind >>> 1, store.table.key(first)[3])) return first;
    return store.table.find(region.number, offsetHigh, offsetLow, kind, dataHigh, dataLow);
  }
}
