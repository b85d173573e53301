/** What motifs share: a device to start from. */
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import { create, map, type Wanted } from './changes.ts';
import type { Draft } from './draft.ts';
import { oneIn, pick } from './pools.ts';
import type { SketchedRegion } from './sketch.ts';

/** Writes the motif at the end of the operations. */
export type Motif = (draft: Draft, operations: Operation[]) => void;

/** A new device, mapped: in a space, or in the container given. */
export function deviceIn(
  draft: Draft,
  operations: Operation[],
  inside?: SketchedRegion,
  wanted?: Wanted,
): SketchedRegion {
  operations.push(create(draft, { ...wanted, kind: 'io', least: 0x10n }));
  // It was noted just now.
  const device = draft.sketch.regions.at(-1) as SketchedRegion;
  if (inside === undefined) operations.push(map(draft, device));
  else {
    const offset = oneIn(draft.chooser, 2) ? 0n : pick(draft.chooser, draft.pools.offsets);
    device.container = inside;
    device.offset = offset;
    operations.push({ op: 'map', region: device.id, container: inside.id, offset });
  }
  return device;
}
