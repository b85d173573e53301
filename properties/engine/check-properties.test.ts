/** `check` tries the properties that need only one dispatcher, too: a mistake that both sides share shows in no comparison. */
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Effect, Operation } from '../../model/vocabulary/vocabulary.ts';
import { properties } from '../properties/index.ts';
import { check } from './check.ts';

/** The model with something between it and its caller. */
function throughModel(
  name: string,
  bend: (apply: (operation: Operation) => readonly Effect[], operation: Operation) => readonly Effect[],
): Dispatcher {
  return {
    name,
    open(header) {
      const session = modelDispatcher.open(header);
      return { apply: (operation) => bend(session.apply, operation) };
    },
  };
}

const signalsTwice = throughModel('signals twice', (apply, operation) =>
  apply(operation).flatMap((effect): Effect[] => ('signal' in effect ? [effect, effect] : [effect])),
);

/** Signals nobody whose name is not like one that the generator gives: only a property's variation of a scenario shows it. */
const knowsNotifiersOfTheGenerator = throughModel('knows notifiers of the generator', (apply, operation) =>
  apply(operation).filter((effect) => !('signal' in effect) || /^n[-\d]/.test(effect.signal)),
);

/** What is found, without the search for a shorter scenario. */
function found(a: Dispatcher, b: Dispatcher) {
  const enough = new AbortController();
  const onFirst = () => enough.abort();
  return check({ a, b, runs: 8000, seed: 1, regressions: [], abort: enough.signal, onFirst });
}

it('finds a mistake that both sides share', async () => {
  const { finding } = await found(signalsTwice, signalsTwice);
  expect(properties.map(({ name }) => name)).toContain(finding?.failure.property);
  expect(finding?.scenario.found?.property).toBe(finding?.failure.property);
  // A region, its place, a registration, and the write that is signalled twice.
  expect(finding?.scenario.operations.map(({ op }) => op)).toEqual(['create', 'map', 'add-eventfd', 'write']);
});

it.each([
  ['a', knowsNotifiersOfTheGenerator, modelDispatcher],
  ['b', modelDispatcher, knowsNotifiersOfTheGenerator],
])('tries them on side %s', async (_, a, b) => {
  const { finding } = await found(a, b);
  expect(finding?.failure.property).toBe('renamed-notifiers');
  expect(finding?.failure.sides.map(({ name }) => name).join()).toContain(knowsNotifiersOfTheGenerator.name);
});

it('tries each of them equally often, and some of the scenarios are such that it applies', async () => {
  const runs = 3000;
  const report = await check({
    a: modelDispatcher,
    b: modelDispatcher,
    runs,
    seed: 1,
    regressions: [],
  });
  expect(report.finding).toBeUndefined();
  expect(report.properties.map(({ name }) => name)).toEqual(properties.map(({ name }) => name));
  expect(report.properties.reduce((sum, { tried }) => sum + tried, 0)).toBe(Math.floor(runs / 17));
  for (const { name, tried, applied } of report.properties) {
    expect(tried, name).toBeGreaterThanOrEqual(runs / 17 / properties.length - 1);
    expect(applied, name).toBeGreaterThan(0);
  }
});
