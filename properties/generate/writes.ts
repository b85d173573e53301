/** Writes: mostly to a word that is or was registered, with its size and data or nearly so; else anywhere near. */
import type { AccessSize, EventfdChange, Space, Write } from '../../model/vocabulary/vocabulary.ts';
import type { Draft } from './draft.ts';
import { oneIn, pick } from './pools.ts';
import type { RegisteredWord, SketchedRegion } from './sketch.ts';

/** How many writes are remembered, to be made again. */
const mostRemembered = 4;

/** A write; now and then one that was made before, or another value at its place. */
export function nextWrite(draft: Draft): Write {
  const { chooser, sketch, pools } = draft;
  const earlier = oneIn(chooser, pools.repeatsIn) && sketch.writes.length > 0;
  const write = earlier ? again(draft) : freshWrite(draft);
  if (sketch.writes.length < mostRemembered) sketch.writes.push(write);
  else sketch.writes[chooser.below(mostRemembered)] = write;
  return write;
}

/** An earlier write, as it was; or of another value, or a little further on. What answered it may be remembered somewhere. */
function again({ chooser, pools, sketch }: Draft): Write {
  const write = pick(chooser, sketch.writes);
  const change = chooser.below(8);
  if (change === 0)
    return { ...write, address: BigInt.asUintN(64, write.address + pick(chooser, pools.nearby)) };
  if (change > 2 || 'bytes' in write) return write;
  return { ...write, data: BigInt.asUintN(8 * write.size, pick(chooser, pools.data)) };
}

function freshWrite(draft: Draft): Write {
  const { chooser, sketch } = draft;
  const gone = oneIn(chooser, 8) ? sketch.deleted : undefined;
  const known = gone ?? (sketch.eventfds.length === 0 ? undefined : pick(chooser, sketch.eventfds));
  if (known === undefined || oneIn(chooser, 6)) return anywhere(draft);
  const { region, change } = known;
  const at =
    sketch.addressOf(chooser, region, change.offset) ?? sketch.addressOf(chooser, region, change.offset);
  if (at === undefined) return anywhere(draft);
  if (oneIn(chooser, 8)) return bulk(draft, at.space, at.address, change);
  return aimed(draft, at.space, at.address, region, change);
}

/** A store of just what is registered, where that is visible; else any. */
export function exactWrite(draft: Draft, { region, change }: RegisteredWord): Write {
  const { chooser, pools, sketch } = draft;
  const at = sketch.addressOf(chooser, region, change.offset);
  if (at === undefined) return anywhere(draft);
  const size = change.size === 0 ? pick(chooser, pools.accessSizes) : change.size;
  const value = change.data ?? pick(chooser, pools.data);
  const data = BigInt.asUintN(8 * size, region.foreign ? swapped(value, size) : value);
  return { op: 'write', space: at.space, address: at.address, size, data };
}

/** A store at a registered word; two in five are near misses: another address, size or value. */
function aimed(draft: Draft, space: Space, at: bigint, region: SketchedRegion, change: EventfdChange): Write {
  const { chooser, pools } = draft;
  let size: AccessSize = change.size === 0 ? pick(chooser, pools.accessSizes) : change.size;
  let data = change.data ?? pick(chooser, pools.data);
  let address = at;
  // The store's value and the callback's differ where the byte orders do.
  if (region.foreign && oneIn(chooser, 2)) data = swapped(data, size);
  switch (chooser.below(12)) {
    case 0:
      size = pick(chooser, pools.accessSizes);
      break;
    case 1:
    case 4:
      // Any other value, or one that differs in the lowest or the highest bit, or in the high half only.
      data = oneIn(chooser, 2)
        ? pick(chooser, pools.data)
        : data ^ (1n << BigInt(pick(chooser, [0, 8 * size - 1, size === 8 ? 32 : 0])));
      break;
    case 2:
      address = BigInt.asUintN(64, at + pick(chooser, pools.nearby));
      break;
    case 3:
      // A wider store, of which the later part is at the word.
      address = BigInt.asUintN(64, at - BigInt(size));
      data = (BigInt.asUintN(8 * size, data) << BigInt(8 * size)) | BigInt.asUintN(8 * size, data);
      if (size < 8) size = (2 * size) as AccessSize;
      break;
    case 5:
      return around(draft, space, at, size, data);
  }
  return { op: 'write', space, address, size, data: BigInt.asUintN(8 * size, data) };
}

/**
 * A wider store that begins before a word and holds its value there. Two times in three, one of the pieces in which a CPU under TCG
 * stores it is the word (T1); a third of the time, nothing but 0 comes after it.
 */
export function around(
  { chooser, target }: Draft,
  space: Space,
  at: bigint,
  width: AccessSize,
  value: bigint,
): Write {
  // A store that begins at an odd multiple of the width is cut into pieces of the width, as far as they are aligned no better.
  const pieces = BigInt.asUintN(64, at) % BigInt(2 * width) === 0n ? width : 2 * width;
  const before = oneIn(chooser, 3) ? 1 + chooser.below(3) : pieces;
  const wide = ([4, 8] as const).filter((size) => size >= before + width);
  const size = wide.length === 0 ? 8 : pick(chooser, wide);
  const after = oneIn(chooser, 3) ? 0n : 1n << BigInt(8 * chooser.below(2));
  const word = BigInt.asUintN(8 * width, value) | (after << BigInt(8 * width));
  const data = BigInt.asUintN(8 * size, word << BigInt(8 * before));
  const address = BigInt.asUintN(64, at - BigInt(before));
  return { op: 'write', space, address, size, data: target === 'big' ? swapped(data, size) : data };
}

function swapped(data: bigint, size: AccessSize): bigint {
  let result = 0n;
  for (let i = 0; i < size; i++) result = (result << 8n) | ((data >> BigInt(8 * i)) & 0xffn);
  return result;
}

/** QEMU's own write: the word's value again and again, from the word or from a little before it. */
function bulk({ chooser, target }: Draft, space: Space, at: bigint, { size, data }: EventfdChange): Write {
  const before = oneIn(chooser, 2) ? 0 : chooser.below(9);
  const length = 1 + chooser.below(oneIn(chooser, 8) ? 64 : 12);
  const width = size === 0 ? 1 : size;
  const value = (data ?? 0x0102030405060708n) & 0xffff_ffff_ffff_ffffn;
  const digits = BigInt.asUintN(8 * width, value)
    .toString(16)
    .padStart(2 * width, '0');
  const word = target === 'big' ? digits : (digits.match(/../g) ?? []).reverse().join('');
  const bytes = `${'00'.repeat(before)}${word.repeat(64)}`.slice(0, 2 * length);
  return { op: 'write', space, address: BigInt.asUintN(64, at - BigInt(before)), bytes };
}

/** A store to a region, or to one of the scenario's places. */
function anywhere({ chooser, pools, sketch }: Draft): Write {
  const size = pick(chooser, pools.accessSizes);
  const data = BigInt.asUintN(8 * size, pick(chooser, pools.data));
  const region = sketch.anyRegion(chooser);
  const drawn = pick(chooser, pools.offsets);
  const offset = region !== undefined && drawn >= region.size && !oneIn(chooser, 8) ? 0n : drawn;
  const seen = region && sketch.addressOf(chooser, region, offset);
  const space = seen?.space ?? (oneIn(chooser, 6) ? 'io' : 'memory');
  const place = pick(chooser, space === 'io' ? pools.ioPlaces : pools.memoryPlaces);
  const address = seen?.address ?? BigInt.asUintN(64, place + offset);
  return { op: 'write', space, address, size, data };
}
