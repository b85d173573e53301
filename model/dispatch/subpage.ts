/** Whether a subpage takes a piece of a CPU's store: all of it or nothing. */
import { answer, type Place } from '../map/answer.ts';
import type { State } from '../reference/state.ts';
import type { AccessSize } from '../vocabulary/vocabulary.ts';
import { accessSize, type Rejection, rejection } from './access-size.ts';
import type { Piece } from './pieces.ts';

/**
 * The access for which a piece is refused as a whole, and why: nothing answers it, its region does not accept it (S8), or
 * it is a store to a port of RAM that ends within it (T7).
 */
export type Refusal = {
  readonly address: bigint;
  readonly size: number;
  readonly place: Place | undefined;
  readonly reason: 'unassigned' | Rejection | 'RAM ends';
};

/**
 * The access for which a subpage refuses a piece; nothing if it takes it (`subpage_accepts`, `flatview_access_valid`;
 * clause T6). The walk is that of a write (S2), except that the alignment of the address bounds an access, not that of the
 * offset in the region.
 */
export function refusedBySubpage(state: State, { address: start, bytes }: Piece): Refusal | undefined {
  for (let at = 0; at < bytes.length; ) {
    const address = BigInt.asUintN(64, start + BigInt(at));
    const place = answer(state.rendered, 'memory', state.decisions, address);
    const isRam = place?.region.kind === 'ram';
    const size = isRam ? 1 : accessSize(place?.region, address, bytes.length - at);
    const reason = refusalBy(place, size);
    if (reason !== undefined) return { address, size, place, reason };
    at += size;
  }
  return undefined;
}

function refusalBy(place: Place | undefined, size: AccessSize): Refusal['reason'] | undefined {
  if (place === undefined) return 'unassigned';
  return place.region.kind === 'ram' ? undefined : rejection(place.region, place.offset, size);
}
