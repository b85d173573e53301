/**
 * A write's effects, taken apart again into its accesses: which bytes each effect stands for. Works from what the
 * scenario says of the regions (`valid`, `impl`, byte order) and from the effects, never from a map. The rules are written
 * again on purpose: a property that asked the model for them could not notice a mistake in it.
 */
import { profiles } from '../../../model/vocabulary/profiles.ts';
import type {
  AccessLimits,
  ByteOrder,
  CreateIo,
  Effect,
  EventfdChange,
  Profile,
  Scenario,
  Write,
} from '../../../model/vocabulary/vocabulary.ts';
import { sameEffect } from '../../compare/compare.ts';
import { pageSize, piecesOf, type WrittenPiece, waysOf } from './pieces.ts';

/** A write as bytes, with what is needed to read its effects. */
export type WrittenBytes = {
  readonly write: Write;
  readonly bytes: readonly number[];
  readonly profile: Profile;
  readonly target: ByteOrder;
  readonly devices: ReadonlyMap<string, CreateIo>;
  /** The pieces in which it enters the memory core; one, but for a store by a CPU under TCG (see pieces.ts). */
  readonly pieces: readonly WrittenPiece[];
};

/**
 * One access: `size` bytes of the write from `position` on. `word` is what answered, where a device did; `effects` are
 * what the access did.
 */
export type WrittenAccess = {
  readonly position: number;
  readonly size: number;
  readonly effects: readonly Effect[];
  readonly region: string | undefined;
  readonly offset: bigint | undefined;
};

/** A write as bytes; where nothing says which of the ways of pieces.ts it took, the first of them. */
export function writtenBytes(
  write: Write,
  { profile = 'contract', target = 'little' }: Scenario,
  devices: ReadonlyMap<string, CreateIo>,
): WrittenBytes {
  const bytes =
    'bytes' in write ? bytesIn(write.bytes) : inOrder(littleBytes(write.data, write.size), target);
  const pieces = piecesOf(write, profile, []);
  return { write, bytes, profile, target, devices, pieces };
}

/**
 * The ways in which a write may have entered the memory core: several for a store by a CPU under TCG, since effects do not say
 * whether a page is a subpage.
 */
export function readingsOf(written: WrittenBytes): readonly WrittenBytes[] {
  const { write, profile } = written;
  return waysOf(write, profile).map((subpages) => ({
    ...written,
    pieces: piecesOf(write, profile, subpages),
  }));
}

/**
 * Where the stretch that holds `position` ends: a store under kvm is cut at the pages before anything else happens to it
 * (K10); otherwise a write is one stretch.
 */
export function stretchEnd({ write, bytes, profile }: WrittenBytes, position: number): number {
  if (profile !== 'kvm' || 'bytes' in write || write.space === 'io') return bytes.length;
  const firstPage = Number(pageSize - (write.address % pageSize));
  return position < firstPage ? Math.min(firstPage, bytes.length) : bytes.length;
}

/** The access at `position` that `effects` tell from `index` on, if they tell one that did not signal. */
export function accessAt(
  written: WrittenBytes,
  effects: readonly Effect[],
  index: number,
  position: number,
): WrittenAccess | undefined {
  const first = effects[index];
  if (first === undefined) return undefined;
  const piece = pieceAt(written, position);
  const left = Math.min(stretchEnd(written, position), piece.position + piece.size) - position;
  if ('ram' in first) {
    const size = first.bytes.length / 2;
    const stored = bytesIn(first.bytes);
    if (size === 0 || stored.some((byte, i) => byte !== written.bytes[position + i])) return undefined;
    return { position, size, effects: [first], region: first.ram, offset: first.offset };
  }
  if ('unassigned' in first) {
    const address = BigInt.asUintN(64, written.write.address + BigInt(position));
    const { size } = first;
    // A CPU's piece may be refused as a whole (T4, T6).
    const isWhole = piece.isByCpu && size === wholePiece(piece, position);
    const isCut = !piece.isWhole && size === accessLength({}, {}, address, left);
    if (first.unassigned !== address || !(isWhole || isCut)) return undefined;
    return { position, size, effects: [first], region: undefined, offset: undefined };
  }
  if ('rejected' in first) {
    const { rejected: region, offset, size } = first;
    const device = written.devices.get(region);
    const isWhole = piece.isByCpu && size === wholePiece(piece, position);
    const isCut = device !== undefined && size === accessSizeAt(written, device, offset, position);
    return isWhole || isCut ? { position, size, effects: [first], region, offset } : undefined;
  }
  if ('callback' in first) {
    const device = written.devices.get(first.callback);
    if (device === undefined) return undefined;
    const size = accessSizeAt(written, device, first.offset, position);
    if (size === undefined) return undefined;
    const expected = calls(written, device, first.offset, position, size);
    const isTold = expected.every((call, i) => {
      const told = effects[index + i];
      return told !== undefined && sameEffect(call, told);
    });
    return isTold
      ? { position, size, effects: expected, region: device.region, offset: first.offset }
      : undefined;
  }
  return undefined;
}

