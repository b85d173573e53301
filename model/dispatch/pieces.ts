/** How a part of a write enters the memory core: whole, or in the pieces that a CPU under TCG makes of a store. */
import { type PageKind, pageAt, pageOf, pageSize } from '../map/page.ts';
import type { State } from '../reference/state.ts';
import type { Space } from '../vocabulary/vocabulary.ts';
import type { StorePart } from './store-parts.ts';

/**
 * Where a piece enters the memory core:
 * - `address space`: `address_space_write`, which looks at the map for each access (S1; T8).
 * - a kind of page: the entry that a CPU under TCG has for its page (T3 to T6).
 * - `port`: the region that answers the first byte (T7).
 */
export type Entry = 'address space' | 'port' | PageKind;

/** A piece of a part, its bytes in memory order. */
export type Piece = { readonly address: bigint; readonly bytes: readonly number[]; readonly entry: Entry };

/** The longest piece that a CPU makes, in bytes. */
const longest = 8;

/** The pieces of a part in the order of addresses: profile decision `cpuStore`. */
export function piecesOf(state: State, space: Space, part: StorePart): readonly Piece[] {
  const { address, bytes, byCpu } = part;
  if (!byCpu || state.decisions.cpuStore === 'address-space-write') {
    return [{ address, bytes, entry: 'address space' }];
  }
  // A port is never cut (T7).
  if (space === 'io') return [{ address, bytes, entry: 'port' }];
  const inFirst = Math.min(bytes.length, Number(pageOf(address) + pageSize - address));
  const second = BigInt.asUintN(64, address + BigInt(inFirst));
  const first = piecesInPage(state, part, address, bytes.slice(0, inFirst));
  return inFirst === bytes.length
    ? first
    : [...first, ...piecesInPage(state, part, second, bytes.slice(inFirst))];
}

/** The pieces of what lies in one page. */
function piecesInPage(state: State, part: StorePart, start: bigint, bytes: readonly number[]): Piece[] {
  const entry = pageAt(state.rendered, state.decisions, start);
  if (entry === 'RAM page') return [{ address: start, bytes, entry }];
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; ) {
    const address = start + BigInt(at);
    const size = pieceSize(state, part, address, bytes.length - at);
    pieces.push({ address, bytes: bytes.slice(at, at + size), entry });
    at += size;
  }
  return pieces;
}

/** Bytes of the piece at `address`, of the `left` bytes of the store in its page (clauses T1, T2). */
function pieceSize(state: State, part: StorePart, address: bigint, left: number): number {
  // `int_st_mmio_leN`: the lowest bit that is set in any of the three.
  if (state.decisions.cpuStore === 'aligned-pieces') {
    const bits = BigInt(left) | address | BigInt(longest);
    return Number(bits & -bits);
  }
  // `store_helper`: an unaligned store becomes bytes. A store that crosses a page is never aligned.
  const isAligned = !part.isCut && part.address % BigInt(part.bytes.length) === 0n;
  return isAligned ? left : 1;
}
