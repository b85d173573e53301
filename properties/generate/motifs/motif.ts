/** What motifs share: a device to start from, a window on it, and words in it. */
import type { Create, EventfdSize, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { create, deleteEventfd, map, type Wanted } from '../changes.ts';
import type { Draft } from '../draft.ts';
import { oneIn, pick } from '../pools.ts';
import type { RegisteredWord, SketchedRegion } from '../sketch.ts';
import { nextWrite } from '../writes.ts';

/** Writes the motif at the end of the operations. */
export type Motif = (draft: Draft, operations: Operation[]) => void;

/** A new region, as it was noted. */
export function newRegion(draft: Draft, operations: Operation[], wanted: Wanted): SketchedRegion {
  operations.push(create(draft, wanted));
  // A name that is taken is only drawn where no kind is wanted.
  return draft.sketch.regions.at(-1) as SketchedRegion;
}

/** Maps a region in `memory`, at an offset modulo 2^64. */
export function mapAt(operations: Operation[], region: SketchedRegion, at: bigint): void {
  region.container = 'memory';
  region.offset = BigInt.asUintN(64, at);
  operations.push({ op: 'map', region: region.id, container: 'memory', offset: region.offset });
}

/** Gives a region another size. */
export function resizeTo(operations: Operation[], region: SketchedRegion, size: bigint): void {
  region.size = size;
  operations.push({ op: 'resize', region: region.id, size });
}

/** A new device, mapped: in a space, or in the container given. */
export function deviceIn(
  draft: Draft,
  operations: Operation[],
  inside?: SketchedRegion,
  wanted?: Wanted,
): SketchedRegion {
  const device = newRegion(draft, operations, { ...wanted, kind: 'io', least: 0x10n });
  if (inside === undefined) operations.push(map(draft, device));
  else {
    const offset = oneIn(draft.chooser, 2) ? 0n : pick(draft.chooser, draft.pools.offsets);
    device.container = inside;
    device.offset = offset;
    operations.push({ op: 'map', region: device.id, container: inside.id, offset });
  }
  return device;
}

/** A window on a device, noted as mapped in `memory`, with the operations that make it and map it: the caller applies both. */
export function windowOn(
  { sketch }: Draft,
  target: SketchedRegion,
  { size, targetOffset = 0n, offset }: { size: bigint; targetOffset?: bigint; offset: bigint },
): { readonly window: SketchedRegion; readonly making: readonly [Create, Operation] } {
  const region = `win${sketch.regions.length}`;
  const window: SketchedRegion = {
    id: region,
    kind: 'alias',
    size,
    enabled: true,
    wide: false,
    foreign: false,
    target,
    targetOffset,
    container: 'memory',
    offset,
  };
  sketch.regions.push(window);
  const from = targetOffset === 0n ? {} : { targetOffset };
  const made: Create = { op: 'create', region, kind: 'alias', size, target: target.id, ...from };
  return { window, making: [made, { op: 'map', region, container: 'memory', offset }] };
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
