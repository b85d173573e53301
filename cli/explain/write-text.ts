/** A write in words: its parts, what the kernel's bus made of each, the pieces of the rest, and the memory core's accesses. */
import type { BusTrace, PartTrace, WriteTrace } from '../../model/trace/trace.ts';
import type { ByteOrder } from '../../model/vocabulary/vocabulary.ts';
import { annotated, bytes, hex } from '../text/layout.ts';
import { busCandidateNotes } from './candidate-text.ts';
import { type Note, note } from './note.ts';
import { pieceNotes } from './piece-text.ts';

const indent = '      ';

/** The notes of one write. */
export function writeNotes({ parts }: WriteTrace, target: ByteOrder): Note[] {
  return parts.flatMap((part) => [
    ...routeNotes(part),
    ...(part.bus === undefined ? [] : busNotes(part, part.bus)),
    ...pieceNotes(part.pieces, target),
  ]);
}

/** The lines of one write. */
export function writeLines(trace: WriteTrace, target: ByteOrder): string[] {
  return writeNotes(trace, target).flatMap(({ text, clauses, depth }) =>
    annotated(indent + '  '.repeat(depth) + text, clauses),
  );
}

/** Why a part is a part, and why it does not meet the kernel's bus. */
function routeNotes({ address, size, isCut, route }: PartTrace): Note[] {
  const what = `${bytes(size)} at ${hex(address)}`;
  const notes: Note[] = [];
  if (isCut)
    notes.push(note(`${what}: the store crosses a page, and this part is a store of its own`, 'K10'));
  switch (route) {
    case 'memory core':
    case 'kernel bus':
      return notes;
    case 'RAM page':
      return [...notes, note(`${what}: a page of RAM, the store stays in the guest`, 'K9')];
    case '8-byte port':
      return [...notes, note(`${what}: no CPU stores 8 bytes to a port, the bus is not asked`, 'K11')];
    case 'own write':
      return [...notes, note("a write by QEMU itself: the kernel's bus does not see it", 'K11')];
  }
}

/** What the kernel's bus made of a part. */
function busNotes({ address, size }: PartTrace, bus: BusTrace): Note[] {
  const { value, candidates, signal, takenFrom } = bus;
  const what = `kernel bus: ${bytes(size)} at ${hex(address)} = ${hex(value)}`;
  if (candidates.length === 0) return [note(`${what}: no entry here, the store leaves the guest`, 'K12')];
  const notes = [note(what), ...busCandidateNotes(bus)];
  if (signal === undefined) return [...notes, note('no entry takes it: the store leaves the guest', 'K12')];
  notes.push(note(`=> signal ${signal}`, 'D2'));
  if (takenFrom === undefined) return notes;
  const text =
    takenFrom.region === undefined
      ? 'in the map no region answers here'
      : `in the map ${takenFrom.region} answers here, and does not see this write`;
  return [...notes, note(text, 'D5', 'H2')];
}
