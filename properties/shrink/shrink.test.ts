import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, writeScenarioLine } from '../../format/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failing } from '../compare/finding.ts';
import { lockstep } from '../compare/lockstep.ts';
import type { Failure } from '../compare/property.ts';
import { dispatcherNamed, underProfile } from '../engine/dispatchers.ts';
import { type SearchOptions, searchShortest } from '../engine/search.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { simplerScenarios } from './candidates.ts';
import { costOf } from './cost.ts';
import { type Fails, shrunk, shrunkInAnyWay } from './shrunk.ts';

const [author, emulator] = [underProfile(modelDispatcher, 'contract'), underProfile(modelDispatcher, 'tcg')];

/** How the contract and QEMU's emulation part on a scenario. */
function kindOfDifference(scenario: Scenario): string | undefined {
  return lockstep(author, emulator, scenario)?.kind;
}

const fails = (scenario: Scenario) => lockstep(author, emulator, scenario);

const mutant = dispatcherNamed('mutant:deletion-ignores-data');

/** How a seeded bug shows; exploration proves that 3 operations are the least that it takes. */
const failsOfMutant = (scenario: Scenario) => lockstep(modelDispatcher, mutant, scenario);

/** Those of a few random scenarios that fail. */
function differing(count: number, seed: number, fails: Fails): Failing[] {
  return samples(count, seed).flatMap((scenario) => {
    const failure = fails(scenario);
    return failure === undefined ? [] : [{ scenario, failure, originalLength: scenario.operations.length }];
  });
}

function samples(count: number, seed: number): Scenario[] {
  return fc.sample(new ScenarioArbitrary(), { numRuns: count, seed });
}

/** Signals nobody once it has seen this many such operations succeed. */
function deafAfter(count: number, isSuch: (operation: Operation) => boolean): Dispatcher {
  return {
    name: 'deaf',
    open(header) {
      const session = modelDispatcher.open(header);
      let seen = 0;
      return {
        apply(operation) {
          const effects = session.apply(operation);
          if (isSuch(operation) && !effects.some((effect) => 'error' in effect)) seen++;
          return seen < count ? effects : effects.filter((effect) => !('signal' in effect));
        },
      };
    },
  };
}

/** Large numbers, many names, and a device in a container in a container. */
const large: readonly Operation[] = [
  { op: 'create', region: 'nic7', kind: 'io', size: 0x2000n },
  { op: 'create', region: 'other', kind: 'ram', size: 0x1000n },
  { op: 'create', region: 'box3', kind: 'container', size: 0x8000_0000n },
  { op: 'map', region: 'box3', container: 'memory', offset: 0xfe00_0000n, priority: -(2 ** 31) },
  { op: 'map', region: 'nic7', container: 'box3', offset: 0x1234_5000n, priority: 2 ** 31 - 1 },
  { op: 'resize', region: 'other', size: 0x800n },
  { op: 'add-eventfd', region: 'nic7', offset: 8n, size: 4, data: 0x0102_0304n, notifier: 'bell5' },
  { op: 'add-eventfd', region: 'nic7', offset: 0x1ff8n, size: 8, data: 0x33n, notifier: 'bell6' },
  { op: 'write', space: 'memory', address: 0x1_1034_5008n, size: 4, data: 0x0102_0304n },
];

/** What the seeded bug gets wrong in some random scenarios. */
const foundOfMutant = differing(500, 12, failsOfMutant);

const options: SearchOptions = { seed: 7, profiles: ['contract', 'tcg', 'tcg-7.2', 'kvm'] };

