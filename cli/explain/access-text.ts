/** Where an access goes, and why it is as long as it is. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { Access } from '../../model/dispatch/write.ts';
import { byteOrderOf } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import { bytes, hex } from '../text/layout.ts';
import { bytePairs } from '../text/operation.ts';
import type { LayeredMap } from './spans.ts';

/** A line of an explanation: text, the clauses it rests on, and how deep it is indented. */
export type Note = { readonly text: string; readonly clauses: readonly ClauseId[]; readonly depth: number };

/** `4 bytes at 0x1004 = 0x7: d answers, at offset 0x4 (4 of 8 bytes: valid.max)`. `left`: bytes of the write not yet done. */
export function whereText(state: State, access: Access, left: number, map: LayeredMap): Note {
  const { address, size, value, place } = access;
  const what = `${bytes(size)} at ${hex(address)} = ${hex(value)}`;
  const length = lengthReason(access, left);
  const because = length === undefined ? '' : ` (${length.text})`;
  const clauses: ClauseId[] = [];
  if (length !== undefined) clauses.push(length.clause);
  if (place === undefined) {
    return { text: `${what}: no region answers${because}`, clauses: unique([...clauses, 'S4']), depth: 0 };
  }
  const { region, offset } = place;
  const top = map.pieces.find(({ start, end }) => start <= address && address < end)?.layers[0];
  const via = top === undefined || top.via.length === 0 ? '' : ` via ${top.via.join(', ')}`;
  if (via !== '') clauses.push('D8');
  let text = `${what}: ${region.id} answers${via}, at offset ${hex(offset)}${because}`;
  if (byteOrderOf(region, state.target) !== state.target && size > 1) {
    text += `; ${region.id} reads it ${byteOrderOf(region, state.target)}-endian`;
    clauses.push('S7');
  }
  if (top !== undefined && address + BigInt(size) > top.end) {
    text += `; its end lies beyond what is visible of ${region.id}`;
    clauses.push('S3');
  }
  return { text, clauses: unique(clauses), depth: 0 };
}

/** Why an access does not take all that is left; nothing if it does. */
function lengthReason(
  { address, size, place }: Access,
  left: number,
): { text: string; clause: ClauseId } | undefined {
  if (size >= left) return undefined;
  const of = `of ${bytes(left)}`;
  const given = place?.region.valid.max ?? 0;
  const most = given || 4;
  const offset = place?.offset ?? address;
  const alignment =
    offset === 0n || place?.region.impl.unaligned ? 8 : Number(BigInt.asUintN(64, offset & -offset));
  const clause: ClauseId = place === undefined ? 'S4' : 'S2';
  if (most <= size && most <= alignment) {
    const name = place === undefined ? 'at most 4 bytes' : `valid.max is ${most}`;
    return { text: `${of}: ${name}${given === 0 && place !== undefined ? ' by default' : ''}`, clause };
  }
  if (alignment <= size) return { text: `${of}: ${hex(offset)} is aligned to ${bytes(alignment)}`, clause };
  return { text: `${of}: a power of two`, clause };
}

function unique(clauses: readonly ClauseId[]): ClauseId[] {
  return [...new Set(clauses)];
}

/** Stores that go on in one RAM region, as one line. */
export function storesText(stores: readonly Access[]): Note {
  const [first] = stores;
  const place = first?.place;
  if (first === undefined || place === undefined) return { text: 'nothing is stored', clauses: [], depth: 0 };
  const pairs = stores.map(({ value }) => value.toString(16).padStart(2, '0')).join('');
  const where = `${place.region.id}+${hex(place.offset)}`;
  return {
    text: `${bytes(stores.length)} at ${hex(first.address)}: stored in ${where}: ${bytePairs(pairs)}`,
    clauses: ['S1'],
    depth: 0,
  };
}
