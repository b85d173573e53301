/** The kernel's bus and a store: which entry takes it, or why none of those nearby does. */

import type { Access } from '../../model/dispatch/write.ts';
import { fired } from '../../model/host/host.ts';
import type { Word } from '../../model/host/registration.ts';
import { answer } from '../../model/map/flat-view.ts';
import type { Region } from '../../model/map/region.ts';
import type { State } from '../../model/reference/state.ts';
import type { Space } from '../../model/vocabulary/vocabulary.ts';
import { bytes, hex } from '../text/layout.ts';
import { matchText } from '../text/operation.ts';
import type { Note } from './access-text.ts';
import { registrationsOf } from './words.ts';

/** A store as it arrives at the bus. */
type BusStore = { readonly address: bigint; readonly size: number; readonly value: bigint };

/** The lines of a store's way through the bus. `taken`: the model's own step, if an entry took it. */
export function busVerdicts(state: State, space: Space, store: BusStore, taken: Access | undefined): Note[] {
  const { address, size, value } = store;
  const held = state.host[space].held;
  const what = `kernel bus: ${bytes(size)} at ${hex(address)} = ${hex(value)}`;
  const near = held.filter(
    (word) => word.address < address + BigInt(size) && word.address + BigInt(word.size || 1) > address,
  );
  if (near.length === 0) {
    return [{ text: `${what}: no entry here, the store leaves the guest`, clauses: ['K12'], depth: 0 }];
  }
  const hit = taken === undefined ? undefined : fired(held, address, size, value, state.decisions);
  const notes: Note[] = [{ text: what, clauses: [], depth: 0 }];
  for (const word of near) notes.push({ ...judge(word, store, hit), depth: 1 });
  if (taken === undefined) {
    notes.push({ text: 'no entry takes it: the store leaves the guest', clauses: ['K12'], depth: 0 });
  } else {
    notes.push({ text: `=> signal ${hit?.notifier ?? '?'}`, clauses: ['D2'], depth: 0 });
    notes.push(...robbed(state, space, address, hit));
  }
  return notes;
}

/** A note where the word that fired is not one of the region that answers in the map. */
function robbed(state: State, space: Space, address: bigint, hit: Word | undefined): Note[] {
  const place = answer(state.rendered, space, state.decisions, address);
  const owns = (region: Region, offset: bigint) =>
    registrationsOf(state, region).some((one) => one.offset === offset && one.notifier === hit?.notifier);
  if (place !== undefined && owns(place.region, place.offset)) return [];
  const text =
    place === undefined
      ? 'in the map no region answers here'
      : `in the map ${place.region.id} answers here, and does not see this write`;
  return [{ text, clauses: ['D5', 'H2'], depth: 0 }];
}

function judge(word: Word, { address, size, value }: BusStore, hit: Word | undefined): Omit<Note, 'depth'> {
  const what = `${hex(word.address)}, ${matchText(word.size, word.data)} -> ${word.notifier}`;
  if (word === hit) return { text: `${what}: accepts`, clauses: ['K6'] };
  if (word.address !== address) return { text: `${what}: no, the store begins elsewhere`, clauses: ['K6'] };
  if (word.size !== 0 && word.size !== size) {
    return { text: `${what}: no, wrong size`, clauses: ['K6'] };
  }
  if (word.size !== 0 && word.data !== undefined && word.data !== value) {
    const fits = word.data >> BigInt(8 * word.size) === 0n;
    return fits
      ? { text: `${what}: no, other data`, clauses: ['K6'] }
      : { text: `${what}: no, the data do not fit in ${bytes(word.size)}`, clauses: ['K4'] };
  }
  if (hit !== undefined)
    return { text: `${what}: would accept, but comes later on the bus`, clauses: ['K8'] };
  return { text: `${what}: would accept, but the bus's search does not find it`, clauses: ['K7'] };
}
