import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, writeScenario } from '../../format/index.ts';
import { historyOf } from '../../impl/qemu/world/history.ts';
import { historyOfScenario } from '../../impl/qemu/world/read.ts';
import type { WorldOptions } from '../../impl/qemu/world/translate.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { GuestCounter, guestEventsOf, guestMinimums } from './events.ts';
import { WorldArbitrary } from './generate.ts';
import { ofKvm } from './runner.ts';
import { simplerActions } from './shrink.ts';

const order = ['test0', 'test1', 'test2'];

const worlds: readonly WorldOptions[] = [
  { profile: 'tcg', wildcardSize: 0, order, hasServer: true, expected: modelDispatcher },
  { profile: 'tcg-7.2', wildcardSize: 1, order, hasServer: true, expected: modelDispatcher },
  { profile: 'kvm', wildcardSize: 0, order, hasServer: true, expected: modelDispatcher },
];

describe.each(worlds)('a world under $profile', (options) => {
  it('is told by its scenario alone: from the file come the same operations and the same commands', () => {
    fc.assert(
      fc.property(new WorldArbitrary(), (actions) => {
        const history = historyOf(actions, options);
        const read = readScenario(writeScenario(history.scenario), 'test');
        const again = historyOfScenario(read, options);
        if (typeof again === 'string') throw new Error(again);
        expect(again.steps).toEqual(history.steps);
        expect(again.prologue).toBe(history.prologue);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('shows all that a guest can bring about: what happens least often has a minimum, too', () => {
    const counter = new GuestCounter();
    const isKvm = options.profile === 'kvm';
    const world = new WorldArbitrary(isKvm ? ofKvm : {});
    for (const actions of fc.sample(world, { seed: 4, numRuns: 200 })) {
      counter.add(guestEventsOf(historyOf(actions, options)));
    }
    const { events } = counter.counts();
    const minimums = Object.entries(guestMinimums({ isKvm, hasStores: true, hasPeers: true }));
    expect(minimums.filter(([, minimum]) => minimum <= 0)).toEqual(
      isKvm
        ? [
            ["word fires: in QEMU's write of several bytes", 0],
            ['device plugged in again', 0],
          ]
        : [],
    );
    // Rarer events need more histories than a test has.
    const often = minimums.filter(([, minimum]) => minimum >= 0.01).map(([event]) => event);
    expect(often.filter((event) => (events[event] ?? 0) === 0)).toEqual([]);
  });

  it('never breaches a precondition, and is simpler when it is shrunk', () => {
    for (const actions of fc.sample(new WorldArbitrary(), { seed: 2, numRuns: 20 })) {
      const { scenario } = historyOf(actions, options);
      const session = modelDispatcher.open(scenario);
      const effects = scenario.operations.flatMap((operation) => session.apply(operation));
      expect(effects.filter((effect) => 'error' in effect)).toEqual([]);
    }
  });
});

it('a history of another machine is none: the reason names the operation', () => {
  const [options] = worlds as [WorldOptions];
  const { scenario } = historyOf([{ do: 'place', bar: 'test0.mmio', address: 0xe000_0000n }], options);
  const added = { op: 'add-eventfd', region: 'test0.mmio', offset: 0n, size: 4, notifier: 'n' } as const;
  expect(historyOfScenario({ ...scenario, operations: [...scenario.operations, added] }, options)).toBe(
    'operation 7 (add-eventfd) is nothing that a guest of this machine does there',
  );
  expect(historyOfScenario({ ...scenario, target: 'big' }, options)).toBe('a big-endian guest');
  const larger = scenario.operations.with(0, { op: 'create', region: 'ram', kind: 'ram', size: 0x1000n });
  expect(historyOfScenario({ ...scenario, operations: larger }, options)).toMatch(/^operation 0 \(create\)/);
});

it('simpler lists have fewer actions, or simpler writes', () => {
  const actions = fc.sample(new WorldArbitrary(), { seed: 3, numRuns: 1 })[0] ?? [];
  const simpler = [...simplerActions(actions)];
  expect(simpler.length).toBeGreaterThan(actions.length);
  expect(simpler.every((one) => one.length <= actions.length)).toBe(true);
  expect(simpler.some((one) => one.length === actions.length - 1)).toBe(true);
});
