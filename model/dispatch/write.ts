/** A guest's or QEMU's write: its way to eventfds, callbacks and RAM. */

import { fired } from '../host/host.ts';
import { answer, flatView, type Place } from '../map/flat-view.ts';
import { byteOrderOf, type Registration, regionOf } from '../map/region.ts';
import type { State } from '../reference/state.ts';
import type { AccessSize, RamEffect, Space, Store, Write, WriteEffect } from '../vocabulary/vocabulary.ts';
import { accessSize, bytesOf, callbacks, isAccepted, valueOfBytes } from './access.ts';

/**
 * One step of a write's way, for people who want to see it: where, how many bytes, with which value, what answered,
 * and what came of it. `by`: the memory core, or the kernel's bus before it.
 */
export type Access = {
  readonly by: 'memory core' | 'kernel bus';
  readonly address: bigint;
  readonly size: number;
  readonly value: bigint;
  readonly place: Place | undefined;
  readonly effects: readonly WriteEffect[];
};

/** Page size of the host, in bytes: a store that crosses pages reaches the kernel's bus in pieces. */
const pageSize = 4096n;

/** The effects of a write, in the order of its bytes (and so in time, but for a store across a page under KVM, K10). */
export function write(state: State, operation: Write): readonly WriteEffect[] {
  return joinStores(accesses(state, operation).flatMap((access) => access.effects));
}

/** The write's way, access by access. */
export function accesses(state: State, operation: Write): readonly Access[] {
  const { space, address } = operation;
  if ('bytes' in operation) return emulate(state, space, address, bytesFromHexadecimal(operation.bytes));
  if (state.decisions.match === 'bus') return throughBus(state, operation);
  return emulate(state, space, address, bytesOf(operation.data, operation.size, state.target));
}

/**
 * The memory core: one access after the other, each at what answers there (`flatview_write_continue`; clause S1).
 * Addresses go on at 0 behind 2^64.
 */
function emulate(state: State, space: Space, start: bigint, bytes: readonly number[]): Access[] {
  const steps: Access[] = [];
  for (let at = 0; at < bytes.length; ) {
    const address = BigInt.asUintN(64, start + BigInt(at));
    const place = answer(state.rendered, space, state.decisions, address);
    // RAM takes any length up to its end; byte by byte comes to the same.
    const size =
      place?.region.kind === 'ram'
        ? 1
        : accessSize(place?.region, place?.offset ?? address, bytes.length - at);
    const piece = bytes.slice(at, at + size);
    const order = place === undefined ? state.target : byteOrderOf(place.region, state.target);
    const value = valueOfBytes(piece, order);
    const effects = access(state, space, address, place, size, value);
    steps.push({ by: 'memory core', address, size, value, place, effects });
    at += size;
  }
  return steps;
}

/** One access: decode error, store, signal or callback (`memory_region_dispatch_write`; clauses D1 to D3, D6). */
function access(
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
  if (!isAccepted(region, offset, size)) return [{ rejected: region.id, offset, size }];
  const notifier = matched(state, space, address, place, size, value);
  if (notifier !== undefined) return [{ signal: notifier }];
  return callbacks(region, offset, size, value, state.target);
}

/** The notifier that an access signals, if any: profile decision `match`. */
function matched(
  state: State,
  space: Space,
  address: bigint,
  { region, offset }: Place,
  size: number,
  value: bigint,
): string | undefined {
  const { match } = state.decisions;
  switch (match) {
    case 'host':
      return fired(state.host[space].held, address, size, value, state.decisions)?.notifier;
    case 'region': {
      const hit = ({ offset: at, size: length, data }: Registration) =>
        at === offset && (length === 0 || (length === size && (data === undefined || data === value)));
      return regionOf(state.regions, region.id).eventfds.find(hit)?.notifier;
    }
    case 'bus':
      return undefined;
  }
}

/** A CPU's store under KVM: to the kernel's bus first, page by page; what is not taken there, to the memory core (K10 to K12). */
function throughBus(state: State, { space, address, size, data }: Store): Access[] {
  const bytes = bytesOf(data, size, state.target);
  const toPageEnd = space === 'memory' ? Number(pageSize - (address % pageSize)) : size;
  const pieces = [bytes.slice(0, toPageEnd), bytes.slice(toPageEnd)];
  const starts = [address, BigInt.asUintN(64, address + BigInt(toPageEnd))];
  return pieces.flatMap((piece, i) => {
    const start = starts[i] ?? address;
    const value = valueOfBytes(piece, state.target);
    // No instruction stores 8 bytes to a port.
    const reachesBus = piece.length > 0 && !(space === 'io' && size === 8) && !isRamPage(state, space, start);
    const hit = reachesBus
      ? fired(state.host[space].held, start, piece.length, value, state.decisions)
      : undefined;
    if (hit === undefined) return emulate(state, space, start, piece);
    const effects = [{ signal: hit.notifier }];
    return [{ by: 'kernel bus', address: start, size: piece.length, value, place: undefined, effects }];
  });
}

/** Whether the page at `address` is the kernel's own memory: wholly one flat range of RAM (`kvm_align_section`; clause K9). */
function isRamPage(state: State, space: Space, address: bigint): boolean {
  const isRam = answer(state.rendered, space, state.decisions, address)?.region.kind === 'ram';
  if (space === 'io' || !isRam) return false;
  const page = address - (address % pageSize);
  return flatView(state.rendered, space, state.decisions).some(
    ({ start, end, region }) => region.kind === 'ram' && start <= page && page + pageSize <= end,
  );
}

/** Makes one effect of stores that go on in one region. */
function joinStores(effects: readonly WriteEffect[]): readonly WriteEffect[] {
  const joined: WriteEffect[] = [];
  for (const effect of effects) {
    const last = joined.at(-1);
    if (last !== undefined && 'ram' in last && 'ram' in effect && goesOn(last, effect)) {
      joined[joined.length - 1] = { ...last, bytes: last.bytes + effect.bytes };
    } else joined.push(effect);
  }
  return joined;
}

function goesOn(last: RamEffect, next: RamEffect): boolean {
  return last.ram === next.ram && last.offset + BigInt(last.bytes.length / 2) === next.offset;
}

function bytesFromHexadecimal(text: string): number[] {
  return Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function hexadecimalByte(value: bigint): string {
  return value.toString(16).padStart(2, '0');
}
