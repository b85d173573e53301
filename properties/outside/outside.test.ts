import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { allAbilities } from '../../format/protocol.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { mutantNamed } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Abilities } from '../../model/vocabulary/outside.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import { runBatch } from '../engine/batch.ts';
import { randomScenarios } from '../engine/batch-plan.ts';
import { check } from '../engine/check.ts';
import { failureOf, tryProperty } from '../engine/try-property.ts';
import { properties } from '../properties/index.ts';
import { shrunk } from '../shrink/shrunk.ts';
import { fittedTo, lackedBy } from './abilities.ts';
import { runBatchOutside } from './batch.ts';
import { lockstepOutside } from './lockstep.ts';
import { shrunkOutside } from './shrink.ts';
import { fakeProgram } from './testing/fake-program.ts';
import { tryPropertyOutside } from './trials.ts';

const never = () => false;

/** Only what comes over a pipe. */
function plain({ name, open }: Dispatcher): Dispatcher {
  return {
    name,
    open(header) {
      const session = open(header);
      return { apply: (operation) => session.apply(operation) };
    },
  };
}

function mutantDispatcher(name: string): Dispatcher {
  const mutant = mutantNamed(name);
  if (mutant === undefined) throw new Error(`no mutant ${name}`);
  return plain(mutant.dispatcher);
}

const request = { seed: 1, batch: 0, profiles: profileNames, size: 250 };
/** For programs that lack something. */
const few = { ...request, size: 80 };

describe('over a pipe as in the process', () => {
  it('a batch that agrees counts the same', async () => {
    const batch = { ...request, size: 120 };
    const inside = runBatch(modelDispatcher, plain(optimizedDispatcher), batch);
    const outside = await runBatchOutside([modelDispatcher, fakeProgram(optimizedDispatcher)], batch, never);
    expect({ ...outside, unsupported: undefined }).toEqual({ ...inside, unsupported: undefined });
    expect(outside.unsupported).toEqual([]);
  });

  it.each([
    'deletion-ignores-data',
    'end-of-range-at-2-64',
    'pieces-of-8-1-in-7-2',
    'limit-before-collision',
  ])(
    '%s is found after as many scenarios, and shrunk alike (npm run pipe: all of them, and the search)',
    async (name) => {
      const mutant = mutantDispatcher(name);
      const inside = runBatch(modelDispatcher, mutant, request);
      const pair = [modelDispatcher, fakeProgram(mutant)] as const;
      const outside = await runBatchOutside(pair, request, never);
      assert(inside.found !== undefined && outside.found !== undefined);
      expect([outside.found.number, outside.found.scenario]).toEqual([
        inside.found.number,
        inside.found.scenario,
      ]);
      const { property } = inside.found.failure;
      const fails = (scenario: Scenario) => failureOf(property, [modelDispatcher, mutant], scenario);
      const here = shrunk(inside.found, fails);
      const there = await shrunkOutside(outside.found, { pair, seconds: 1 });
      expect(there.scenario).toEqual(here.scenario);
    },
  );

  it('a property comes to the same verdict', async () => {
    const scenarios = [...randomScenarios({ seed: 2, runs: 24, profiles: profileNames })];
    const program = fakeProgram(optimizedDispatcher);
    for (const property of properties) {
      for (const scenario of scenarios) {
        const here = tryProperty(property, optimizedDispatcher, scenario);
        assert.equal(await tryPropertyOutside(property, program, scenario), here, property.name);
      }
    }
  });
});

/** A few programs that lack something. */
const lacking: Readonly<Record<string, Partial<Abilities>>> = {
  'a plain bus': {
    operations: ['create', 'map', 'add-eventfd', 'del-eventfd', 'write'],
    spaces: ['memory'],
    regions: ['io'],
    writes: ['store'],
    features: [],
    byteOrders: ['little'],
    effects: ['signal'],
  },
  'no aliases': { regions: ['io', 'ram', 'container'] },
  'no transactions': {
    operations: allAbilities.operations.filter((op) => op !== 'begin' && op !== 'commit'),
  },
  'ports only': { spaces: ['io'] },
  'no errors': { features: ['overlap', 'limits', 'endianness', 'any-size', 'host'] },
  'DMA only': { writes: ['bytes'], byteOrders: ['big'] },
  'no sizes': { matches: [] },
  'no values': { matches: ['size'], features: ['overlap', 'errors'] },
  'nothing cut': { accesses: [], spaces: ['memory'], features: ['any-size'] },
  'no host changes told': { effects: ['signal', 'callback', 'ram', 'unassigned', 'rejected', 'error'] },
};

describe('a program that fails in the middle of a scenario', () => {
  /** Signals nobody, and fails at the third store. */
  const failing: Dispatcher = {
    name: 'failing',
    open(header) {
      const session = modelDispatcher.open(header);
      let stores = 0;
      return {
        apply(operation) {
          const effects = session.apply(operation);
          if (operation.op !== 'write') return effects;
          if (++stores === 3) throw new Error('no more');
          return effects.filter((effect) => !('signal' in effect));
        },
      };
    },
  };
  const write = (data: bigint) => ({ op: 'write', space: 'memory', address: 0n, size: 4, data }) as const;
  const scenario = (...data: bigint[]): Scenario => ({
    operations: [
      { op: 'create', region: 'd', kind: 'io', size: 8n },
      { op: 'map', region: 'd', container: 'memory', offset: 0n },
      { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, data: 1n, notifier: 'n' },
      ...data.map(write),
    ],
  });

  it.each([
    ['it differed before', [2n, 1n, 2n], 'lockstep', 4],
    ['it did not differ', [2n, 2n, 1n], 'answer', 5],
  ] as const)('%s', async (_, data, property, operation) => {
    const pair = [modelDispatcher, fakeProgram(failing)] as const;
    const { failure } = await lockstepOutside(pair, scenario(...data, 2n, 2n));
    expect([failure?.property, failure?.operation]).toEqual([property, operation]);
  });

  it('two that fail are compared as far as both told', async () => {
    const pair = [fakeProgram(failing), fakeProgram({ ...failing, name: 'other' })] as const;
    const { failure } = await lockstepOutside(pair, scenario(1n, 1n, 1n));
    expect(failure?.property).toBe('answer');
  });
});

