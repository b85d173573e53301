/** Registered words, where they lie in a drawn map, and what the host made of them. */
import type { Region, Registration } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import type { RefusalReason, Space } from '../../model/vocabulary/vocabulary.ts';
import type { LayeredMap, Piece } from './spans.ts';

/** A registration at one of the places where its region is seen. */
export type PlacedWord = {
  readonly region: Region;
  readonly registration: Registration;
  readonly address: bigint;
  /** The piece in which it is drawn: the one of its first byte; if that is covered, the first with one of its bytes. */
  readonly piece: Piece;
  /** Whether its first byte is not answered by its region here. */
  readonly isCut: boolean;
};

/** Why the host refused a word, by `wordKey`; gathered from the effects, since the state keeps only that it did. */
export type Refusals = ReadonlyMap<string, RefusalReason>;

/** A word as the host names it, whichever of the two descriptions it comes in. */
type Named = {
  readonly address: bigint;
  readonly size: number;
  readonly data?: bigint | undefined;
  readonly notifier: string;
};

/** One string for a word in a space. */
export function wordKey(space: Space, { address, size, data, notifier }: Named): string {
  return [space, address, size, data ?? 'any', notifier].join(' ');
}

/** The registrations of a region as they are now; the map may be an older one, in an open transaction. */
export function registrationsOf(state: State, region: Region): readonly Registration[] {
  return state.regions.get(region.id)?.eventfds ?? [];
}

/** Every registration of which a byte (with size 0: its address) is seen in the map, once for each place. */
export function placedWords(state: State, map: LayeredMap): readonly PlacedWord[] {
  const words = new Map<string, PlacedWord>();
  for (const piece of map.pieces) {
    const top = piece.layers[0];
    if (top === undefined) continue;
    const base = top.start - top.offset;
    for (const [index, registration] of registrationsOf(state, top.region).entries()) {
      const address = base + registration.offset;
      const end = address + BigInt(registration.size || 1);
      if (end <= piece.start || address >= piece.end) continue;
      const isCut = address < piece.start;
      const key = `${top.region.id} ${index} ${base}`;
      if (!words.has(key)) words.set(key, { region: top.region, registration, address, piece, isCut });
    }
  }
  return [...words.values()];
}

/** What the host makes of a word at an address, in a few words for the drawing. */
export function hostStatus(
  state: State,
  space: Space,
  address: bigint,
  registration: Registration,
  refusals: Refusals,
): string {
  const { size, data, notifier } = registration;
  const word = { address, size, data, notifier };
  const told = state.host[space].told.filter((one) => wordKey(space, one) === wordKey(space, word));
  if (told.some((one) => one.taken)) {
    return state.decisions.host === 'takes all' ? 'host is told' : 'host holds it';
  }
  if (told.length > 0) {
    const reason = refusals.get(wordKey(space, word)) ?? 'refused';
    return reason === 'refused' ? 'host refused it' : `host refused it: ${reason}`;
  }
  return isPending(state) ? 'not committed yet' : 'host not told';
}

/** Whether an open transaction has changed something that the host and the map do not show yet. */
export function isPending(state: State): boolean {
  return state.depth > 0 && (state.mapPending || state.eventfdsPending);
}

/** Whether the registration's data are kept with their bytes swapped (clause R3). */
export function isSwapped(state: State, region: Region, registration: Registration): boolean {
  if (state.decisions.data !== 'swapped' || registration.data === undefined || registration.size < 2) {
    return false;
  }
  return region.endianness !== 'native' && region.endianness !== state.target;
}