/** The accesses of a write in which nothing signalled; undefined where the effects do not cover its bytes. */
export function accessesOf(
  written: WrittenBytes,
  effects: readonly Effect[],
): readonly WrittenAccess[] | undefined {
  const accesses: WrittenAccess[] = [];
  let position = 0;
  for (let index = 0; index < effects.length; ) {
    const access = accessAt(written, effects, index, position);
    if (access === undefined) return undefined;
    accesses.push(access);
    index += access.effects.length;
    position += access.size;
  }
  return position === written.bytes.length ? accesses : undefined;
}

/**
 * The length of a device's access at an offset: bounded by the region (S2), or the whole of a CPU's piece, which begins there
 * (T3, T7); none within such a piece.
 */
export function accessSizeAt(
  written: WrittenBytes,
  { valid = {}, impl = {} }: CreateIo,
  offset: bigint,
  position: number,
): number | undefined {
  const piece = pieceAt(written, position);
  if (piece.isWhole) return wholePiece(piece, position);
  const end = Math.min(stretchEnd(written, position), piece.position + piece.size);
  return accessLength(valid, impl, offset, end - position);
}

function pieceAt({ pieces, bytes }: WrittenBytes, position: number): WrittenPiece {
  const found = pieces.find((piece) => position < piece.position + piece.size);
  return found ?? { position, size: bytes.length - position, isByCpu: false, isWhole: false };
}

/** The size of a piece that begins at a position. */
function wholePiece(piece: WrittenPiece, position: number): number | undefined {
  return piece.position === position ? piece.size : undefined;
}

/** The longest of 8, 4, 2, 1 bytes that fits what is left, the region's maximum and the alignment. */
function accessLength(valid: AccessLimits, impl: AccessLimits, offset: bigint, left: number): 1 | 2 | 4 | 8 {
  const most = Math.min(left, valid.max || 4);
  for (const size of [8, 4, 2] as const) {
    if (size <= most && (impl.unaligned || offset % BigInt(size) === 0n)) return size;
  }
  return 1;
}

/** The calls that an access of `size` bytes makes: cut into pieces, or filled up with zeros (clauses S6, S7). */
function calls(
  { bytes, target }: WrittenBytes,
  device: CreateIo,
  offset: bigint,
  position: number,
  size: number,
): readonly Effect[] {
  const width = Math.max(Math.min(size, device.impl?.max || 4), device.impl?.min || 1) as 1 | 2 | 4 | 8;
  const order = orderOf(device, target);
  return Array.from({ length: Math.ceil(size / width) }, (_, i) => {
    const piece = bytes.slice(position + i * width, position + Math.min((i + 1) * width, size));
    const filled = Array.from({ length: width }, (__, at) => piece[at] ?? 0);
    const at = BigInt.asUintN(64, offset + BigInt(i * width));
    return { callback: device.region, offset: at, size: width, value: valueIn(filled, order) };
  });
}

/**
 * Whether a registration matches `size` bytes of a write, as far as its size and its data go (clauses D1, R3, R4). Data
 * are compared in the device's byte order; under tcg, where that is not the target's, in the target's. Where a piece of a CPU's store may be
 * compared with all that is left of the store (T9), that is a match, too.
 */
export function matchesBytes(
  { write, bytes, target, profile }: WrittenBytes,
  device: CreateIo,
  { size: registered, data }: EventfdChange,
  position: number,
  size: number,
): boolean {
  if (registered === 0) return true;
  if (registered !== size) return false;
  if (data === undefined) return true;
  const order = orderOf(device, target);
  const swaps = profile !== 'contract' && order !== target && size > 1;
  const piece = bytes.slice(position, position + size);
  const value = valueIn(piece, profiles[profile].match === 'region' ? target : order);
  // The swap also cuts the data to the word's size.
  if (value === (swaps ? BigInt.asUintN(8 * size, data) : data)) return true;
  const comparesRest = profiles[profile].cpuStore === 'aligned-pieces' && !('bytes' in write);
  // The swap for a big-endian device cuts the value to the piece.
  const isCut = order === 'big' && size > 1;
  return comparesRest && !isCut && data === valueIn(bytes.slice(position), 'little');
}

/** The same effects with each stored byte on its own, and the index of the effect that each comes from. */
export function unjoined(effects: readonly Effect[]): readonly { effect: Effect; index: number }[] {
  const single: { effect: Effect; index: number }[] = [];
  effects.forEach((effect, index) => {
    if (!('ram' in effect)) single.push({ effect, index });
    else {
      for (let at = 0; 2 * at < effect.bytes.length; at++) {
        const bytes = effect.bytes.slice(2 * at, 2 * at + 2);
        single.push({ effect: { ram: effect.ram, offset: effect.offset + BigInt(at), bytes }, index });
      }
    }
  });
  return single;
}

function orderOf({ endianness = 'native' }: CreateIo, target: ByteOrder): ByteOrder {
  return endianness === 'native' ? target : endianness;
}

function bytesIn(text: string): readonly number[] {
  return Array.from({ length: text.length / 2 }, (_, i) => Number(`0x${text.slice(2 * i, 2 * i + 2)}`));
}

function littleBytes(value: bigint, size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** Least significant byte first, or last. */
function inOrder(bytes: readonly number[], order: ByteOrder): readonly number[] {
  return order === 'little' ? bytes : bytes.toReversed();
}

function valueIn(bytes: readonly number[], order: ByteOrder): bigint {
  return inOrder(bytes, order).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
