/** The words that the memory core compares an access with, one by one: it matches, or why not. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import type { Access } from '../../model/dispatch/write.ts';
import type { Region, Registration } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import type { Space } from '../../model/vocabulary/vocabulary.ts';
import { bytes, hex } from '../text/layout.ts';
import { matchText } from '../text/operation.ts';
import type { Note } from './access-text.ts';
import { type LayeredMap, layersAt } from './spans.ts';
import { hostStatus, isSwapped, type Refusals, registrationsOf, wordKey } from './words.ts';

/** Why a word matches or does not. */
type Verdict = { readonly text: string; readonly clauses: readonly ClauseId[] };

/** A word that an access is held against, by its place in the space. */
type Candidate = {
  readonly address: bigint;
  readonly size: number;
  readonly data: bigint | undefined;
  readonly notifier: string;
  readonly where: string;
  /** Why it does not count although it is written down somewhere; nothing if it counts. */
  readonly void: Verdict | undefined;
  readonly isSwapped: boolean;
};

/** A line for each word that shares a byte with an access, and one for no word at all. */
export function verdicts(
  state: State,
  space: Space,
  access: Access,
  map: LayeredMap,
  refusals: Refusals,
): Note[] {
  const { place } = access;
  if (place === undefined || place.region.kind !== 'io') return [];
  if (access.effects.some((effect) => 'rejected' in effect)) return [];
  if (state.decisions.match === 'bus') {
    const near = ownCandidates(state, space, access, refusals);
    if (near.length === 0) return [];
    const text = 'the memory core does not look at registrations again';
    return [{ text, clauses: ['K12'], depth: 1 }];
  }
  const candidates = ownCandidates(state, space, access, refusals);
  let isTaken = false;
  const judged = candidates.map((candidate): Judged => {
    const verdict = judge(candidate, access, isTaken);
    isTaken ||= verdict.text === matches;
    return { ...verdict, where: candidate.where };
  });
  const notes = inFewLines(judged);
  const hidden = hiddenNotes(state, access, map);
  if (notes.length + hidden.length > 0) return [...notes, ...hidden];
  return [{ text: `no word of ${place.region.id} is registered here`, clauses: ['D1'], depth: 1 }];
}

const matches = 'matches';

type Judged = Verdict & { readonly where: string };

/** How many words in a row with one verdict are each worth a line. */
const mostAlike = 3;

/** A line for each word; where many in a row fail alike, one line for the first and one for the rest. */
function inFewLines(judged: readonly Judged[]): Note[] {
  const notes: Note[] = [];
  for (let start = 0, end = 0; start < judged.length; start = end) {
    const { text, clauses, where } = judged[start] as Judged;
    end = start;
    while (judged[end]?.text === text) end++;
    const alike = end - start;
    const shown = alike > mostAlike ? 1 : alike;
    for (const one of judged.slice(start, start + shown)) {
      notes.push({ text: `${one.where}: ${text}`, clauses, depth: 1 });
    }
    if (shown < alike)
      notes.push({
        text: `${alike - shown} more, up to ${judged[end - 1]?.where ?? where}: ${text}`,
        clauses,
        depth: 1,
      });
  }
  return notes;
}

function judge(candidate: Candidate, { address, size, value }: Access, isTaken: boolean): Verdict {
  if (candidate.void !== undefined) return candidate.void;
  if (candidate.address !== address) {
    return { text: `no: it begins at ${hex(candidate.address)}`, clauses: ['D1', 'S5'] };
  }
  if (candidate.size !== 0 && candidate.size !== size) {
    return { text: `no: the access has ${bytes(size)}`, clauses: ['D1', 'S5'] };
  }
  if (candidate.size !== 0 && candidate.data !== undefined && candidate.data !== value) {
    if (candidate.isSwapped) {
      const text = `no: other data, kept swapped and compared with the value as ${hex(value)}`;
      return { text, clauses: ['R3'] };
    }
    if (candidate.data >> BigInt(8 * candidate.size) !== 0n) {
      return { text: `no: the data do not fit in ${bytes(candidate.size)}`, clauses: ['R4'] };
    }
    return { text: 'no: other data', clauses: ['D1'] };
  }
  if (isTaken) return { text: 'would match, but comes later in the order', clauses: ['D4'] };
  return { text: matches, clauses: candidate.isSwapped ? ['D1', 'R3'] : ['D1'] };
}

/** The words of the region that answers, and what the host holds besides at these addresses. */
function ownCandidates(state: State, space: Space, access: Access, refusals: Refusals): Candidate[] {
  const { place, address, size } = access;
  if (place === undefined) return [];
  const base = address - place.offset;
  const shares = (word: { address: bigint; size: number }) =>
    word.address < address + BigInt(size) && word.address + BigInt(word.size || 1) > address;
  const own = registrationsOf(state, place.region)
    .map((registration) => candidateOf(state, space, place.region, registration, base, refusals))
    .filter(shares);
  if (state.decisions.match !== 'host') return own;
  const known = new Set(own.map((word) => wordKey(space, word)));
  const deleted = state.host[space].held
    .filter((word) => shares(word) && !known.has(wordKey(space, word)))
    .map(
      (word): Candidate => ({
        ...word,
        where: `${hex(word.address)}, ${matchText(word.size, word.data)} -> ${word.notifier} (held by the host until the commit)`,
        void: undefined,
        isSwapped: false,
      }),
    );
  return [...own, ...deleted];
}

function candidateOf(
  state: State,
  space: Space,
  region: Region,
  registration: Registration,
  base: bigint,
  refusals: Refusals,
): Candidate {
  const { offset, size, data, notifier } = registration;
  const address = base + offset;
  const word = { address, size, data, notifier };
  const swapped = isSwapped(state, region, registration);
  const where = `${region.id}+${hex(offset)}, ${matchText(size, data)}${swapped ? ' (swapped)' : ''} -> ${notifier}`;
  const isHeld = state.host[space].held.some((held) => wordKey(space, held) === wordKey(space, word));
  const isVoid = state.decisions.match === 'host' && !isHeld;
  const status = isVoid ? hostStatus(state, space, address, registration, refusals) : '';
  return { ...word, where, void: isVoid ? voidVerdict(status) : undefined, isSwapped: swapped };
}

/** A registration of the region that the host does not hold, by its status. */
function voidVerdict(status: string): Verdict {
  if (status.startsWith('host refused')) return { text: `no: the ${status}`, clauses: ['H4'] };
  if (status === 'not committed yet') return { text: `no: ${status}`, clauses: ['R1', 'H1'] };
  return { text: 'no: its first byte is not visible here, the host was not told', clauses: ['H2'] };
}

/** Words at these addresses in regions that something else covers: not looked at. */
function hiddenNotes(state: State, { address, size, place }: Access, map: LayeredMap): Note[] {
  const [, ...hidden] = layersAt(map, address);
  return hidden.flatMap(({ region, start, offset }) => {
    const at = offset + (address - start);
    return registrationsOf(state, region)
      .filter((word) => word.offset < at + BigInt(size) && word.offset + BigInt(word.size || 1) > at)
      .map((word): Note => {
        const what = `${region.id}+${hex(word.offset)}, ${matchText(word.size, word.data)} -> ${word.notifier}`;
        const text = `${what}: no, not visible: ${place?.region.id} answers here`;
        return { text, clauses: ['D5'], depth: 1 };
      });
  });
}
