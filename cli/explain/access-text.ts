/** An access of the memory core in words: where it goes, why it is as long as it is, and what came of it. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { AccessTrace, LengthTrace } from '../../model/trace/trace.ts';
import type { ByteOrder, RamEffect, WriteEffect } from '../../model/vocabulary/vocabulary.ts';
import { bytes, hex } from '../text/layout.ts';
import { bytePairs, effectText } from '../text/operation.ts';
import { accessCandidateNotes } from './candidate-text.ts';
import { type Note, note } from './note.ts';

/** The lines of one access. */
export function accessNotes(access: AccessTrace, target: ByteOrder): Note[] {
  const [first] = access.effects;
  if (first !== undefined && 'ram' in first) return [storedNote(access, first)];
  return [whereNote(access, target), ...accessCandidateNotes(access), ...outcomeNotes(access)];
}

/** `6 bytes at 0x1010: stored in r+0x0: 04 05 06 07 08 09`. */
function storedNote({ address, size }: AccessTrace, { ram, offset, bytes: stored }: RamEffect): Note {
  const where = `${ram}+${hex(offset)}`;
  return note(`${bytes(size)} at ${hex(address)}: stored in ${where}: ${bytePairs(stored)}`, 'S1');
}

/** `4 bytes at 0x1004 = 0x7: d answers, at offset 0x4 (4 of 8 bytes: valid.max)`. */
function whereNote(access: AccessTrace, target: ByteOrder): Note {
  const { address, size, value = 0n, place, byteOrder, length } = access;
  const what = `${bytes(size)} at ${hex(address)} = ${hex(value)}`;
  const because = length.bound === 'left' ? '' : ` (of ${bytes(length.left)}: ${lengthText(access)})`;
  if (place === undefined) return note(`${what}: no region answers${because}`, 'S4');
  const { region, offset, via, endsBeyond } = place;
  const clauses: ClauseId[] = because === '' ? [] : ['S2'];
  if (via.length > 0) clauses.push('D8');
  const through = via.length === 0 ? '' : ` via ${via.join(', ')}`;
  let text = `${what}: ${region} answers${through}, at offset ${hex(offset)}${because}`;
  if (byteOrder !== target && size > 1) {
    text += `; ${region} reads it ${byteOrder}-endian`;
    clauses.push('S7');
  }
  if (endsBeyond) {
    text += `; its end lies beyond what is visible of ${region}`;
    clauses.push('S3');
  }
  return note(text, ...clauses);
}

/** Why an access does not take all that is left. */
function lengthText({ length, place, address }: AccessTrace): string {
  const { bound } = length satisfies LengthTrace;
  switch (bound) {
    case 'left':
      return 'all that is left';
    case 'maximum':
      return `valid.max is ${length.bytes}`;
    case 'default maximum':
      return place === undefined
        ? `at most ${bytes(length.bytes)}`
        : `valid.max is ${length.bytes} by default`;
    case 'alignment':
      return `${hex(place?.offset ?? address)} is aligned to ${bytes(length.bytes)}`;
    case 'power of two':
      return 'a power of two';
  }
}

/** One line for each effect of an access, with the clause that it follows. */
function outcomeNotes(access: AccessTrace): Note[] {
  return access.effects.map((effect, i) => {
    const because = i === 0 ? reasonText(access) : '';
    return note(`=> ${effectText(effect)}${because}`, ...clausesOf(access, effect));
  });
}

function clausesOf({ lookedIn, adaptation }: AccessTrace, effect: WriteEffect): ClauseId[] {
  if ('signal' in effect) return ['D2'];
  if ('rejected' in effect) return ['D6', 'S8'];
  if ('unassigned' in effect) return ['S4'];
  if ('ram' in effect) return ['S1'];
  const clause: ClauseId = lookedIn === 'nowhere' ? 'K12' : 'D3';
  return adaptation?.kind === 'none' ? [clause] : [clause, 'S6'];
}

/** Why an access is rejected, or how the callback's calls differ from it. */
function reasonText({ rejection, adaptation, size, place, effects }: AccessTrace): string {
  if (rejection !== undefined) {
    const { reason, min, max } = rejection;
    return reason === 'alignment'
      ? `: ${hex(place?.offset ?? 0n)} is not aligned to ${bytes(size)}`
      : `: valid is ${min}..${max}`;
  }
  if (adaptation === undefined) return '';
  const { kind, min, max } = adaptation;
  switch (kind) {
    case 'none':
      return '';
    case 'widened':
      return `, widened from ${bytes(size)} (impl ${min}..${max})`;
    case 'split':
      return `, the first of ${effects.length} calls (impl ${min}..${max})`;
  }
}
