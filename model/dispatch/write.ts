/** A write, from the guest or from QEMU itself: its accesses, and the signals, callbacks and stores that they cause. */

import { signalledByHost } from '../host/host.ts';
import { type Ioeventfd, mismatch } from '../ioeventfd/ioeventfd.ts';
import { answer, type Place } from '../map/answer.ts';
import { byteOrderOf, valueOfBytes } from '../map/byte-order.ts';
import { regionOf } from '../map/region.ts';
import type { State } from '../reference/state.ts';
import type { AccessSize, RamEffect, Space, Write, WriteEffect } from '../vocabulary/vocabulary.ts';
import { accessSize, rejection } from './access-size.ts';
import { callbacks } from './callbacks.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { type StorePart, storeParts } from './store-parts.ts';
import { type Refusal, refusedBySubpage } from './subpage.ts';

/**
 * One access of the memory core: `size` of the `left` bytes of its piece, and the value in the region's byte order. `compared`: what
 * registrations are compared with, where that is not the value (T9).
 */
export type Access = {
  readonly address: bigint;
  readonly size: AccessSize;
  readonly left: number;
  readonly value: bigint;
  readonly compared?: bigint;
  readonly place: Place | undefined;
  readonly effects: readonly WriteEffect[];
};

/** A piece of a part, with its accesses; one access of its size, and why, where it is refused as a whole. */
export type PerformedPiece = {
  readonly piece: Piece;
  readonly refusal: Refusal | undefined;
  readonly accesses: readonly Access[];
};

/** A part of a write, with the entry of the kernel's bus that took it or, if none did, the pieces that the memory core gets. */
export type PerformedPart = {
  readonly part: StorePart;
  readonly taker: Ioeventfd | undefined;
  readonly pieces: readonly PerformedPiece[];
};

/** The effects of a write, in the order of its bytes (and so in time, except for a store across a page under KVM, K10). */
export function write(state: State, operation: Write): readonly WriteEffect[] {
  const effects: WriteEffect[] = [];
  for (const { taker, pieces } of performedParts(state, operation)) {
    if (taker !== undefined) effects.push({ signal: taker.notifier });
    for (const { accesses } of pieces) for (const access of accesses) effects.push(...access.effects);
  }
  return joinStores(effects);
}

/** Performs a write, part by part. What the kernel's bus does not take goes to the memory core (clause K12). */
export function performedParts(state: State, operation: Write): readonly PerformedPart[] {
  const { space } = operation;
  return storeParts(state, operation).map((part) => {
    const taker = takerOf(state, space, part);
    if (taker !== undefined) return { part, taker, pieces: [] };
    return {
      part,
      taker,
      pieces: piecesOf(state, space, part).map((piece) => performed(state, space, piece)),
    };
  });
}

/** Performs a piece as its entry to the memory core does. */
function performed(state: State, space: Space, piece: Piece): PerformedPiece {
  switch (piece.entry) {
    case 'address space':
    case 'RAM page':
      return { piece, refusal: undefined, accesses: accessesOf(state, space, piece) };
    case 'region page':
    case 'unassigned page':
      return { piece, refusal: undefined, accesses: [wholeAccess(state, space, piece)] };
    case 'port':
      return performedPort(state, space, piece);
    case 'subpage': {
      const refusal = refusedBySubpage(state, piece);
      if (refusal === undefined) return { piece, refusal, accesses: accessesOf(state, space, piece) };
      return { piece, refusal, accesses: [refusedAccess(state, space, piece)] };
    }
  }
}

/** A store to a port: whole RAM is stored to, anything else gets one access (`address_space_stl_internal`; clause T7). */
function performedPort(state: State, space: Space, piece: Piece): PerformedPiece {
  const { address, bytes } = piece;
  const place = answer(state.rendered, space, state.decisions, address);
  if (place?.region.kind !== 'ram') {
    return { piece, refusal: undefined, accesses: [wholeAccess(state, space, piece)] };
  }
  const isWhole = bytes.every((_, at) => {
    const other = answer(state.rendered, space, state.decisions, address + BigInt(at));
    return other?.region === place.region && other.offset === place.offset + BigInt(at);
  });
  if (isWhole) return { piece, refusal: undefined, accesses: accessesOf(state, space, piece) };
  const refusal: Refusal = { address, size: bytes.length, place, reason: 'RAM ends' };
  return { piece, refusal, accesses: [refusedAccess(state, space, piece)] };
}

/** The entry of the kernel's bus that takes a part, if any (clause K6). */
function takerOf(state: State, space: Space, { address, bytes, route }: StorePart): Ioeventfd | undefined {
  if (route !== 'kernel bus') return undefined;
  const value = valueOfBytes(bytes, state.target);
  return signalledByHost(state.host[space].held, address, bytes.length, value, state.decisions);
}

/**
 * The memory core: one access after the other, each at what answers there (`flatview_write_continue`; clause S1). After
 * 2^64, addresses continue at 0.
 */
