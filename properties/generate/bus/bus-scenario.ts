/**
 * Scenarios for dispatchers that are a bus and know no map: a region in each space, which stays; words that come and go; and a CPU's
 * stores. What the kernel's bus can get wrong is frequent in them: collisions, ranges next to and within each other in every order, length
 * 0, many data at one address, page edges, deletions with one field wrong, words that wrap, a full bus.
 */
import type { Operation, Profile, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import type { Chooser } from '../chooser.ts';
import { oneIn, pick } from '../pools.ts';
import { BusDraft } from './draft.ts';
import { busMotifs } from './motifs.ts';
import { drawPlace } from './places.ts';
import { besideRam } from './ram.ts';

/** What a bus has beside what every bus has. */
export type BusAbilities = {
  /** The host may be one that takes nothing more. */
  readonly hasFullHost: boolean;
  /** There may be RAM beside a device. */
  readonly hasRam: boolean;
};

export function generateBusScenario(
  chooser: Chooser,
  profile: Profile,
  { hasFullHost, hasRam }: BusAbilities,
): Scenario {
  const isFull = hasFullHost && oneIn(chooser, 40);
  const memory = drawPlace(chooser, 'memory');
  const io = drawPlace(chooser, 'io');
  // One bus, mostly; where both, often at the same numbers.
  const places = oneIn(chooser, 3)
    ? [memory, oneIn(chooser, 2) ? withAddressesOf(io, memory) : io]
    : [oneIn(chooser, 4) ? io : memory];
  const operations: Operation[] = places.flatMap(({ space, region, offset, size }): Operation[] => [
    { op: 'create', region, kind: 'io', size, valid: { max: 8 } },
    { op: 'map', region, container: space, offset },
  ]);
  const draft = new BusDraft(chooser, places, operations);
  if (!oneIn(chooser, 3)) pick(chooser, busMotifs)(draft);
  const most = oneIn(chooser, 4) ? 48 : 20;
  for (let left = 1 + chooser.below(most); left > 0; left--) draft.step();
  // A word that is registered and dead shows at nothing but a store that it should take.
  if (!oneIn(chooser, 4)) draft.storeToEach();
  // Last, so that all else is the same with RAM and without.
  if (hasRam && !isFull && oneIn(chooser, 12)) besideRam(chooser, places, operations);
  return { profile, ...(isFull && { host: { limit: 0 } }), operations };
}

type Place = ReturnType<typeof drawPlace>;

/** Ports with the numbers of addresses in memory, where there are such ports. */
function withAddressesOf(io: Place, memory: Place): Place {
  const addresses = memory.addresses.filter((address) => address <= 0xffffn);
  return addresses.length === 0 ? io : { ...io, offset: 0n, size: 1n << 16n, addresses };
}