describe.each(Object.entries(lacking))('a program with %s', (_, part) => {
  const abilities: Abilities = { ...allAbilities, ...part };
  const scenarios = [...randomScenarios({ seed: 3, runs: 120, profiles: profileNames })];

  it('is asked only what it can answer', async () => {
    const sent: Scenario[] = [];
    const program = fakeProgram(optimizedDispatcher, part, (scenario) => sent.push(scenario));
    const { unsupported, found } = await runBatchOutside([modelDispatcher, program], few, never);
    expect([unsupported, found]).toEqual([[], undefined]);
    expect(sent.length).toBeGreaterThanOrEqual(few.size);
    // By value: nothing is remembered of them.
    for (const scenario of sent) assert.equal(lackedBy({ ...scenario }, abilities), undefined);
  });

  it('what is left of scenarios still signals', () => {
    const signals = scenarios.filter((scenario) =>
      runScenario(modelDispatcher, fittedTo(scenario, abilities))
        .flat()
        .some((effect) => 'signal' in effect),
    );
    expect(signals.length).toBeGreaterThan(18);
  });

  it('a scenario that fits is not changed', () => {
    for (const scenario of scenarios) {
      const fitted = fittedTo(scenario, abilities);
      assert.deepEqual(fittedTo({ ...fitted }, abilities), fitted);
    }
  });
});

it('what a program does not tell is not compared, on either side', async () => {
  const silent: Dispatcher = {
    name: 'silent',
    open: (header) => {
      const session = optimizedDispatcher.open(header);
      return { apply: (operation) => session.apply(operation).filter((effect) => !('hostAdd' in effect)) };
    },
  };
  const operations = [
    { op: 'create', region: 'd', kind: 'io', size: 8n },
    { op: 'map', region: 'd', container: 'memory', offset: 0n },
    { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'n' },
  ] as const;
  const whole = await lockstepOutside([modelDispatcher, fakeProgram(silent)], { operations });
  expect(whole.failure?.kind).toBe('hostAdd / nothing');
  const part = await lockstepOutside([modelDispatcher, fakeProgram(silent, { effects: ['signal'] })], {
    operations,
  });
  expect(part).toEqual({});
});

it('a program that cuts nothing is asked where that makes no difference, and nowhere else', async () => {
  const [create, map] = [
    { op: 'create', region: 'd', kind: 'io', size: 16n },
    { op: 'map', region: 'd', container: 'memory', offset: 0n },
  ] as const;
  const store = (size: 4 | 8): Scenario => ({
    operations: [create, map, { op: 'write', space: 'memory', address: 8n, size, data: 1n }],
  });
  const uncut: Abilities = { ...allAbilities, accesses: [] };
  expect([lackedBy(store(4), uncut), lackedBy(store(8), uncut)]).toEqual([
    undefined,
    'a store that is taken in pieces',
  ]);
  expect(runScenario(modelDispatcher, fittedTo(store(8), uncut)).at(-1)).toEqual([
    { callback: 'd', offset: 8n, size: 8, value: 1n },
  ]);
});

it('what a program lacks is not sent to it, and said', async () => {
  const program = fakeProgram(optimizedDispatcher, { regions: ['io'] }, () => assert.fail('sent'));
  const operations = [{ op: 'create', region: 'r', kind: 'ram', size: 8n }] as const;
  expect(await lockstepOutside([modelDispatcher, program], { operations })).toEqual({
    unsupported: 'a region of kind ram',
  });
});

it('regressions that a program cannot be asked are counted', async () => {
  const ram: Scenario = { operations: [{ op: 'create', region: 'r', kind: 'ram', size: 8n }] };
  const io: Scenario = { operations: [{ op: 'create', region: 'd', kind: 'io', size: 8n }] };
  const regressions = [ram, io, ram].map((scenario, index) => ({ source: `${index}`, scenario }));
  const b = fakeProgram(optimizedDispatcher, { regions: ['io'] });
  const report = await check({ a: 'model', b, runs: 1, seed: 1, regressions });
  expect([report.regressions, report.unsupportedRegressions]).toEqual([3, 2]);
});

it('check takes what lives outside by value, too, and leaves it open', async () => {
  let closed = 0;
  const opened = (dispatcher: Dispatcher) => ({
    ...fakeProgram(dispatcher),
    close: async () => void closed++,
  });
  const options = { a: 'model', seed: 1, regressions: [] } as const;
  const right = await check({ ...options, runs: 40, b: opened(optimizedDispatcher) });
  expect([right.scenarios, right.finding, right.support?.unsupported]).toEqual([40, undefined, 0]);
  // The search for a shorter one is not what is tried here.
  const enough = new AbortController();
  const first = { abort: enough.signal, onFirst: () => enough.abort() };
  const wrong = await check({
    ...options,
    ...first,
    runs: 250,
    b: opened(mutantDispatcher('deletion-ignores-data')),
  });
  expect(wrong.finding?.failure.property).toBe('lockstep');
  expect(closed).toBe(0);
});
