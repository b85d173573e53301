/** The ioeventfds near a write, a line each: it matches, or why not. */
import { printable } from '../../format/errors.ts';
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { AccessTrace, BusTrace, Candidate } from '../../model/trace/trace.ts';
import { bytes, hex } from '../text/layout.ts';
import { matchText } from '../text/operation.ts';
import { type Note, note } from './note.ts';

/** A verdict in words, and the clauses it rests on. */
type VerdictText = { readonly text: string; readonly clauses: readonly ClauseId[] };

/** A line for each ioeventfd near an access, or one line that there is none. */
export function accessCandidateNotes(access: AccessTrace): Note[] {
  const { candidates, place, rejection, lookedIn } = access;
  if (place?.kind !== 'io' || rejection !== undefined) return [];
  if (lookedIn === 'nowhere') {
    if (candidates.length === 0) return [];
    return [{ ...note('the memory core does not look at ioeventfds again', 'K12'), depth: 1 }];
  }
  if (candidates.length === 0) {
    return [{ ...note(`no ioeventfd of ${place.region} is registered here`, 'D1'), depth: 1 }];
  }
  return inFewLines(
    candidates.map((candidate) => ({
      where: registrationText(candidate),
      ...accessVerdict(candidate, access),
    })),
  );
}

/** A line for each entry of the kernel's bus near a store. */
export function busCandidateNotes(bus: BusTrace): Note[] {
  return inFewLines(
    bus.candidates.map((candidate) => ({
      where: `${hex(candidate.address)}, ${targetText(candidate)}`,
      ...busVerdict(candidate),
    })),
  );
}

/** How many lines in a row with one verdict are printed in full. */
const mostAlike = 3;

/** A line for each; where many in a row fail alike, one line for the first and one for the rest. */
function inFewLines(judged: readonly (VerdictText & { readonly where: string })[]): Note[] {
  const notes: Note[] = [];
  for (let start = 0, end = 0; start < judged.length; start = end) {
    const first = judged[start];
    if (first === undefined) break;
    const { text, clauses } = first;
    while (judged[end]?.text === text) end++;
    const alike = judged.slice(start, end);
    const shown = alike.length > mostAlike ? 1 : alike.length;
    for (const { where } of alike.slice(0, shown)) {
      notes.push({ text: `${where}: ${text}`, clauses, depth: 1 });
    }
    const last = alike.at(-1);
    if (shown < alike.length && last !== undefined) {
      notes.push({ text: `${alike.length - shown} more, up to ${last.where}: ${text}`, clauses, depth: 1 });
    }
  }
  return notes;
}

/** The registration that a candidate stands for: `d+0x4, 4 bytes -> n`. */
function registrationText(candidate: Candidate): string {
  const { registration, isSwapped, address } = candidate;
  if (registration === undefined) {
    return `${hex(address)}, ${targetText(candidate)} (held by the host until the commit)`;
  }
  const place = `${registration.region}+${hex(registration.offset)}`;
  return `${place}, ${matchText(candidate.size, candidate.data)}${isSwapped ? ' (swapped)' : ''} -> ${printable(candidate.notifier)}`;
}

function targetText({ size, data, notifier }: Candidate): string {
  return `${matchText(size, data)} -> ${printable(notifier)}`;
}

/** The verdict of the memory core on an ioeventfd. */
function accessVerdict(candidate: Candidate, { size, value, compared, place }: AccessTrace): VerdictText {
  const { verdict, isSwapped, refusal } = candidate;
  const rest = compared === undefined ? '' : `all that is left of the store, ${hex(compared)}`;
  switch (verdict) {
    case 'matches':
      if (rest !== '' && candidate.data !== undefined) return { text: `matches ${rest}`, clauses: ['T9'] };
      return { text: 'matches', clauses: isSwapped ? ['D1', 'R3'] : ['D1'] };
    case 'begins elsewhere':
      return { text: `no: it begins at ${hex(candidate.address)}`, clauses: ['D1', 'S5'] };
    case 'other size':
      return { text: `no: the access has ${bytes(size)}`, clauses: ['D1', 'S5'] };
    case 'other data':
      if (rest !== '') return { text: `no: other data than ${rest}`, clauses: ['T9'] };
      if (!isSwapped) return { text: 'no: other data', clauses: ['D1'] };
      return {
        text: `no: other data, kept swapped and compared with the value as ${hex(value ?? 0n)}`,
        clauses: ['R3'],
      };
    case 'data too wide':
      return { text: `no: the data do not fit in ${bytes(candidate.size)}`, clauses: ['R4'] };
    case 'later in the order':
      return { text: 'would match, but comes later in the order', clauses: ['D4'] };
    case 'not found by the search':
    case 'not looked at':
      return { text: `no: ${verdict}`, clauses: ['K7'] };
    case 'hidden':
      return { text: `no, not visible: ${place?.region} answers here`, clauses: ['D5'] };
    case 'refused':
      return {
        text: `no: the host refused it${refusal === undefined || refusal === 'refused' ? '' : `: ${refusal}`}`,
        clauses: ['H4'],
      };
    case 'lost':
      return { text: 'no: the host was told to delete it', clauses: ['H3'] };
    case 'not committed':
      return { text: 'no: not committed yet', clauses: ['R1', 'H1'] };
    case 'not visible':
      return { text: 'no: its first byte is not visible here, the host was not told', clauses: ['H2'] };
  }
}

/** The verdict of the kernel's bus on an entry. */
function busVerdict({ verdict, size }: Candidate): VerdictText {
  switch (verdict) {
    case 'matches':
      return { text: 'accepts', clauses: ['K6'] };
    case 'begins elsewhere':
      return { text: 'no, the store begins elsewhere', clauses: ['K6'] };
    case 'other size':
      return { text: 'no, wrong size', clauses: ['K6'] };
    case 'other data':
      return { text: 'no, other data', clauses: ['K6'] };
    case 'data too wide':
      return { text: `no, the data do not fit in ${bytes(size)}`, clauses: ['K4'] };
    case 'later in the order':
      return { text: 'would accept, but comes later on the bus', clauses: ['K8'] };
    case 'not found by the search':
      return { text: "would accept, but the bus's search does not find it", clauses: ['K7'] };
    case 'not looked at':
    case 'hidden':
    case 'refused':
    case 'lost':
    case 'not committed':
    case 'not visible':
      return { text: `no, ${verdict}`, clauses: ['K6'] };
  }
}
