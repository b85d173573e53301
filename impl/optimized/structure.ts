/**
 * What happens inside the dispatcher, for those who measure what scenarios reach. Nothing on its paths tells of it: the
 * structures are looked at before and after each operation, and stores that do not take the fast path are counted by an
 * exchanged part.
 */

import type { Effect, Inside, Operation } from '../../model/vocabulary/vocabulary.ts';
import { SlowPath } from './dispatch/slow-path.ts';
import type { Held } from './host/host.ts';
import { KernelBus } from './host/kernel-bus.ts';
import type { OptimizedMemory } from './optimized-memory.ts';
import { standardParts } from './parts.ts';
import { memoryOf, OptimizedSession } from './session.ts';
import { smallestThresholds, type Thresholds } from './thresholds.ts';

/** What is looked at: sizes and counts, of both spaces together. */
type Structure = {
  readonly storePlaces: number;
  readonly storeRecords: number;
  readonly fastPlaces: number;
  readonly isPassed: boolean;
  readonly chunks: number;
  readonly freeChunks: number;
  readonly several: number;
  readonly cells: number;
  readonly ranges: number;
  readonly freeSlots: number;
  readonly cached: number;
  readonly lists: number;
  readonly duplicated: number;
  readonly windows: number;
  readonly asking: number;
  readonly busPlaces: number;
  readonly remembered: number;
  readonly dead: number;
  readonly slowStores: number;
};

function structureOf({ store, shown, mirrors, held }: OptimizedMemory, slowStores: number): Structure {
  const both = (of: (space: 0 | 1) => number) => of(0) + of(1);
  // Each of these is counted when it is asked for: once a space, not once a field.
  const slots = [shown[0].view.slots, shown[1].view.slots] as const;
  const buses = [busStructure(held[0]), busStructure(held[1])] as const;
  const { chunks } = store.order;
  return {
    storePlaces: store.table.index.length,
    storeRecords: store.table.records.length,
    fastPlaces: store.fast.places.length,
    isPassed: store.fast.hasPassed,
    chunks: chunks.used,
    freeChunks: chunks.free,
    several: store.several,
    cells: both((space) => shown[space].view.cells.length),
    ranges: both((space) => slots[space].used),
    freeSlots: both((space) => slots[space].free),
    cached: both((space) => slots[space].cached),
    lists: both((space) => (shown[space].list === undefined ? 0 : 1)),
    duplicated: both((space) => mirrors[space].duplicated),
    windows: both((space) => shown[space].dirty.all.length),
    asking: both((space) => (shown[space].view.asksHost ? 1 : 0)),
    busPlaces: both((space) => buses[space].places),
    remembered: both((space) => buses[space].all),
    dead: both((space) => buses[space].dead),
    slowStores,
  };
}

const noBus = { places: 0, all: 0, dead: 0 };

function busStructure(held: Held): typeof noBus {
  return held instanceof KernelBus ? { places: held.order.length, ...held.remembered } : noBus;
}

type Happening = (before: Structure, after: Structure, operation: Operation) => boolean;

const isStore = (operation: Operation) => operation.op === 'write' && 'data' in operation;
const grows =
  (name: Exclude<keyof Structure, 'isPassed'>): Happening =>
  (before, after) =>
    after[name] > before[name];
const shrinks =
  (name: Exclude<keyof Structure, 'isPassed'>): Happening =>
  (before, after) =>
    after[name] < before[name];

/** What can happen in an operation, and how it is seen. */
const happenings = {
  'store: on the fast path': (before, after, operation) =>
    isStore(operation) && after.slowStores === before.slowStores,
  'store: on the slow path': grows('slowStores'),
  'fast path: closed, for the host must be asked': grows('asking'),
  'fast path: open again': shrinks('asking'),
  'registrations: the index grows': grows('storePlaces'),
  'registrations: the records grow': grows('storeRecords'),
  'registrations: the fast table grows': grows('fastPlaces'),
  'registrations: a place is passed': (before, after) => after.isPassed && !before.isPassed,
  'registrations: no place is passed any more': (before, after) => before.isPassed && !after.isPassed,
  'registrations: one record, several notifiers': grows('several'),
  'registrations: one notifier is left': shrinks('several'),
  'order: a chunk splits': (before, after) => before.chunks > 0 && after.chunks > before.chunks,
  'order: a chunk is freed': grows('freeChunks'),
  'order: a freed chunk is used again': shrinks('freeChunks'),
  'view: grows': grows('cells'),
  'view: a slot is freed': grows('freeSlots'),
  'view: a freed slot is used again': shrinks('freeSlots'),
  'view: a range is split': (before, after, { op }) => op !== 'write' && after.ranges > before.ranges + 1,
  'view: ranges are joined': (before, after, { op }) => op !== 'write' && after.ranges < before.ranges - 1,
  'view: the cache learns': (before, after, { op }) => op === 'write' && after.cached > before.cached,
  'view: the cache forgets': shrinks('cached'),
  'dirty: several windows': (before, after) => after.windows > Math.max(1, before.windows),
  'dirty: several windows are rendered': (before, after) => before.windows > 1 && after.windows === 0,
  "host: QEMU's list is needed": grows('lists'),
  "host: QEMU's list is no longer needed": shrinks('lists'),
  'host: a registration is visible twice': grows('duplicated'),
  'host: of duplicates one is left': shrinks('duplicated'),
  'bus: grows': grows('busPlaces'),
  'bus: a search is remembered': grows('remembered'),
  'bus: a search is forgotten': shrinks('remembered'),
  'bus: a dead entry is found': grows('dead'),
} as const satisfies Readonly<Record<string, Happening>>;

