import { expect, it } from 'vitest';
import { kernelAbilities as kernel } from '../../../impl/kvm/abilities.ts';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Abilities } from '../../../model/vocabulary/outside.ts';
import type { Profile, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import { BusCounter, type BusPoint, busMinimums } from '../../coverage/bus.ts';
import { leastCount } from '../../coverage/shares.ts';
import { fittedTo, isPlainBus, isWholeBus, lackedBy } from '../../outside/abilities.ts';
import { busStream } from './bus-stream.ts';

/** What a program that is a bus says of itself in docs/dispatcher-protocol.md. */
const plainBus: Abilities = {
  ...kernel,
  profiles: ['contract'],
  operations: ['create', 'map', 'add-eventfd', 'del-eventfd', 'write'],
  spaces: ['memory'],
  regions: ['io'],
  features: [],
  effects: ['signal'],
};

function scenariosOf(size: number, { seed = 1, profile = 'kvm' as Profile } = {}): Scenario[] {
  const stream = busStream(seed, size, [profile], { hasFullHost: true, hasRam: true });
  return Array.from({ length: size }, () => {
    const next = stream.next();
    if (next === undefined) throw new Error('too few');
    return next.scenario;
  });
}

it('reaches every coverage point of a bus as often as it must', () => {
  const size = 1500;
  const counts = new Map<BusPoint, number>();
  const counter = new BusCounter();
  for (const scenario of scenariosOf(size)) {
    const session = modelDispatcher.open(scenario);
    counter.begin();
    for (const operation of scenario.operations) counter.observe(operation, session.apply(operation));
    for (const point of counter.reached().points) counts.set(point, (counts.get(point) ?? 0) + 1);
  }
  const missed = Object.entries(busMinimums).filter(
    ([point, percent]) => (counts.get(point as BusPoint) ?? 0) < leastCount((percent / 100) * size),
  );
  expect(missed).toEqual([]);
});

it('makes nothing but what such a bus can be asked', () => {
  for (const scenario of scenariosOf(300)) expect(lackedBy(scenario, kernel)).toBeUndefined();
});

it('for a bus that lacks more, leaves out what it lacks', () => {
  for (const scenario of scenariosOf(100, { profile: 'contract' })) {
    const fitted = fittedTo(scenario, plainBus);
    expect(lackedBy(fitted, plainBus)).toBeUndefined();
    expect(fitted.operations.length).toBeGreaterThan(1);
  }
});

it('is the same for the same seed', () => {
  expect(scenariosOf(20)).toEqual(scenariosOf(20));
  expect(scenariosOf(20)).not.toEqual(scenariosOf(20, { seed: 2 }));
});

it.each<[string, Abilities, readonly boolean[]]>([
  ['the kernel', kernel, [true, true]],
  ['a plain bus', plainBus, [true, false]],
  [
    'one with a full host, and all else of a host',
    { ...kernel, features: ['any-size', 'host', 'errors'] },
    [true, true],
  ],
  ['one without registrations of length 0', { ...kernel, features: ['errors', 'full-host'] }, [true, false]],
  ['one that knows overlap', { ...kernel, features: ['overlap'] }, [false, false]],
  ['one that knows no RAM', { ...kernel, regions: ['io'] }, [true, false]],
  ['one that knows RAM only', { ...kernel, regions: ['ram'] }, [false, true]],
  ['one that knows aliases', { ...kernel, regions: ['io', 'ram', 'alias'] }, [false, true]],
  ['one that moves regions', { ...kernel, operations: [...kernel.operations, 'move'] }, [false, true]],
])('%s: whether it is a bus, and a whole one', (_, abilities, [isPlain, isWhole]) => {
  expect(isPlainBus(abilities)).toBe(isPlain);
  if (isPlain) expect(isWholeBus(abilities)).toBe(isWhole);
});
