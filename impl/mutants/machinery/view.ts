/** Mistakes in flat views as they are kept: cache and slots, plans, seams of what is rendered anew. */

import type { FlatRange, PlacedRange } from '../../optimized/map/flat-range.ts';
import { FlatView } from '../../optimized/map/flat-view.ts';
import type { Region } from '../../optimized/map/region.ts';
import { deltaLowField, lengthField, planField } from '../../optimized/map/slot.ts';
import { accessMaxMask, swappedBit } from '../../optimized/tables/traits.ts';
import { highHalf, lowHalf } from '../../optimized/tables/wide.ts';
import { allProfiles, type MakeMutant, type Mutant, matchedInCore, mutant } from '../mutant.ts';
import { withParts } from '../parts.ts';

type ViewClass = new (...made: ConstructorParameters<typeof FlatView>) => FlatView;

function viewing(view: ViewClass): MakeMutant {
  return withParts({ view: (...made) => new view(...made) });
}

class ReleasedRangeStays extends FlatView {}
Object.defineProperty(ReleasedRangeStays.prototype, 'clear', { value: () => {} });

class CacheNotChecked extends FlatView {
  override find(high: number, low: number): number {
    const at = super.find(high, low);
    // A neighbour in the same 64 bytes is taken at its word.
    return at === 0 ? super.find(high, low & ~63) : at;
  }
}

/** Changes slots after they were written. */
abstract class OtherSlots extends FlatView {
  protected abstract spoil(range: PlacedRange, at: number): void;

  override refreshTraits(region: Region): void {
    super.refreshTraits(region);
    for (const range of this.rangesOf(region.number)) this.spoil(range, this['beginning'](range.slot));
  }

  override replace(start: bigint, end: bigint, fresh: readonly FlatRange[]) {
    const change = super.replace(start, end, fresh);
    for (const range of change.come) this.spoil(range, this['beginning'](range.slot));
    return change;
  }
}

class SwappedOnTheFastPath extends OtherSlots {
  protected override spoil({ region }: PlacedRange, at: number): void {
    const plan = this.cells[at + planField]!;
    if ((region.traits & swappedBit) !== 0 && (plan & 1) !== 0) {
      this.cells[at + planField] = plan | (region.traits & accessMaxMask & 4) | 2;
    }
  }
}

class CallbackUnadjusted extends OtherSlots {
  protected override spoil(_range: PlacedRange, at: number): void {
    this.cells[at + planField]! |= 15 << 4;
  }
}

class AnySizeWithSize extends OtherSlots {
  protected override spoil(_range: PlacedRange, at: number): void {
    this.cells[at + planField]! |= 30 << 8;
  }
}

class DataNotMasked extends OtherSlots {
  protected override spoil(_range: PlacedRange, at: number): void {
    this.cells[at + planField]! |= 1 << 31;
  }
}

class LongRangesAreSimple extends OtherSlots {
  protected override spoil({ start, end, base }: PlacedRange, at: number): void {
    // Offsets beyond 4 GiB are cut to their low half.
    if (end - start < 1n << 32n && end - base > 1n << 32n)
      this.cells[at + lengthField] = lowHalf(end - start);
  }
}

class HighHalfNotCompared extends FlatView {
  override find(high: number, low: number): number {
    const at = super.find(high, low);
    if (at !== 0) return at;
    const place = this.all().find(({ start, end }) => {
      return (
        highHalf(start) !== high && lowHalf(start) <= low && low < lowHalf(end - 1n) && highHalf(end) === 0
      );
    });
    return place === undefined ? 0 : this['beginning'](place.slot);
  }
}

class PlanNotRefreshed extends FlatView {
  override refreshTraits(region: Region): void {
    const plans = this.rangesOf(region.number).map(
      ({ slot }) => this.cells[this['beginning'](slot) + planField]!,
    );
    super.refreshTraits(region);
    this.rangesOf(region.number).forEach(({ slot }, i) => {
      this.cells[this['beginning'](slot) + planField] = plans[i]!;
    });
  }
}

class OnlyFirstRangeRefreshed extends FlatView {
  override refreshTraits(region: Region): void {
    const rest = this.rangesOf(region.number).slice(1);
    const before = rest.map(({ slot }) => {
      const at = this['beginning'](slot);
      return this.cells.slice(at, at + 16);
    });
    super.refreshTraits(region);
    for (const [i, { slot }] of rest.entries()) this.cells.set(before[i]!, this['beginning'](slot));
  }
}

class FastWhileRefused extends FlatView {
  override get asksHost(): boolean {
    return super.asksHost;
  }

  override set asksHost(asks: boolean) {
    super.asksHost = asks;
    // The slow path asks the host, and the fast path is left open.
    this.fastSizes = this['allowedSizes'];
  }
}

class RightPartLost extends FlatView {
  override replace(start: bigint, end: bigint, fresh: readonly FlatRange[]) {
    const cut = this.all().find((range) => range.start < end && end < range.end && range.start < start);
    return super.replace(start, cut === undefined ? end : cut.end, fresh);
  }
}