export type StructureEvent = keyof typeof happenings;

/** All, in the order in which they are listed. */
export const structureEvents = Object.keys(happenings) as readonly StructureEvent[];

/**
 * Least shares of the scenarios of a default `check` in which each is to happen, in percent: as shipped, and with the least
 * thresholds. About half of what is usual.
 */
const minimums: Readonly<Record<StructureEvent, readonly [standard: number, smallest: number]>> = {
  'store: on the fast path': [9, 1.9],
  'store: on the slow path': [47, 48],
  'fast path: closed, for the host must be asked': [7, 6],
  'fast path: open again': [3.9, 3.8],
  'registrations: the index grows': [11, 40],
  'registrations: the records grow': [11, 40],
  'registrations: the fast table grows': [24, 48],
  'registrations: a place is passed': [19, 22],
  'registrations: no place is passed any more': [7, 7],
  'registrations: one record, several notifiers': [18, 17],
  'registrations: one notifier is left': [4.3, 4.3],
  'order: a chunk splits': [0.1, 28],
  'order: a chunk is freed': [9, 13],
  'order: a freed chunk is used again': [7, 8],
  'view: grows': [0.8, 46],
  'view: a slot is freed': [24, 24],
  'view: a freed slot is used again': [6, 6],
  'view: a range is split': [2.3, 2.3],
  'view: ranges are joined': [1.8, 1.9],
  'view: the cache learns': [41, 40],
  'view: the cache forgets': [0.7, 6],
  'dirty: several windows': [6, 4.3],
  'dirty: several windows are rendered': [5, 4],
  "host: QEMU's list is needed": [1, 1.6],
  "host: QEMU's list is no longer needed": [0.8, 1],
  'host: a registration is visible twice': [11, 10],
  'host: of duplicates one is left': [6, 5],
  'bus: grows': [0.05, 5],
  'bus: a search is remembered': [4.3, 4.6],
  'bus: a search is forgotten': [3.3, 3.1],
  'bus: a dead entry is found': [0.02, 0.08],
};

class CountingPath extends SlowPath {
  stores = 0;

  override write(...store: Parameters<SlowPath['write']>): void {
    this.stores++;
    super.write(...store);
  }
}

class ObservedSession extends OptimizedSession {
  private readonly tell: (event: StructureEvent) => void;

  constructor(
    tell: (event: StructureEvent) => void,
    ...made: ConstructorParameters<typeof OptimizedSession>
  ) {
    super(...made);
    this.tell = tell;
  }

  override apply(operation: Operation): readonly Effect[] {
    const before = this.structure();
    const effects = super.apply(operation);
    const after = this.structure();
    for (const event of structureEvents) {
      const happened: Happening = happenings[event];
      if (happened(before, after, operation)) this.tell(event);
    }
    return effects;
  }

  private structure(): Structure {
    // `insideOf` makes it so.
    const { stores } = this.memory.slowPath as CountingPath;
    return structureOf(this.memory, stores);
  }
}

/** Sessions of the optimized dispatcher that tell what happens in them. Their forks do not. */
export function insideOf(thresholds: Thresholds): Inside {
  const makeMemory = memoryOf({
    ...standardParts,
    thresholds,
    slowPath: (wiring: CountingWiring) => new CountingPath(wiring),
  });
  const which = thresholds === smallestThresholds ? 1 : 0;
  return {
    events: Object.fromEntries(structureEvents.map((event) => [event, minimums[event][which]])),
    open: (header, tell) => new ObservedSession(tell, header, makeMemory),
  };
}

type CountingWiring = ConstructorParameters<typeof SlowPath>[0];
