/** Every byte of a write is accounted for exactly once. */

import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Effect, EventfdChange } from '../../model/vocabulary/vocabulary.ts';
import { kindOf, runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import {
  accessAt,
  accessSizeAt,
  matchesBytes,
  readingsOf,
  stretchEnd,
  type WrittenBytes,
  writtenBytes,
} from './support/accesses.ts';
import { defineProperty } from './support/define.ts';
import { devicesOf, hasFailed, isEffectOfWrite, isWrite } from './support/scenario.ts';

export const accounting: Property = defineProperty(
  {
    name: 'accounting',
    clauses: ['S1', 'D2', 'S2', 'S4', 'S6', 'S7'],
    against: 'the effects of a write with its bytes',
    statement:
      'Every byte of a write is accounted for exactly once, in order: signalled, called back, stored, unassigned or rejected; nothing but a write does any of these.',
    profiles: profileNames,
  },
  (dispatcher, scenario) => {
    if (!scenario.operations.some(isWrite)) return 'does not apply';
    const effects = runScenario(dispatcher, scenario);
    const devices = devicesOf(scenario, effects);
    const registered: EventfdChange[] = [];
    for (const [index, operation] of scenario.operations.entries()) {
      const told = effects[index] ?? [];
      if (operation.op === 'add-eventfd' && !hasFailed(told)) registered.push(operation);
      const effect = isWrite(operation)
        ? firstUnaccounted(writtenBytes(operation, scenario, devices), told, registered)
        : told.findIndex(isEffectOfWrite);
      if (effect === undefined || effect < 0) continue;
      const kind = told[effect] === undefined ? 'nothing' : kindOf(told[effect]);
      const accounted = effects.map((list, i) => (i === index ? told.slice(0, effect) : list));
      return {
        operations: scenario.operations,
        operation: index,
        effect,
        kind: `${operation.op}: ${kind} does not account for a byte`,
        message: `effect ${effect} (${kind}) does not go with the bytes written`,
        sides: [
          { name: 'what accounts for bytes', effects: accounted },
          { name: dispatcher.name, effects },
        ],
      };
    }
    return 'holds';
  },
);

/** Index of the first effect that no reading of the effects before it accounts for (their number if one lacks), if any. */
function firstUnaccounted(
  written: WrittenBytes,
  effects: readonly Effect[],
  registered: readonly EventfdChange[],
): number | undefined {
  const readings = readingsOf(written);
  let furthest = 0;
  const tried = new Set<number>();
  const covers = (index: number, position: number): boolean => {
    furthest = Math.max(furthest, index);
    if (index === effects.length) return position === written.bytes.length;
    // A write has at most 64 bytes.
    const state = index * 128 + position;
    if (tried.has(state)) return false;
    tried.add(state);
    const effect = effects[index];
    if (effect !== undefined && 'signal' in effect) {
      const sizes = readings.flatMap((reading) =>
        signalledSizes(reading, effect.signal, position, registered),
      );
      return sizes.some((size) => covers(index + 1, position + size));
    }
    return readings.some((reading) => {
      const access = accessAt(reading, effects, index, position);
      return access !== undefined && covers(index + access.effects.length, position + access.size);
    });
  };
  return covers(0, 0) ? undefined : furthest;
}

/**
 * How many bytes from `position` on a signal can stand for: for each registration of this notifier that matches there,
 * the access at its word; under kvm a whole stretch of a CPU's store (K10, K11).
 */
function signalledSizes(
  written: WrittenBytes,
  notifier: string,
  position: number,
  registered: readonly EventfdChange[],
): readonly number[] {
  const { write, devices, profile } = written;
  const end = stretchEnd(written, position);
  if (profile === 'kvm') {
    const isPort8 = write.space === 'io' && written.bytes.length === 8;
    const startsStretch = position === 0 || stretchEnd(written, position - 1) === position;
    if ('bytes' in write || isPort8 || !startsStretch) return [];
  }
  const sizes = registered.flatMap((registration) => {
    const device = devices.get(registration.region);
    if (device === undefined || registration.notifier !== notifier) return [];
    const left = end - position;
    const size = profile === 'kvm' ? left : accessSizeAt(written, device, registration.offset, position);
    if (size === undefined) return [];
    return matchesBytes(written, device, registration, position, size) ? [size] : [];
  });
  return [...new Set(sizes)];
}
