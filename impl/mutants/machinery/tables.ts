/** Mistakes in the dispatcher's own tables: probes, growth, lists of several notifiers, what the fast table holds. */

import { FastTable, headOf, placeLength, placeNotifier } from '../../optimized/tables/fast-table.ts';
import { IoeventfdStore } from '../../optimized/tables/ioeventfd-store.ts';
import { OrderedIndex } from '../../optimized/tables/ordered-index.ts';
import { RecordTable } from '../../optimized/tables/record-table.ts';
import type { Thresholds } from '../../optimized/thresholds.ts';
import { type MakeMutant, type Mutant, matchedInCore, mutant } from '../mutant.ts';
import { withParts } from '../parts.ts';

const passedBit = 1 << 31;

type StoreClass = new (...made: ConstructorParameters<typeof IoeventfdStore>) => IoeventfdStore;

/** The map with such a store of registrations, and the fast path as it is. */
function storing(store: StoreClass): MakeMutant {
  return withParts({ store: (thresholds) => new store(thresholds) });
}

/** The map with such a fast table. */
function probing(table: new (thresholds: Thresholds) => FastTable): MakeMutant {
  return withParts({
    store: (thresholds) => new IoeventfdStore(thresholds, new RecordTable(thresholds), new table(thresholds)),
  });
}

/** Takes the mark off every place that a probe goes past. */
function forgetPassed(table: FastTable): void {
  const { places } = table;
  for (let at = placeNotifier; at < places.length; at += placeLength) places[at]! &= ~passedBit;
}

class NeverPassed extends FastTable {
  override set(head: number, offset: number, data: number, notifier: number): void {
    super.set(head, offset, data, notifier);
    forgetPassed(this);
  }
}

class PassedForgottenOnRemoval extends FastTable {
  override remove(head: number, offset: number, data: number): void {
    super.remove(head, offset, data);
    forgetPassed(this);
  }
}

/** Removes what it can find, and leaves it at that. */
class ForgivingTable extends FastTable {
  override remove(head: number, offset: number, data: number): void {
    if (this.find(head, offset, data) >= 0) super.remove(head, offset, data);
  }
}

class GapLeftOpen extends FastTable {
  override remove(head: number, offset: number, data: number): void {
    this.places = this.places.slice();
    const { places } = this;
    for (let at = 0; at < places.length; at += placeLength) {
      if (places[at] !== head || places[at + 1] !== offset || places[at + 2] !== data) continue;
      places.fill(0, at, at + placeLength);
      this.size--;
    }
  }
}

class NotifierKept extends FastTable {
  override set(head: number, offset: number, data: number, notifier: number): void {
    if (this.find(head, offset, data) < 0) super.set(head, offset, data, notifier);
  }
}

class LastLostWhenItGrows extends ForgivingTable {
  override set(head: number, offset: number, data: number, notifier: number): void {
    const { places } = this;
    super.set(head, offset, data, notifier);
    if (this.places === places || this.size < 3) return;
    // What was entered last before the table grew.
    const last = places.length - placeLength;
    const [oldHead = 0, oldOffset = 0, oldData = 0] = places.subarray(last, last + 3);
    if (oldHead !== 0) super.remove(oldHead, oldOffset, oldData);
  }
}

class HighHalvesDropped extends IoeventfdStore {
  constructor(...[thresholds, table]: ConstructorParameters<typeof IoeventfdStore>) {
    super(thresholds, table, new ForgivingTable(thresholds));
  }

  override add(...[region, high, low, kind, dataHigh, dataLow, notifier]: Parameters<IoeventfdStore['add']>) {
    super.add(region, high, low, kind, dataHigh, dataLow, notifier);
    if (high !== 0 && this.fast.find(headOf(region, kind), low, dataLow) < 0) {
      this.fast.set(headOf(region, kind), low, dataLow, notifier);
    }
  }

  override remove(record: number, notifier: number): boolean {
    const [region, high, low, kind, , dataLow] = this.table.key(record);
    const isRemoved = super.remove(record, notifier);
    const head = headOf(region, kind);
    if (isRemoved && high !== 0 && this.fast.find(head, low, dataLow) >= 0)
      this.fast.remove(head, low, dataLow);
    return isRemoved;
  }
}

