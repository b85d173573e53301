/** A device on one page and RAM on the next or the one before: words at the edge, and stores that lie in one of the two, or in both. */
import type { AccessSize, EventfdSize, Operation } from '../../../model/vocabulary/vocabulary.ts';
import type { Chooser } from '../chooser.ts';
import { oneIn, pick } from '../pools.ts';
import { BusDraft } from './draft.ts';
import type { BusPlace } from './places.ts';

const page = 0x1000n;
const pages = [0x4000n, 0x10_0000n, 0xffff_e000n] as const;
const sizes = [4, 8, 2, 1] as const satisfies readonly AccessSize[];
const wordSizes = [4, 4, 8, 2, 1, 0] as const satisfies readonly EventfdSize[];
const values = [0x0102_0304_0506_0708n, 0n, 0xffff_ffff_ffff_ffffn] as const;

/** @param places of the scenario so far: a region that covers the memory goes */
export function besideRam(chooser: Chooser, places: readonly BusPlace[], operations: Operation[]): void {
  const base = pick<bigint>(chooser, pages);
  const isAfter = oneIn(chooser, 2);
  const edge = isAfter ? base + page : base;
  for (const { space, region } of places) if (space === 'memory') operations.push({ op: 'unmap', region });
  const place: BusPlace = {
    space: 'memory',
    region: 'q',
    offset: base,
    size: page,
    addresses: (isAfter ? [4n, 8n, 2n, 1n] : [0n, 4n, 2n]).map(
      (distance) => edge - (isAfter ? distance : -distance),
    ),
    wordSizes,
    storeSizes: sizes,
    data: values,
    notifiers: ['n0', 'n1'],
  };
  operations.push(
    { op: 'create', region: 'q', kind: 'io', size: page, valid: { max: 8 } },
    { op: 'map', region: 'q', container: 'memory', offset: base },
    { op: 'create', region: 'r', kind: 'ram', size: page },
  );
  const map: Operation = {
    op: 'map',
    region: 'r',
    container: 'memory',
    offset: isAfter ? edge : base - page,
  };
  const draft = new BusDraft(chooser, [place], operations);
  const isEarly = oneIn(chooser, 2);
  if (isEarly) operations.push(map);
  for (let left = 1 + chooser.below(4); left > 0; left--) draft.add(draft.word());
  if (!isEarly) operations.push(map);
  for (let left = 4 + chooser.below(6); left > 0; left--) {
    const distance = BigInt(chooser.below(12)) - 8n;
    draft.storeAt(place, edge + distance, pick(chooser, sizes), pick<bigint>(chooser, values));
  }
}