function accessesOf(state: State, space: Space, { address: start, bytes }: Piece): Access[] {
  const accesses: Access[] = [];
  for (let at = 0; at < bytes.length; ) {
    const address = BigInt.asUintN(64, start + BigInt(at));
    const place = answer(state.rendered, space, state.decisions, address);
    const left = bytes.length - at;
    // RAM takes any length up to its end. Byte by byte comes to the same.
    const size = place?.region.kind === 'ram' ? 1 : accessSize(place?.region, place?.offset ?? address, left);
    const value = valueFor(state, place, bytes.slice(at, at + size));
    const effects = effectsOf(state, space, address, place, size, value);
    accesses.push({ address, size, left, value, place, effects });
    at += size;
  }
  return accesses;
}

/** The piece as one access of the region that answers its first byte (`memory_region_dispatch_write`; clauses T3, T4, T7, T9). */
function wholeAccess(state: State, space: Space, piece: Piece): Access {
  const { address, bytes } = piece;
  const place = answer(state.rendered, space, state.decisions, address);
  const value = valueFor(state, place, bytes);
  // A piece has as many bytes as an access may have.
  const size = bytes.length as AccessSize;
  const compared = comparedValue(state, place, piece) ?? value;
  const effects = effectsOf(state, space, address, place, size, value, compared);
  return { address, size, left: size, value, ...(compared !== value && { compared }), place, effects };
}

/**
 * What registrations are compared with, where that is not the value: `int_st_mmio_leN` hands over all that is left of the store, and
 * only a swap of the bytes cuts it to the piece (clause T9).
 */
function comparedValue(
  { target }: State,
  place: Place | undefined,
  { bytes, rest }: Piece,
): bigint | undefined {
  if (place === undefined || rest === undefined) return undefined;
  const isSwapped = bytes.length > 1 && byteOrderOf(place.region, target) === 'big';
  return isSwapped ? undefined : valueOfBytes(rest, 'little');
}

/** The piece as one access that is not accepted, whatever answers its first byte. */
function refusedAccess(state: State, space: Space, { address, bytes }: Piece): Access {
  const place = answer(state.rendered, space, state.decisions, address);
  const size = bytes.length as AccessSize;
  const effect: WriteEffect =
    place === undefined
      ? { unassigned: address, size }
      : { rejected: place.region.id, offset: place.offset, size };
  return { address, size, left: size, value: valueFor(state, place, bytes), place, effects: [effect] };
}

/** The value of bytes in the byte order of what answers. */
function valueFor({ target }: State, place: Place | undefined, bytes: readonly number[]): bigint {
  return valueOfBytes(bytes, place === undefined ? target : byteOrderOf(place.region, target));
}

/** One access: decode error, store, signal or callback (`memory_region_dispatch_write`; clauses D1 to D3, D6). */
function effectsOf(
  state: State,
  space: Space,
  address: bigint,
  place: Place | undefined,
  size: AccessSize,
  value: bigint,
  compared = value,
): readonly WriteEffect[] {
  if (place === undefined) return [{ unassigned: address, size }];
  const { region, offset } = place;
  if (region.kind === 'ram') return [{ ram: region.id, offset, bytes: hexadecimalByte(value) }];
  if (rejection(region, offset, size) !== undefined) return [{ rejected: region.id, offset, size }];
  const notifier = matched(state, space, address, place, size, compared)?.notifier;
  if (notifier !== undefined) return [{ signal: notifier }];
  return callbacks(region, offset, size, value, state.target);
}

/** What an access matches, if anything: profile decision `match`. */
function matched(
  state: State,
  space: Space,
  address: bigint,
  { region, offset }: Place,
  size: number,
  value: bigint,
): Ioeventfd | undefined {
  const { match } = state.decisions;
  switch (match) {
    case 'host':
      return signalledByHost(state.host[space].held, address, size, value, state.decisions);
    case 'region':
      return regionOf(state.regions, region.id).eventfds.find(
        (ioeventfd) => mismatch(ioeventfd, offset, size, value) === undefined,
      );
    case 'bus':
      return undefined;
  }
}

/** Joins stores that continue in one region into one effect. */
export function joinStores(effects: readonly WriteEffect[]): readonly WriteEffect[] {
  const joined: WriteEffect[] = [];
  for (const effect of effects) {
    const last = joined[joined.length - 1];
    if (last !== undefined && 'ram' in effect && 'ram' in last && continues(last, effect)) {
      joined[joined.length - 1] = { ...last, bytes: last.bytes + effect.bytes };
    } else joined.push(effect);
  }
  return joined;
}

function continues(last: RamEffect, next: RamEffect): boolean {
  return last.ram === next.ram && last.offset + BigInt(last.bytes.length / 2) === next.offset;
}

function hexadecimalByte(value: bigint): string {
  return value.toString(16).padStart(2, '0');
}
