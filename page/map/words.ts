/** The registered words of a space at the places where their regions are shown, each with its state. */
import { placedAt } from '../../model/host/visible.ts';
import type { Ioeventfd } from '../../model/ioeventfd/ioeventfd.ts';
import { step } from '../../model/reference/reference.ts';
import type { State } from '../../model/reference/state.ts';
import { type Standing, standings } from '../../model/trace/standing.ts';
import type { Candidate, CandidateVerdict, WriteTrace } from '../../model/trace/trace.ts';
import type { AccessSize, Space } from '../../model/vocabulary/vocabulary.ts';
import type { Box } from './places.ts';

/**
 * - `told`: the host holds it; `refused`: the host did not take it; `lost`: the host was told to delete it.
 * - `waits`: an open transaction will tell it; `not told`: the host is not told of it here.
 * - `hidden`: its region does not answer here; `dead`: the host holds it, and no write of exactly this word reaches it.
 */
export type WordState = 'told' | 'refused' | 'lost' | 'waits' | 'not told' | 'hidden' | 'dead';

export type Word = {
  /** The same for the same registration at the same place in two states. */
  readonly key: string;
  readonly region: string;
  readonly box: Box;
  /** At its absolute address. */
  readonly ioeventfd: Ioeventfd;
  readonly state: WordState;
  /** The state in words: `host refused it: EEXIST`. */
  readonly text: string;
  /** What the step's write made of it, where it was looked at. */
  readonly verdict: CandidateVerdict | undefined;
};

/** Words times regions beyond which words are not tried out: each takes a write, which takes longer the more regions there are. */
export const mostWork = 4_000;

/** The words of all boxes, in the order of addresses. */
export function wordsOf(
  state: State,
  space: Space,
  boxes: readonly Box[],
  trace: WriteTrace | undefined,
): readonly Word[] {
  const standingOf = standings(state, space);
  const verdicts = verdictsOf(trace);
  const words: Word[] = [];
  for (const box of boxes) {
    const { region, start, end, offset } = box.place;
    const registered = box.isLeaf ? (state.regions.get(region.id)?.eventfds ?? []) : [];
    for (const own of registered) {
      const ioeventfd = placedAt(own, start - offset);
      const last = ioeventfd.address + BigInt(ioeventfd.size || 1);
      if (last <= start || ioeventfd.address >= end) continue;
      const isSeen = box.visible.some((span) => ioeventfd.address < span.end && last > span.start);
      const isFirstSeen = box.visible.some(
        (span) => span.start <= ioeventfd.address && ioeventfd.address < span.end,
      );
      const standing = isSeen ? standingOf(ioeventfd) : undefined;
      const word = standing === undefined ? hidden : described(standing, state, isFirstSeen);
      const key = `${box.key} ${ioeventfd.address} ${ioeventfd.size} ${ioeventfd.data} ${ioeventfd.notifier}`;
      words.push({
        key,
        region: region.id,
        box,
        ioeventfd,
        ...word,
        verdict: verdicts.get(wordKey(ioeventfd)),
      });
    }
  }
  const ordered = words.sort((a, b) => compare(a.ioeventfd.address, b.ioeventfd.address));
  if (words.length * state.rendered.size > mostWork) return ordered;
  return ordered.map((word) =>
    word.state === 'told' && isDead(state, space, word.ioeventfd) ? { ...word, ...dead } : word,
  );
}

const hidden = { state: 'hidden', text: 'hidden: another region answers' } as const;
const dead = {
  state: 'dead',
  text: 'dead: the host holds it, and no write of this word reaches it',
} as const;

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function described(
  standing: Standing,
  { decisions }: State,
  isFirstSeen: boolean,
): Pick<Word, 'state' | 'text'> {
  const cut = isFirstSeen ? '' : '; its first byte is covered';
  switch (standing.kind) {
    case 'held':
      return {
        state: 'told',
        text:
          (decisions.host === 'takes-all' && decisions.match === 'region'
            ? 'host is told'
            : 'host holds it') + cut,
      };
    case 'refused':
      return {
        state: 'refused',
        text:
          (standing.reason === 'refused' ? 'host refused it' : `host refused it: ${standing.reason}`) + cut,
      };
    case 'lost':
      return { state: 'lost', text: `host was told to delete it${cut}` };
    case 'not committed':
      return { state: 'waits', text: `not committed yet${cut}` };
    case 'not visible':
      return { state: 'not told', text: `host not told${cut}` };
  }
}

/** Whether no write of exactly this word signals its notifier, nor any that would be signalled instead by an equal word. Tried out on the model. */
export function isDead(state: State, space: Space, { address, size, data, notifier }: Ioeventfd): boolean {
  const sizes: readonly AccessSize[] = size === 0 ? [1, 2, 4, 8] : [size as AccessSize];
  return !sizes.some((bytes) =>
    valuesFor(bytes, data).some((value) => {
      const write = { op: 'write', space, address, size: bytes, data: value } as const;
      return step(state, write).effects.some((effect) => 'signal' in effect && effect.signal === notifier);
    }),
  );
}

/** Values that a guest could store to match: as given, with the bytes swapped, or any where no data are given. */
function valuesFor(size: AccessSize, data: bigint | undefined): readonly bigint[] {
  if (data === undefined) return [0n];
  const mask = (1n << BigInt(size * 8)) - 1n;
  let swapped = 0n;
  for (let i = 0; i < size; i++) swapped = (swapped << 8n) | ((data >> BigInt(8 * i)) & 0xffn);
  return data <= mask ? [data, swapped] : [data & mask, swapped];
}

function verdictsOf(trace: WriteTrace | undefined): ReadonlyMap<string, CandidateVerdict> {
  const verdicts = new Map<string, CandidateVerdict>();
  const note = (candidate: Candidate) => {
    const key = wordKey(candidate);
    if (verdicts.get(key) !== 'matches') verdicts.set(key, candidate.verdict);
  };
  for (const part of trace?.parts ?? []) {
    part.bus?.candidates.forEach(note);
    for (const piece of part.pieces) for (const access of piece.accesses) access.candidates.forEach(note);
  }
  return verdicts;
}

type Keyed = {
  readonly address: bigint;
  readonly size: number;
  readonly data?: bigint | undefined;
  readonly notifier: string;
};

function wordKey({ address, size, data, notifier }: Keyed): string {
  return `${address} ${size} ${data} ${notifier}`;
}