class LeftPartLost extends FlatView {
  override replace(start: bigint, end: bigint, fresh: readonly FlatRange[]) {
    const cut = this.all().find((range) => range.start < start && start < range.end && range.end > end);
    return super.replace(cut === undefined ? start : cut.start, end, fresh);
  }
}

class SeamsNotJoined extends FlatView {
  override replace(start: bigint, end: bigint, fresh: readonly FlatRange[]) {
    const change = super.replace(start, end, fresh);
    const joined = change.come.filter((range) => range.start < start && start < range.end);
    for (const range of joined) {
      const at = this['order'].subarray(0, this['count']).indexOf(range.slot);
      const { region, base } = range;
      this['release'](range);
      const parts = [
        { start: range.start, end: start, region, base },
        { start, end: range.end, region, base },
      ].map((part) => this['occupy'](part));
      this['splice'](at, 1, parts);
      change.come.splice(change.come.indexOf(range), 1, ...parts);
    }
    return change;
  }
}

class SlotOfTheOldOffset extends FlatView {
  override replace(start: bigint, end: bigint, fresh: readonly FlatRange[]) {
    const change = super.replace(start, end, fresh);
    // A range in a slot that was freed just now keeps the offset that the slot had.
    for (const range of change.come) {
      const before = change.gone.find((gone) => gone.slot === range.slot && gone.region === range.region);
      if (before !== undefined)
        this.cells[this['beginning'](range.slot) + deltaLowField] = lowHalf(-before.base);
    }
    return change;
  }
}

const all = { profiles: allProfiles } as const;
const core = { profiles: matchedInCore } as const;

export const viewMutants: readonly Mutant[] = [
  mutant('released-range-still-answers', viewing(ReleasedRangeStays), {
    ...all,
    clause: 'D5',
    story: 'The slot of a range that is no longer visible is not emptied, and the cache still leads to it.',
  }),
  mutant('cache-hit-not-checked', viewing(CacheNotChecked), {
    ...all,
    clause: 'S4',
    story: 'Where nothing answers, the range that answers at the start of the same 64 bytes is taken.',
  }),
  mutant('foreign-byte-order-on-the-fast-path', viewing(SwappedOnTheFastPath), {
    ...core,
    clause: 'S7',
    story: 'Stores to devices of the other byte order take the fast path, which does not swap.',
  }),
  mutant('fast-path-does-not-adjust-the-callback', viewing(CallbackUnadjusted), {
    ...core,
    clause: 'S6',
    story:
      'The plan of a range says that its callback takes every size: what misses is not split or widened.',
  }),
  mutant('plan-puts-the-size-into-every-key', viewing(AnySizeWithSize), {
    ...core,
    clause: 'D1',
    story: 'On the fast path the size is part of the key, though the registrations are of any size.',
  }),
  mutant('plan-puts-the-data-into-every-key', viewing(DataNotMasked), {
    ...core,
    clause: 'D1',
    story: 'On the fast path the data are part of the key, though the registrations are without data.',
  }),
  mutant('offsets-beyond-4-gib-on-the-fast-path', viewing(LongRangesAreSimple), {
    ...core,
    clause: 'M7',
    story:
      'A short range that shows a part beyond 4 GiB of its region takes the fast path, which has 32 bits.',
  }),
  mutant('high-half-of-the-address-not-compared', viewing(HighHalfNotCompared), {
    ...all,
    clause: 'M7',
    story: 'An address where nothing answers is looked up again by its low half.',
  }),
  mutant('plan-not-refreshed', viewing(PlanNotRefreshed), {
    ...core,
    clause: 'D1',
    story: 'A range keeps the plan that it was made with, whatever is registered later.',
  }),
  mutant('only-the-first-range-of-a-region-refreshed', viewing(OnlyFirstRangeRefreshed), {
    ...core,
    clause: 'D8',
    story: 'After a change of its registrations only the first place where a region is visible knows of it.',
  }),
  mutant('fast-path-open-while-the-host-differs', viewing(FastWhileRefused), {
    profiles: ['contract'],
    clause: 'H4',
    story: 'A store takes the fast path while the host does not hold what is registered.',
  }),
  mutant('right-part-of-a-cut-range-lost', viewing(RightPartLost), {
    ...all,
    clause: 'D5',
    story: 'Where the middle of a range is rendered anew, what was right of it is gone.',
  }),
  mutant('left-part-of-a-cut-range-lost', viewing(LeftPartLost), {
    ...all,
    clause: 'D5',
    story: 'Where the middle of a range is rendered anew, what was left of it is gone.',
  }),
  mutant('seams-not-joined', viewing(SeamsNotJoined), {
    profiles: ['tcg', 'tcg-7.2', 'kvm'],
    clause: 'H2',
    story:
      'A rendered window that continues the range left of it stays a range of its own: a word across the seam is told twice.',
  }),
  mutant('slot-keeps-the-old-offset', viewing(SlotOfTheOldOffset), {
    ...all,
    clause: 'M2',
    story: 'A range that takes the slot of its region before a move keeps the offset of that time.',
  }),
];
