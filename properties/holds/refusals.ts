/** Whatever the host refuses, the callback is called exactly where a signal would have been. */
import type { Dispatcher, EffectLists, HostOptions, Scenario, Write } from '../../model/vocabulary.ts';
import { runHistory } from '../compare.ts';
import type { Property, Side } from '../property.ts';
import { writtenBytes } from './support/accesses.ts';
import { type Breach, breachAt, defineProperty } from './support/define.ts';
import { devicesOf, isEventfdChange, isWrite, runWithout, withoutRefusals } from './support/history.ts';
import { lineOf } from './support/holdings.ts';
import { signalsIn, type Unit, unitsOf } from './support/signals.ts';
import type { HostRegistration } from '../../model/vocabulary.ts';

/** A host that refuses everything, every second request, the first ones, or what is more than one. */
const hosts: readonly HostOptions[] = [
  { refuse: 'all' },
  { refuse: Array.from({ length: 100 }, (_, i) => 2 * i) },
  { refuse: [0, 1] },
  { limit: 1 },
];

// Contract: under tcg nobody refuses anything, and under kvm a refusal changes which other words the bus can find (K7).
export const refusals: Property = defineProperty(
  {
    name: 'refusals',
    clauses: ['F1', 'H4', 'F2'],
    against: 'a history with the same on a host that refuses',
    statement:
      'Whichever registrations the host refuses, exactly the accesses that would have signalled those call back instead, and the host is asked for the same.',
    profiles: ['contract'],
  },
  (dispatcher, history) => {
    // Of two that collide, the refusal of one lets the other in: those are left out.
    const scenario = withoutRefusals(dispatcher, { ...history, host: {} });
    if (scenario === undefined) return 'does not apply';
    const effects = runHistory(dispatcher, scenario);
    if (!effects.some((list) => list.some((effect) => 'hostAdd' in effect))) return 'does not apply';
    const bare = runWithout(dispatcher, scenario, isEventfdChange);
    for (const host of hosts) {
      const breach = compareRefused(dispatcher, { ...scenario, host }, effects, bare);
      if (breach !== undefined) return breach;
    }
    return 'holds';
  },
);
