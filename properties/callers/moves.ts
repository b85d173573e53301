/** What can happen next in a caller's life: to the device, to where its regions are, and what the guest writes. */
import type { CallerRegion } from '../../model/callers/index.ts';
import { coverOf, type Life } from './life.ts';
import type { Move, PlaceChange } from './move.ts';

/** Every move but for the choice of what the host refuses, in a fixed order. */
export function movesOf(life: Life): readonly Move[] {
  return [...eventsOf(life), ...placesOf(life), ...writesOf(life)];
}

function eventsOf({ caller, actual }: Life): readonly Move[] {
  return caller.events(actual.device).map((event) => ({ kind: 'event', event, refused: [] }));
}

function placesOf(life: Life): readonly Move[] {
  return life.caller.regions.flatMap((region) =>
    changesOf(life, region).map(
      (change): Move => ({ kind: 'place', change, region: region.region, refused: [] }),
    ),
  );
}

function changesOf({ actual }: Life, { region: id, movesTo }: CallerRegion): readonly PlaceChange[] {
  const { regions } = actual.map;
  const isMapped = regions.get(id)?.container !== undefined;
  const isCovered = regions.get(coverOf(id))?.container !== undefined;
  // One reason at a time why the region does not answer: two at once show nothing that one does not.
  if (isCovered) return ['is uncovered'];
  if (!isMapped) return ['is mapped again'];
  if (!regions.get(id)?.enabled) return ['is enabled'];
  return [...(movesTo === undefined ? [] : (['moves'] as const)), 'is hidden', 'is unmapped', 'is disabled'];
}

function writesOf({ caller }: Life): readonly Move[] {
  const moving = new Set(
    caller.regions.filter(({ movesTo }) => movesTo !== undefined).map(({ region }) => region),
  );
  return caller.writes.flatMap((write) =>
    (['cpu', 'qemu'] as const).flatMap((by) =>
      (moving.has(write.region) ? (['first', 'moved'] as const) : (['first'] as const)).map(
        (at): Move => ({ kind: 'write', write, by, at, refused: [] }),
      ),
    ),
  );
}

/**
 * What the host may refuse of `requests` registrations: every subset of up to three of them; of more, nothing, each one alone,
 * and all.
 */
export function refusalsOf(requests: number): readonly (readonly number[])[] {
  const ordinals = Array.from({ length: requests }, (_, ordinal) => ordinal);
  if (requests > 3) return [[], ...ordinals.map((ordinal) => [ordinal]), ordinals];
  return Array.from({ length: 1 << requests }, (_, bits) =>
    ordinals.filter((ordinal) => bits & (1 << ordinal)),
  );
}
