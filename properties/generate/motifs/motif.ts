/** What motifs share: a device to start from, a window on it, and words in it. */
import type { Create, EventfdSize, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { create, deleteEventfd, map, type Wanted } from '../changes.ts';
import type { Draft } from '../draft.ts';
import { oneIn, pick } from '../pools.ts';
import type { RegisteredWord, SketchedRegion } from '../sketch.ts';
import { nextWrite } from '../writes.ts';

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

/** A window on a device, in `memory`: it is noted as mapped, and the caller applies both operations. */
export function windowOn(
  { sketch }: Draft,
  device: SketchedRegion,
  shows: { readonly size: bigint; readonly targetOffset: bigint; readonly offset: bigint },
): readonly [Create, Operation] {
  const { size, targetOffset, offset } = shows;
  const region = `win${sketch.regions.length}`;
  sketch.regions.push({
    id: region,
    kind: 'alias',
    enabled: true,
    wide: false,
    foreign: false,
    target: device,
    container: 'memory',
    ...shows,
  });
  const from = targetOffset === 0n ? {} : { targetOffset };
  return [
    { op: 'create', region, kind: 'alias', size, target: device.id, ...from },
    { op: 'map', region, container: 'memory', offset },
  ];
}

export type WordShape = readonly [offset: bigint, size: EventfdSize];

/** Registers words of a device; now and then deletes one, and writes to them. Returns what was registered. */
export function register(
  draft: Draft,
  operations: Operation[],
  region: SketchedRegion,
  words: readonly WordShape[],
  dataIn: number,
): readonly RegisteredWord[] {
  const { chooser, sketch, pools } = draft;
  const registered: RegisteredWord[] = [];
  for (const [offset, size] of words) {
    const withData = size !== 0 && oneIn(chooser, dataIn);
    const data = BigInt.asUintN(8 * size, pick(chooser, pools.data) + BigInt(chooser.below(3)));
    const notifier = pick(chooser, pools.notifiers);
    const change = {
      op: 'add-eventfd',
      region: region.id,
      offset,
      size,
      ...(withData && { data }),
      notifier,
    } as const;
    registered.push({ region, change });
    operations.push(change);
  }
  sketch.eventfds.push(...registered);
  if (oneIn(chooser, 4)) operations.push(deleteEventfd(draft));
  while (oneIn(chooser, 2)) operations.push(nextWrite(draft));
  return registered;
}