class NewestFirst extends IoeventfdStore {
  override add(...add: Parameters<IoeventfdStore['add']>): void {
    super.add(...add);
    const [region, high, low, kind, dataHigh, dataLow, notifier] = add;
    const record = this.table.find(region, high, low, kind, dataHigh, dataLow);
    const list = this['duplicates'][this.table.second(record) - 1];
    if (list === undefined) return;
    list.splice(list.indexOf(notifier), 1);
    list.unshift(notifier);
    this.table.setFirst(record, notifier);
    this['enterFast'](record);
  }
}

class FirstKept extends IoeventfdStore {
  override remove(record: number, notifier: number): boolean {
    const [region, high, low, kind, , data] = this.table.key(record);
    const first = this.table.first(record);
    const hasSeveral = this.table.second(record) !== 0;
    const isRemoved = super.remove(record, notifier);
    const head = headOf(region, kind);
    if (isRemoved && hasSeveral && high === 0 && this.fast.find(head, low, data) >= 0)
      this.fast.set(head, low, data, first);
    return isRemoved;
  }
}

class CounterKept extends IoeventfdStore {
  override remove(record: number, notifier: number): boolean {
    const [region] = this.table.key(record);
    const probes = this.probesOf(region);
    const isRemoved = super.remove(record, notifier);
    // The last registration of a region leaves no kind behind, and all kinds are forgotten while one is left.
    if (isRemoved && this.probesOf(region) !== probes) this['probes'][region] = 0;
    return isRemoved;
  }
}

class SplitLosesOne extends OrderedIndex {
  override insert(record: number): void {
    const { used } = this.chunks;
    super.insert(record);
    const [first = 0] = this['directory'];
    if (used > 0 && this.chunks.used > used && this['lengths'][first]! > 1) this['lengths'][first]! -= 1;
  }
}

class SplitOrder extends IoeventfdStore {
  constructor(...made: ConstructorParameters<typeof IoeventfdStore>) {
    super(...made);
    Object.assign(this, { order: new SplitLosesOne(this.table, made[0]) });
  }
}

const core = { profiles: matchedInCore } as const;

export const tableMutants: readonly Mutant[] = [
  mutant('passed-places-not-marked', probing(NeverPassed), {
    ...core,
    clause: 'D1',
    story:
      'A probe of the fast table ends at the first place with another key, though its own key comes later.',
  }),
  mutant('passed-marks-lost-on-removal', probing(PassedForgottenOnRemoval), {
    ...core,
    clause: 'D9',
    story: 'After a deletion no place of the fast table says any more that a probe goes past it.',
  }),
  mutant('gap-of-the-fast-table-left-open', probing(GapLeftOpen), {
    ...core,
    clause: 'D9',
    story:
      'A deletion empties a place of the fast table, and what a probe found behind it is not moved back.',
  }),
  mutant('fast-table-keeps-the-old-notifier', probing(NotifierKept), {
    ...core,
    clause: 'D4',
    story:
      'The fast table goes on signalling the notifier that was the first of its word before another one was.',
  }),
  mutant('fast-table-loses-one-when-it-grows', probing(LastLostWhenItGrows), {
    ...core,
    clause: 'D1',
    story: 'When the fast table grows, the registration in its last place is lost to the fast path.',
  }),
  mutant('high-half-of-the-offset-lost-on-the-fast-path', storing(HighHalvesDropped), {
    ...core,
    clause: 'M7',
    story: 'The fast table holds words beyond 4 GiB of their region, too, by the low half of their offset.',
  }),
  mutant('several-notifiers-newest-first', storing(NewestFirst), {
    profiles: ['tcg', 'tcg-7.2'],
    clause: 'D4',
    story:
      'Of several notifiers of one word the one registered last is signalled, and not the first in order.',
  }),
  mutant('removed-notifier-still-first', storing(FirstKept), {
    ...core,
    clause: 'R2',
    story: 'Of several notifiers of one word the first is deleted, and the fast path goes on signalling it.',
  }),
  mutant('all-kinds-forgotten-with-one', storing(CounterKept), {
    ...core,
    clause: 'D9',
    story:
      'When the last word of one kind (any size, any data, given data) is deleted, the region seems to have none.',
  }),
  mutant('order-loses-one-when-a-chunk-splits', storing(SplitOrder), {
    profiles: ['contract', 'tcg', 'tcg-7.2', 'kvm'],
    clause: 'H1',
    story: 'When a full chunk of the ordered index splits, the record at the seam is no longer in the order.',
  }),
];
