/**
 * A flat range as the dispatch path sees it: sixteen 32-bit integers, one cache line.
 *
 *     ┌──────────┬────────┬──────┬──────┬────────────┬──────┬────────┬────────┐
 *     │ startLow │ length │ high │ plan │ offset 0   │ head │ region │ traits │   the fast path reads these
 *     ├──────────┴─┬──────┴──────┴─┬────┴────────────┴──────┴────────┴────────┤
 *     │ startHigh  │ last (2)      │ delta (2), unused                        │   the slow path reads these, too
 *     └────────────┴───────────────┴──────────────────────────────────────────┘
 *
 * A range is *simple* if it lies within one block of 4 GiB (`Thresholds`) and none of its offsets needs more than 32 bits, as nearly
 * every range of a device does. Only a simple range has a length, and only a simple range is written on the fast path.
 * There, one comparison of 32 bits says whether it covers an address, and offsets need no carry.
 *
 * The plan packs what the fast path must know of the region:
 *
 *     bits 0-3    sizes (1, 2, 4, 8: each is a bit) that are one whole access, accepted, and decided by one probe
 *     bits 4-7    sizes that the callback takes unadjusted
 *     bits 9-12   ones if the size is part of the registrations' key
 *     bit 31      one if the data are
 */

import { headOf } from '../tables/fast-table.ts';
import {
  accessMaxMask,
  anyDataProbe,
  anySizeProbe,
  implMaxShift,
  implMinShift,
  matchDataProbe,
  swappedBit,
  validMaxShift,
  validMinShift,
} from '../tables/traits.ts';
import { highHalf, lowHalf } from '../tables/wide.ts';
import type { Thresholds } from '../thresholds.ts';
import type { FlatRange } from './flat-range.ts';

/** Integers in a slot, as a power of two, and which is which. */
export const slotShift = 4;
export const slotLength = 1 << slotShift;
export const startLowField = 0;
export const lengthField = 1;
export const highField = 2;
export const planField = 3;
export const deltaLowField = 4;
export const headField = 5;
export const regionField = 6;
/** The region's traits, and above them which probes can find something in it: see `traits.ts`. */
export const traitsField = 7;
export const startHighField = 8;
export const lastHighField = 9;
export const lastLowField = 10;
/** Delta: what is added to an address to get the offset in the region. */
export const deltaHighField = 11;

/** Where the callback's sizes, and the bits that the size is masked with, begin in a plan. */
export const planCallbackShift = 4;
export const planSizeShift = 8;
const planWithSize = 30 << planSizeShift;
const planWithData = 1 << 31;

/**
 * How a store by the CPU reaches what answers.
 * - `cut`: the memory core cuts it into accesses (`address_space_write`).
 * - `paged`: TCG cuts it. A page that one range fills gets whole pieces, other pages pass them on to the memory core.
 * - `whole`: it is one access (ports under TCG).
 */
export type StoreWay = 'cut' | 'paged' | 'whole';

/** A page of the guest, in bytes, less one. */
export const pageMask = 0xfff;

/** The integers of a range's slot. */
export function slotOf(range: FlatRange, way: StoreWay, { simpleBytes }: Thresholds): number[] {
  const { start, end, base, region } = range;
  const last = end - 1n;
  const isSimple = highHalf(start) === highHalf(last) && end - start < simpleBytes && last - base < 1n << 32n;
  const slot = new Array<number>(slotLength).fill(0);
  slot[startLowField] = lowHalf(start);
  slot[lengthField] = isSimple ? lowHalf(end - start) : 0;
  slot[highField] = highHalf(start);
  slot[deltaLowField] = lowHalf(-base);
  slot[regionField] = region.number;
  slot[startHighField] = highHalf(start);
  slot[lastHighField] = highHalf(last);
  slot[lastLowField] = lowHalf(last);
  slot[deltaHighField] = highHalf(-base);
  slot[planField] = planOf(range, way);
  slot[headField] = headWithoutSize(region.number, region.traits);
  slot[traitsField] = region.traits;
  return slot;
}

/** The plan of a range. */
export function planOf(range: FlatRange, way: StoreWay): number {
  const { traits } = range.region;
  const probes = traits & (anySizeProbe | anyDataProbe | matchDataProbe);
  const most = mostOf(range, way);
  const isSwapped = (traits & swappedBit) !== 0;
  let plan = 0;
  for (let size = 1; size <= most; size *= 2) {
    const isTaken = size >= ((traits >> validMinShift) & 15) && !(isSwapped && size > 1);
    // One kind of registrations in a region needs one probe, two kinds need two.
    const isOneProbe = probes === anySizeProbe || probes === anyDataProbe || probes === matchDataProbe;
    if (isTaken && isOneProbe) plan |= size;
    const isImplemented = size >= ((traits >> implMinShift) & 15) && size <= ((traits >> implMaxShift) & 15);
    if (isImplemented) plan |= size << planCallbackShift;
  }
  if (probes !== anySizeProbe) plan |= planWithSize;
  if (probes === matchDataProbe) plan |= planWithData;
  return plan;
}

/** The widest store, aligned to its size in the region, that is one whole access of the range wherever it begins. */
function mostOf({ start, end, base, region: { traits } }: FlatRange, way: StoreWay): number {
  const [cut, whole] = [traits & accessMaxMask, (traits >> validMaxShift) & 15];
  if (way === 'cut') return cut;
  if (way === 'whole') return whole;
  // TCG cuts by the address. A store that is aligned in the region only is not one piece.
  const alignment = lowHalf(base) & 7;
  const mostAligned = alignment === 0 ? 8 : alignment & -alignment;
  const isPages = ((lowHalf(start) | lowHalf(end)) & pageMask) === 0;
  return Math.min(mostAligned, isPages ? whole : cut);
}

/** The head of a probe for the region's only kind of registrations, without the size. */
export function headWithoutSize(region: number, traits: number): number {
  return headOf(region, (traits & matchDataProbe) !== 0 ? 1 : 0);
}
