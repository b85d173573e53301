/** The trace of a write: the parts, accesses and effects of `performedParts`, each with its reasons. */
import { alignmentOf, maximumOf, rejection } from '../dispatch/access-size.ts';
import { callbackSizes } from '../dispatch/callbacks.ts';
import type { Refusal } from '../dispatch/subpage.ts';
import {
  type Access,
  joinStores,
  type PerformedPart,
  type PerformedPiece,
  performedParts,
} from '../dispatch/write.ts';
import { answer } from '../map/answer.ts';
import { byteOrderOf, valueOfBytes } from '../map/byte-order.ts';
import { flatView } from '../map/flat-view.ts';
import type { Region } from '../map/region.ts';
import type { State } from '../reference/state.ts';
import type { Write } from '../vocabulary/vocabulary.ts';
import { accessCandidates, busCandidates, type Surroundings } from './candidates.ts';
import { layeredMap, layersAt } from './layers.ts';
import { owners, standings } from './standing.ts';
import type {
  AccessTrace,
  BusTrace,
  LengthTrace,
  PartTrace,
  PieceTrace,
  PlaceTrace,
  RefusalTrace,
  WriteTrace,
} from './trace.ts';

/** Traces a write that `state` is about to perform. */
export function writeTrace(state: State, operation: Write): WriteTrace {
  const { space } = operation;
  const surroundings: Surroundings = {
    state,
    space,
    map: layeredMap(state.rendered, space, state.decisions),
    ownersOf: owners(state, space),
    standingOf: standings(state, space),
  };
  const parts = performedParts(state, operation).map((performed) => partTrace(surroundings, performed));
  return { kind: 'write', parts };
}

function partTrace(surroundings: Surroundings, performed: PerformedPart): PartTrace {
  const { part, pieces } = performed;
  const { address, bytes, isCut, route } = part;
  return {
    address,
    size: bytes.length,
    isCut,
    route,
    ...(route === 'kernel bus' && { bus: busTrace(surroundings, performed) }),
    pieces: pieces.map((piece) => pieceTrace(surroundings, piece)),
  };
}

function pieceTrace(surroundings: Surroundings, { piece, refusal, accesses }: PerformedPiece): PieceTrace {
  const { address, bytes, entry } = piece;
  return {
    address,
    size: bytes.length,
    entry,
    ...(refusal !== undefined && { refused: refusalTrace(refusal) }),
    accesses:
      refusal === undefined
        ? stretches(accesses).map((stretch) => accessTrace(surroundings, stretch))
        : accesses.map((access) => refusedTrace(surroundings, access)),
  };
}

function refusalTrace({ address, size, place, reason }: Refusal): RefusalTrace {
  if (place === undefined) return { address, size, reason };
  const { region, offset } = place;
  return { address, size, reason, place: { region: region.id, offset, ...validSizes(region) } };
}

/** The sizes that a region's `valid` names, 0 for no maximum. */
function validSizes({ valid }: Region): { readonly min: number; readonly max: number } {
  return { min: valid.min || 1, max: valid.max };
}

function busTrace(surroundings: Surroundings, { part, taker }: PerformedPart): BusTrace {
  const { state, space, ownersOf } = surroundings;
  const { address, bytes } = part;
  const value = valueOfBytes(bytes, state.target);
  const candidates = busCandidates(surroundings, { address, size: bytes.length, value }, taker);
  if (taker === undefined) return { value, candidates };
  const place = answer(state.rendered, space, state.decisions, address);
  const isOwn = ownersOf(taker).some(
    ({ region, offset }) => region === place?.region.id && offset === place.offset,
  );
  return {
    value,
    candidates,
    signal: taker.notifier,
    ...(!isOwn && { takenFrom: place === undefined ? {} : { region: place.region.id } }),
  };
}