describe('shrinking', () => {
  it('proposes only scenarios that are in the format and smaller', () => {
    const bad: string[] = [];
    for (const scenario of samples(5, 11)) {
      const cost = costOf(scenario);
      for (const simpler of simplerScenarios(scenario)) {
        const line = writeScenarioLine(simpler);
        if (costOf(simpler) >= cost || writeScenarioLine(readScenario(line, 'shrunk')) !== line)
          bad.push(line);
      }
    }
    expect(bad).toEqual([]);
  });

  it('keeps the way in which a scenario fails, and comes to rest', () => {
    const found = differing(40, 12, fails);
    expect(found.length).toBeGreaterThan(12);
    for (const failing of found) {
      const { scenario, failure } = shrunk(failing, fails);
      expect(failure.kind).toBe(failing.failure.kind);
      expect(fails(scenario)).toEqual(failure);
      expect(costOf(scenario)).toBeLessThanOrEqual(costOf(failing.scenario));
      expect(shrunk({ ...failing, scenario }, fails).scenario).toBe(scenario);
    }
  });

  it('takes another way where that is shorter, and comes to rest there', () => {
    let shorter = 0;
    for (const failing of foundOfMutant.slice(0, 12)) {
      const one = shrunk(failing, failsOfMutant);
      const any = shrunkInAnyWay(failing, failsOfMutant);
      expect(failsOfMutant(any.scenario)).toEqual(any.failure);
      expect(any.scenario.operations.length).toBeLessThanOrEqual(one.scenario.operations.length);
      if (any.scenario.operations.length < one.scenario.operations.length) shorter++;
      expect(shrunkInAnyWay(any, failsOfMutant)).toEqual(any);
    }
    expect(shorter).toBeGreaterThan(0);
  });

  it('ends its search when it is told to', async () => {
    const [failing] = foundOfMutant;
    if (failing === undefined) throw new Error('no scenario fails');
    const whole = shrunkInAnyWay(failing, failsOfMutant);
    let tried = 0;
    const counting = (scenario: Scenario) => {
      tried++;
      return failsOfMutant(scenario);
    };
    shrunkInAnyWay(whole, counting);
    const before = tried;
    tried = 0;
    expect(await searchShortest(whole, counting, { ...options, abort: AbortSignal.abort() })).toEqual(whole);
    // What was known is tried on its simpler scenarios; no other one is generated.
    expect(tried).toBe(before);
  });

  it.each([
    {
      what: 'one region where one is enough',
      mistake: deafAfter(1, ({ op }) => op === 'resize'),
      // The resize needs a region, but not one of its own.
      least: [
        { op: 'create', region: 'nic0', kind: 'io', size: 1n },
        { op: 'map', region: 'nic0', container: 'memory', offset: 0n },
        { op: 'resize', region: 'nic0', size: 1n },
        { op: 'add-eventfd', region: 'nic0', offset: 0n, size: 1, notifier: 'n0' },
        { op: 'write', space: 'memory', address: 0n, size: 1, data: 0n },
      ],
    },
    {
      what: 'one notifier where one is enough',
      mistake: deafAfter(2, ({ op }) => op === 'add-eventfd'),
      least: [
        { op: 'create', region: 'nic0', kind: 'io', size: 1n },
        { op: 'map', region: 'nic0', container: 'memory', offset: 0n },
        { op: 'add-eventfd', region: 'nic0', offset: 0n, size: 1, notifier: 'n0' },
        { op: 'add-eventfd', region: 'nic0', offset: 0n, size: 1, notifier: 'n0' },
        { op: 'write', space: 'memory', address: 0n, size: 1, data: 0n },
      ],
    },
    {
      what: 'one region',
      mistake: deafAfter(1, (one) => one.op === 'map' && (one.priority ?? 0) < 0),
      least: [
        { op: 'create', region: 'nic0', kind: 'io', size: 1n },
        { op: 'map', region: 'nic0', container: 'memory', offset: 0n, priority: -1 },
        { op: 'add-eventfd', region: 'nic0', offset: 0n, size: 1, notifier: 'n0' },
        { op: 'write', space: 'memory', address: 0n, size: 1, data: 0n },
      ],
    },
  ])('leaves $what, and the smallest numbers', ({ mistake, least }) => {
    const scenario = { operations: large };
    const failsOfMistake = (other: Scenario) => lockstep(modelDispatcher, mistake, other);
    const failure = failsOfMistake(scenario);
    if (failure === undefined) throw new Error('the scenario does not show the mistake');
    const failing = { scenario, failure, originalLength: large.length };
    expect(shrunk(failing, failsOfMistake).scenario.operations).toEqual(least);
  });

  it('brings a word that is far inside a region to its beginning, and does without the window on it', () => {
    const far = 0x1_0000_0000n;
    const operations: readonly Operation[] = [
      { op: 'create', region: 'nic0', kind: 'io', size: 3n * far },
      { op: 'create', region: 'win0', kind: 'alias', size: 0x10n, target: 'nic0', targetOffset: far - 4n },
      { op: 'map', region: 'win0', container: 'memory', offset: 0n },
      { op: 'add-eventfd', region: 'nic0', offset: far, size: 1, notifier: 'n0' },
      { op: 'write', space: 'memory', address: 4n, size: 1, data: 0n },
    ];
    const deaf = deafAfter(1, ({ op }) => op === 'add-eventfd');
    const failsOfDeaf = (other: Scenario) => lockstep(modelDispatcher, deaf, other);
    const failure = failsOfDeaf({ operations });
    if (failure === undefined) throw new Error('the scenario does not show the mistake');
    const { scenario } = shrunk({ scenario: { operations }, failure, originalLength: 5 }, failsOfDeaf);
    expect(scenario.operations).toEqual([
      { op: 'create', region: 'nic0', kind: 'io', size: 1n },
      { op: 'map', region: 'nic0', container: 'memory', offset: 0n },
      { op: 'add-eventfd', region: 'nic0', offset: 0n, size: 1, notifier: 'n0' },
      { op: 'write', space: 'memory', address: 0n, size: 1, data: 0n },
    ]);
  });

  it('is what fast-check does with a counterexample, its own or a saved one', () => {
    const saved = samples(60, 12).find((scenario) => kindOfDifference(scenario) === 'callback / signal');
    expect(saved).toBeDefined();
    if (saved === undefined) return;
    const details = fc.check(
      fc.property(new ScenarioArbitrary(), (scenario) => kindOfDifference(scenario) !== 'callback / signal'),
      { examples: [[saved]], numRuns: 1, seed: 1 },
    );
    const failure = fails(saved);
    if (failure === undefined) throw new Error('the saved scenario does not differ');
    const { scenario } = shrunk({ scenario: saved, failure, originalLength: 0 }, fails);
    expect(details.counterexample?.[0]).toEqual(scenario);
  });
});

