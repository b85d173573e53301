/** Removing all registrations turns each signal into what the callback would have got, and changes nothing else. */
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Effect, EventfdChange } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf, runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { matchesBytes, readingsOf, type WrittenBytes, writtenBytes } from './support/accesses.ts';
import { breachAt, defineProperty } from './support/define.ts';
import { Registered } from './support/registered.ts';
import { depthsOf, devicesOf, hasFailed, isEventfdChange, isWrite, runWithout } from './support/scenario.ts';
import { type MaySignal, signalsIn, unitsOf } from './support/signals.ts';

// Every profile. Under contract and tcg a signal stands for one access that its region accepts. Under kvm it stands for
// a CPU's whole store, page by page, whatever answers there: the kernel's bus is asked first (K10, K12).
export const withoutRegistrations: Property = defineProperty(
  {
    name: 'without-registrations',
    clauses: ['D3', 'D1', 'D2', 'D6', 'R2'],
    against: 'a scenario with the same without its registrations',
    statement:
      'Each signal is accounted for by a registration and becomes, without any, the callback of its access; nothing else changes.',
    profiles: profileNames,
  },
  (dispatcher, scenario) => {
    const effects = runScenario(dispatcher, scenario);
    const hasRegistered = scenario.operations.some(
      ({ op }, index) => op === 'add-eventfd' && !hasFailed(effects[index]),
    );
    if (!hasRegistered || !scenario.operations.some(isWrite)) return 'does not apply';
    const bare = runWithout(dispatcher, scenario, isEventfdChange);
    const devices = devicesOf(scenario, effects);
    const depths = depthsOf(scenario, effects);
    const registered = new Registered(scenario.profile ?? 'contract');
    for (const [index, operation] of scenario.operations.entries()) {
      const told = effects[index] ?? [];
      const expected = bare[index] ?? [];
      if (!hasFailed(told)) registered.note(operation, depths[index + 1] ?? 0);
      let effect = -1;
      if (isWrite(operation)) {
        const written = writtenBytes(operation, scenario, devices);
        effect = firstElse(written, expected, told, registered.all);
      } else if (!isEventfdChange(operation)) {
        effect = differenceOf(expected.filter(isLasting), told.filter(isLasting));
      }
      if (effect < 0) continue;
      const name = `${dispatcher.name}, nothing registered`;
      return breachAt(scenario, index, effect, [
        { name, effects: bare },
        { name: dispatcher.name, effects },
      ]);
    }
    return 'holds';
  },
);

/** What does not have to do with registrations. */
function isLasting(effect: Effect): boolean {
  return !('hostAdd' in effect || 'hostDel' in effect || 'hostRefused' in effect);
}

/** Index of the first effect that is neither the same without registrations nor a signal that one accounts for, or -1. */
function firstElse(
  written: WrittenBytes,
  bare: readonly Effect[],
  told: readonly Effect[],
  registered: readonly EventfdChange[],
): number {
  let furthest = 0;
  for (const reading of readingsOf(written)) {
    const units = unitsOf(reading, bare);
    if (units === undefined) continue;
    const signals = signalsIn(units, told, maySignal(reading, registered));
    if (typeof signals !== 'number') return -1;
    furthest = Math.max(furthest, signals);
  }
  return furthest;
}

/** A signal needs a registration of its notifier that matches the bytes; except under kvm, at the place that answers. */
export function maySignal(written: WrittenBytes, registered: readonly EventfdChange[]): MaySignal {
  const { write, profile, devices } = written;
  const neverReachesBus = 'bytes' in write || (write.space === 'io' && write.size === 8);
  return (unit, notifier) => {
    const access = unit.accesses[0];
    if (profile === 'kvm' ? neverReachesBus : !unit.effects.every((effect) => 'callback' in effect))
      return false;
    return registered.some((registration) => {
      const device = devices.get(registration.region);
      if (device === undefined || registration.notifier !== notifier) return false;
      const isHere =
        profile === 'kvm' ||
        (registration.region === access?.region && registration.offset === access.offset);
      return isHere && matchesBytes(written, device, registration, unit.position, unit.size);
    });
  };
}
