/** The pieces of a CPU's store in words: which page each is in, and why a piece is refused. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import { pageOf } from '../../model/map/page.ts';
import type { PieceTrace, RefusalTrace } from '../../model/trace/trace.ts';
import type { ByteOrder } from '../../model/vocabulary/vocabulary.ts';
import { bytes, hex } from '../text/layout.ts';
import { effectText } from '../text/operation.ts';
import { accessNotes } from './access-text.ts';
import { type Note, note } from './note.ts';

/** The lines of the pieces of one part of a write. */
export function pieceNotes(pieces: readonly PieceTrace[], target: ByteOrder): Note[] {
  return inPages(pieces).flatMap((group) => [
    ...pageNotes(group, pieces.length > group.length),
    ...group.flatMap((piece) =>
      piece.refused === undefined
        ? piece.accesses.flatMap((access) => accessNotes(access, target))
        : refusalNotes(piece, piece.refused),
    ),
  ]);
}

type Group = readonly [PieceTrace, ...PieceTrace[]];

/** The pieces, those of one page together. */
function inPages(pieces: readonly PieceTrace[]): readonly Group[] {
  const groups: [PieceTrace, ...PieceTrace[]][] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last !== undefined && pageOf(last[0].address) === pageOf(piece.address)) last.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

/** `4 bytes at 0x1002, in pieces of 2, 2 bytes: d covers the page`; nothing for `address_space_write`. */
function pageNotes(group: Group, isAcrossPages: boolean): Note[] {
  const [first, ...others] = group;
  const { address, entry } = first;
  const size = group.reduce((sum, piece) => sum + piece.size, 0);
  const cut =
    others.length === 0 ? '' : `, in pieces of ${group.map((piece) => piece.size).join(', ')} bytes`;
  const what = `${bytes(size)} at ${hex(address)}${cut}`;
  const clauses: ClauseId[] = [
    ...(cut === '' ? [] : ['T1' as const]),
    ...(isAcrossPages ? ['T2' as const] : []),
  ];
  switch (entry) {
    case 'address space':
      return [];
    case 'region page': {
      const region = first.accesses[0]?.place?.region ?? '';
      return [note(`${what}: ${region} covers this page, and gets each piece as it is`, ...clauses, 'T3')];
    }
    case 'unassigned page':
      return [note(`${what}: nothing is mapped in this page`, ...clauses, 'T4')];
    case 'RAM page':
      return [note(`${what}: a page of RAM`, ...clauses, 'T5')];
    case 'subpage':
      return [note(`${what}: a subpage, which no single region covers`, ...clauses, 'T6')];
    case 'port':
      return [note(`${what}: a port, one access of all bytes`, 'T7')];
  }
}

/** Why a piece is refused as a whole, and what is seen of that. */
function refusalNotes({ size, address, entry, accesses }: PieceTrace, refused: RefusalTrace): Note[] {
  const isAll = refused.address === address && refused.size === size;
  const where = isAll ? '' : `, for its ${bytes(refused.size)} at ${hex(refused.address)}`;
  const text = `${bytes(size)} at ${hex(address)}: refused as a whole${where}: ${reasonText(refused)}`;
  const clause: ClauseId = entry === 'port' ? 'T7' : 'T6';
  const effects = accesses.flatMap((access) => access.effects);
  return [note(text, clause), ...effects.map((effect) => note(`=> ${effectText(effect)}`, clause))];
}

function reasonText({ reason, place, size }: RefusalTrace): string {
  switch (reason) {
    case 'unassigned':
      return 'no region answers there';
    case 'alignment':
      return `${place?.region} rejects it, ${hex(place?.offset ?? 0n)} is not aligned to ${bytes(size)}`;
    case 'size':
      return `${place?.region} rejects it, valid is ${place?.min}..${place?.max}`;
    case 'RAM ends':
      return `${place?.region} ends within it`;
  }
}
