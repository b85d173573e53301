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
export type Piece = {
  readonly address: bigint;
  readonly bytes: readonly number[];
  readonly entry: Entry;
  /** What is left of the store from the piece on, beyond its page too, where registrations are compared with that (T9). */
  readonly rest?: readonly number[];
};

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
  const first = piecesInPage(state, part, address, 0, inFirst);
  return inFirst === bytes.length
    ? first
    : [...first, ...piecesInPage(state, part, second, inFirst, bytes.length)];
}

/** The pieces of what lies in one page: the bytes from `from` on, before `to`. */
function piecesInPage(state: State, part: StorePart, start: bigint, from: number, to: number): Piece[] {
  const { bytes } = part;
  const entry = pageAt(state.rendered, state.decisions, start);
  if (entry === 'RAM page') return [{ address: start, bytes: bytes.slice(from, to), entry }];
  const keepsRest = state.decisions.cpuStore === 'aligned-pieces' && entry === 'region page';
  const pieces: Piece[] = [];
  for (let at = from; at < to; ) {
    const address = start + BigInt(at - from);
    const size = pieceSize(state, part, address, to - at);
    const piece = { address, bytes: bytes.slice(at, at + size), entry };
    pieces.push(keepsRest ? { ...piece, rest: bytes.slice(at) } : piece);
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