describe('shrinking a scenario of hundreds of operations', () => {
  const create = (number: number): Operation => ({
    op: 'create',
    region: `r${number}`,
    kind: 'container',
    size: 8n,
  });
  const operations = Array.from({ length: 300 }, (_, number) => create(number));
  const failure: Failure = {
    property: 'lockstep',
    clause: undefined,
    operation: 250,
    effect: 0,
    kind: 'nothing / signal',
    message: '',
    sides: [
      { name: 'a', effects: [] },
      { name: 'b', effects: [] },
    ],
  };
  /** Runs that were made of scenarios with so many operations, together. */
  function shrunkTo(isFailing: (operations: readonly Operation[]) => boolean) {
    let work = 0;
    const fails = (scenario: Scenario) => {
      work += scenario.operations.length;
      return isFailing(scenario.operations)
        ? { ...failure, operation: scenario.operations.length - 1 }
        : undefined;
    };
    const { scenario } = shrunk({ scenario: { operations }, failure, originalLength: 300 }, fails);
    return { length: scenario.operations.length, work };
  }

  it('finds the few that matter', () => {
    const isFailing = (all: readonly Operation[]) => all.length > 1 && all.some(({ op }) => op === 'create');
    expect(shrunkTo(isFailing).length).toBe(2);
  });

  it('ends soon where all of them matter', () => {
    const { length, work } = shrunkTo((all) => all.length >= 240);
    expect(length).toBe(240);
    expect(work).toBeLessThan(500_000);
  });
});