/** The accesses, with stores that continue in one RAM region together. */
function stretches(accesses: readonly Access[]): readonly (readonly Access[])[] {
  const all: Access[][] = [];
  for (const access of accesses) {
    const last = all.at(-1);
    const before = last?.at(-1);
    const continues =
      before?.place?.region.kind === 'ram' &&
      access.place?.region === before.place.region &&
      access.place.offset === before.place.offset + 1n;
    if (last !== undefined && continues) last.push(access);
    else all.push([access]);
  }
  return all;
}

function accessTrace(surroundings: Surroundings, stretch: readonly Access[]): AccessTrace {
  const { state } = surroundings;
  const [access] = stretch as readonly [Access];
  const { address, value, compared, place, effects } = access;
  const size = stretch.reduce((sum, one) => sum + one.size, 0);
  const isRam = place?.region.kind === 'ram';
  const reason =
    place === undefined || isRam ? undefined : rejection(place.region, place.offset, access.size);
  const callsBack = effects.some((effect) => 'callback' in effect);
  return {
    address,
    size,
    ...(!isRam && { value }),
    ...(compared !== undefined && { compared }),
    byteOrder: place === undefined ? state.target : byteOrderOf(place.region, state.target),
    length: isRam ? { left: access.left, bound: 'left', bytes: size } : lengthTrace(access),
    ...(place !== undefined && { place: placeTrace(surroundings, access) }),
    lookedIn: state.decisions.match === 'bus' ? 'nowhere' : state.decisions.match,
    candidates: reason === undefined ? accessCandidates(surroundings, access) : [],
    ...(place !== undefined &&
      reason !== undefined && { rejection: { reason, ...validSizes(place.region) } }),
    ...(place !== undefined && callsBack && { adaptation: adaptation(place.region, access) }),
    effects: joinStores(stretch.flatMap((one) => one.effects)),
  };
}

/** A piece that is refused as a whole: no ioeventfd is looked at. */
function refusedTrace(surroundings: Surroundings, access: Access): AccessTrace {
  const { state } = surroundings;
  const { address, size, value, left, place, effects } = access;
  return {
    address,
    size,
    value,
    byteOrder: place === undefined ? state.target : byteOrderOf(place.region, state.target),
    length: { left, bound: 'left', bytes: left },
    ...(place !== undefined && { place: placeTrace(surroundings, access) }),
    lookedIn: 'nowhere',
    candidates: [],
    effects,
  };
}

/** Which of the bounds of `accessSize` decides. */
function lengthTrace({ size, left, place, address }: Access): LengthTrace {
  if (size >= left) return { left, bound: 'left', bytes: left };
  const maximum = maximumOf(place?.region);
  const alignment = alignmentOf(place?.region, place?.offset ?? address);
  if (maximum <= size && maximum <= alignment) {
    const isDefault = (place?.region.valid.max ?? 0) === 0;
    return { left, bound: isDefault ? 'default maximum' : 'maximum', bytes: maximum };
  }
  return alignment <= size
    ? { left, bound: 'alignment', bytes: alignment }
    : { left, bound: 'power of two', bytes: size };
}

function placeTrace({ state, space, map }: Surroundings, { place, address, size }: Access): PlaceTrace {
  if (place === undefined) throw new Error('nothing answers this access');
  const { region, offset } = place;
  const range = flatView(state.rendered, space, state.decisions).find(
    ({ start, end }) => start <= address && address < end,
  );
  return {
    region: region.id,
    kind: region.kind === 'ram' ? 'ram' : 'io',
    offset,
    via: layersAt(map, address)[0]?.via ?? [],
    endsBeyond: region.kind === 'io' && range !== undefined && address + BigInt(size) > range.end,
  };
}

type Adaptation = NonNullable<AccessTrace['adaptation']>;

function adaptation(region: Region, { size, effects }: Access): Adaptation {
  const [first] = effects;
  const width = first !== undefined && 'callback' in first ? first.size : size;
  const kind = width > size ? 'widened' : width < size ? 'split' : 'none';
  return { kind, ...callbackSizes(region) };
}
