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
import { type StorePart, storeParts } from './store-parts.ts';

/** One access of the memory core: `size` of the `left` bytes of its part, and the value in the region's byte order. */
export type Access = {
  readonly address: bigint;
  readonly size: AccessSize;
  readonly left: number;
  readonly value: bigint;
  readonly place: Place | undefined;
  readonly effects: readonly WriteEffect[];
};

/** A part of a write, with the entry of the kernel's bus that took it or, if none did, the memory core's accesses. */
export type PerformedPart = {
  readonly part: StorePart;
  readonly taker: Ioeventfd | undefined;
  readonly accesses: readonly Access[];
};

/** The effects of a write, in the order of its bytes (and so in time, except for a store across a page under KVM, K10). */
export function write(state: State, operation: Write): readonly WriteEffect[] {
  return joinStores(
    performedParts(state, operation).flatMap(({ taker, accesses }) =>
      taker === undefined ? accesses.flatMap(({ effects }) => effects) : [{ signal: taker.notifier }],
    ),
  );
}

/** Performs a write, part by part. What the kernel's bus does not take goes to the memory core (clause K12). */
export function performedParts(state: State, operation: Write): readonly PerformedPart[] {
  const { space } = operation;
  return storeParts(state, operation).map((part) => {
    const taker = takerOf(state, space, part);
    if (taker !== undefined) return { part, taker, accesses: [] };
    return { part, taker, accesses: accessesOf(state, space, part.address, part.bytes) };
  });
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
function accessesOf(state: State, space: Space, start: bigint, bytes: readonly number[]): Access[] {
  const accesses: Access[] = [];
  for (let at = 0; at < bytes.length; ) {
    const address = BigInt.asUintN(64, start + BigInt(at));
    const place = answer(state.rendered, space, state.decisions, address);
    const left = bytes.length - at;
    // RAM takes any length up to its end. Byte by byte comes to the same.
    const size = place?.region.kind === 'ram' ? 1 : accessSize(place?.region, place?.offset ?? address, left);
    const order = place === undefined ? state.target : byteOrderOf(place.region, state.target);
    const value = valueOfBytes(bytes.slice(at, at + size), order);
    const effects = effectsOf(state, space, address, place, size, value);
    accesses.push({ address, size, left, value, place, effects });
    at += size;
  }
  return accesses;
}

/** One access: decode error, store, signal or callback (`memory_region_dispatch_write`; clauses D1 to D3, D6). */
function effectsOf(
  state: State,
  space: Space,
  address: bigint,
  place: Place | undefined,
  size: AccessSize,
  value: bigint,
): readonly WriteEffect[] {
  if (place === undefined) return [{ unassigned: address, size }];
  const { region, offset } = place;
  if (region.kind === 'ram') return [{ ram: region.id, offset, bytes: hexadecimalByte(value) }];
  if (rejection(region, offset, size) !== undefined) return [{ rejected: region.id, offset, size }];
  const notifier = matched(state, space, address, place, size, value)?.notifier;
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
    const last = joined.at(-1);
    if (last !== undefined && 'ram' in last && 'ram' in effect && continues(last, effect)) {
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
