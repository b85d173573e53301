import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { CoverageCounter } from './observe.ts';
import { coverageNames } from './table.ts';

function observe(counter: CoverageCounter, scenario: Scenario): void {
  const session = modelDispatcher.open(scenario);
  counter.begin(scenario);
  for (const operation of scenario.operations) counter.observe(operation, session.apply(operation));
  counter.end();
}

/** The coverage points of one scenario alone. */
function pointsOf(scenario: Scenario): string[] {
  const counter = new CoverageCounter();
  observe(counter, scenario);
  const counts = counter.counts();
  return coverageNames.filter((_, index) => counts[index] === 1);
}

it('a scenario counts for what happened in it, whatever happened in those before it', () => {
  const scenarios = fc.sample(new ScenarioArbitrary(), { numRuns: 600, seed: 5 });
  const together = new CoverageCounter();
  for (const scenario of scenarios) observe(together, scenario);
  const alone = new Map(coverageNames.map((name) => [name, 0]));
  for (const point of scenarios.flatMap(pointsOf)) {
    alone.set(point as (typeof coverageNames)[number], (alone.get(point as never) ?? 0) + 1);
  }
  expect(together.counts()).toEqual([...alone.values()]);
});

const device: readonly Operation[] = [
  { op: 'create', region: 'd', kind: 'io', size: 0x10n },
  { op: 'map', region: 'd', container: 'memory', offset: 0n },
];

it.each([
  [
    'registrations',
    [...device, { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, data: 1n, notifier: 'n' }],
    [...device, write(0n, 4)],
    'miss: data',
  ],
  ['the depth of transactions', [{ op: 'begin' }], [{ op: 'begin' }], 'transaction: nested'],
  ['open transactions', [{ op: 'begin' }], [write(0n, 4)], 'write: in a transaction'],
  ['what has happened', [write(0n, 4)], [{ op: 'begin' }], 'access: unassigned'],
] as const)('%s of one scenario are not those of the next', (_, first, second, point) => {
  const counter = new CoverageCounter();
  observe(counter, { operations: first as readonly Operation[] });
  const before = counter.counts()[coverageNames.indexOf(point)];
  observe(counter, { operations: second as readonly Operation[] });
  expect(counter.counts()[coverageNames.indexOf(point)]).toBe(before);
});

it('what the host was told in one scenario is no news of the next', () => {
  const told: readonly Operation[] = [
    ...device,
    { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'n' },
  ];
  // Under tcg a registration in an open transaction counts, and the host does not know of it.
  const untold: readonly Operation[] = [...device, { op: 'begin' }, ...told.slice(2), write(0n, 4)];
  const counter = new CoverageCounter();
  observe(counter, { profile: 'tcg', operations: told });
  observe(counter, { profile: 'tcg', operations: untold });
  expect(counter.counts()[coverageNames.indexOf('hit: not told to the host')]).toBe(1);
});

function write(address: bigint, size: 4): Operation {
  return { op: 'write', space: 'memory', address, size, data: 0n };
}
