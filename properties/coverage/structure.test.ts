/** What the scenarios of `check` reach inside the dispatcher, as it is shipped and with the least thresholds. */
import { expect, it } from 'vitest';
import {
  observedDispatcher,
  type StructureEvent,
  smallestThresholds,
  structureEvents,
} from '../../impl/optimized/index.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import { randomScenarios } from '../engine/batch-plan.ts';

/** Least scenarios in a thousand in which it happens, in one of the two builds: a third of what is usual. */
const leastInAThousand: Readonly<Record<StructureEvent, number>> = {
  'store: on the fast path': 50,
  'store: on the slow path': 300,
  'fast path: closed, for the host must be asked': 40,
  'fast path: open again': 24,
  'registrations: the index grows': 270,
  'registrations: the records grow': 270,
  'registrations: the fast table grows': 310,
  'registrations: a place is passed': 140,
  'registrations: no place is passed any more': 50,
  'registrations: one record, several notifiers': 110,
  'registrations: one notifier is left': 35,
  'order: a chunk splits': 190,
  'order: a chunk is freed': 75,
  'order: a freed chunk is used again': 50,
  'view: grows': 310,
  'view: a slot is freed': 160,
  'view: a freed slot is used again': 37,
  'view: a range is split': 15,
  'view: ranges are joined': 15,
  'view: the cache learns': 270,
  'view: the cache forgets': 29,
  'dirty: several windows': 30,
  'dirty: several windows are rendered': 28,
  "host: QEMU's list is needed": 8,
  "host: QEMU's list is no longer needed": 5,
  'host: a registration is visible twice': 80,
  'host: of duplicates one is left': 45,
  'bus: grows': 30,
  'bus: a search is remembered': 27,
  'bus: a search is forgotten': 20,
  // Some two in a thousand: that there is one is all that can be said.
  'bus: a dead entry is found': 0.5,
};

it('everything that can happen in its structures does, often enough', () => {
  const runs = 1000;
  const seen = new Set<StructureEvent>();
  const observe = (event: StructureEvent) => seen.add(event);
  const builds = [observedDispatcher(observe), observedDispatcher(observe, smallestThresholds)].map(
    (dispatcher) => ({ dispatcher, counts: new Map<StructureEvent, number>() }),
  );
  for (const scenario of randomScenarios({ seed: 4, runs, profiles: profileNames })) {
    for (const { dispatcher, counts } of builds) {
      seen.clear();
      const session = dispatcher.open(scenario);
      for (const operation of scenario.operations) session.apply(operation);
      for (const event of seen) counts.set(event, (counts.get(event) ?? 0) + 1);
    }
  }
  const most = (event: StructureEvent) => Math.max(...builds.map(({ counts }) => counts.get(event) ?? 0));
  const rare = structureEvents.filter((event) => most(event) < (leastInAThousand[event] * runs) / 1000);
  expect(rare.map((event) => `${event}: ${most(event)}`)).toEqual([]);
});
