import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { mutantNamed } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Operation } from '../../model/vocabulary/vocabulary.ts';
import { underProfile } from '../engine/dispatchers.ts';
import type { ExploreOptions } from '../explore/exploration.ts';
import { explore } from '../explore/explore.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { explorePair } from './explore.ts';
import { fakeProgram } from './testing/fake-program.ts';

const word = { region: 'd', offset: 0n, size: 4, notifier: 'n' } as const;
const operations: readonly Operation[] = [
  { op: 'create', region: 'd', kind: 'io', size: 8n },
  { op: 'map', region: 'd', container: 'memory', offset: 0n },
  { op: 'add-eventfd', ...word, data: 1n },
  { op: 'add-eventfd', ...word, data: 2n },
  { op: 'del-eventfd', ...word, data: 2n },
  { op: 'write', space: 'memory', address: 0n, size: 4, data: 1n },
];
const scope: Scope = {
  name: 'small',
  title: 'a device with two words',
  header: {},
  operations,
  notifiers: ['n'],
  bounds: { registrations: 2, atOneOffset: 2, nesting: 0 },
};

const explored = (program: ReturnType<typeof fakeProgram>) =>
  explorePair([modelDispatcher, program], { a: 'model', b: program.name, scope });

describe('exploration of a program by whole paths', () => {
  it('tries every operation after a shortest path to each state', async () => {
    /** Each operation that was tried, with the state that it was tried in. */
    const tried = new Set<string>();
    let sent = 0;
    const program = fakeProgram(optimizedDispatcher, {}, (scenario) => {
      sent++;
      const session = modelDispatcher.open(scenario);
      for (const operation of scenario.operations) {
        tried.add(`${session.fingerprint()} ${operations.indexOf(operation)}`);
        session.apply(operation);
      }
    });
    const report = await explored(program);
    expect(report).toMatchObject({ end: 'paths', finding: undefined, unsupported: 0 });
    expect(report.transitions).toBe(tried.size);
    expect(report.statesOfA).toBeGreaterThan(8);
    expect(report.transitions).toBeLessThanOrEqual(report.statesOfA * operations.length);
    // What changes nothing is tried together.
    expect(sent).toBeLessThan(report.transitions);
  });

  it('reaches as many states of the model as exploration inside', async () => {
    const options = { scope, walkSteps: 0 };
    const inside = await explore({ ...options, a: 'model@kvm', b: 'impl@kvm' });
    const program = fakeProgram(underProfile(optimizedDispatcher, 'kvm'));
    const pair = [underProfile(modelDispatcher, 'kvm'), program] as const;
    const outside = await explorePair(pair, { ...options, a: 'model@kvm', b: program.name });
    expect([inside.end, outside.end]).toEqual(['exhausted', 'paths']);
    expect(outside.statesOfA).toBe(inside.statesOfA);
  });

  it('where only several operations that change nothing show a difference, all of them are shown', async () => {
    const store = (data: bigint) => ({ op: 'write', space: 'memory', address: 0n, size: 4, data }) as const;
    /** Wrong at the second store. */
    const tired: Dispatcher = {
      name: 'tired',
      open(header) {
        const session = optimizedDispatcher.open(header);
        let stores = 0;
        return {
          apply(operation) {
            const effects = session.apply(operation);
            return operation.op === 'write' && ++stores === 2 ? [] : effects;
          },
        };
      },
    };
    const program = fakeProgram(tired);
    const stores = { ...scope, operations: [store(1n), store(2n), store(3n)] };
    const report = await explorePair([modelDispatcher, program], {
      a: 'model',
      b: program.name,
      scope: stores,
    });
    expect(report).toMatchObject({ end: 'difference', path: [0, 1], isShortest: true });
    expect(report.finding?.scenario.operations).toEqual([store(1n), store(2n)]);
  });

  it('finds a seeded bug', async () => {
    const mutant = mutantNamed('deletion-ignores-data');
    if (mutant === undefined) throw new Error('no such mutant');
    const { end, finding, path, isShortest } = await explored(fakeProgram(mutant.dispatcher));
    const found = finding?.scenario.operations ?? [];
    expect([end, found.at(-1)?.op, isShortest]).toEqual(['difference', 'del-eventfd', true]);
    expect(found).toEqual(path?.map((index) => operations[index]));
  });

  describe('of what differs, the shortest is shown, and proven to be so', () => {
    const add = (data: bigint) => ({ op: 'add-eventfd', ...word, data }) as const;
    const few: Scope = {
      ...scope,
      operations: [operations[0] as Operation, add(1n), add(2n), add(3n)],
      bounds: { registrations: 3, atOneOffset: 3, nesting: 0 },
    };
    /** Wrong at the third word; and at the first, if the region was created twice. The side that is here keeps no trace of that. */
    const forgetful: Dispatcher = {
      name: 'forgetful',
      open(header) {
        const session = optimizedDispatcher.open(header);
        let [words, errors] = [0, 0];
        return {
          apply(operation) {
            const effects = session.apply(operation);
            const isError = effects.some((effect) => 'error' in effect);
            if (isError && operation.op === 'create') errors++;
            if (isError || operation.op !== 'add-eventfd') return effects;
            words++;
            return words === 3 || errors > 0 ? [{ signal: 'n' }] : effects;
          },
        };
      },
    };
    const exploredAs = (options: Partial<ExploreOptions>) => {
      const program = fakeProgram(forgetful);
      return explorePair([modelDispatcher, program], { a: 'model', b: program.name, scope: few, ...options });
    };

    it('also where a path to a state that was seen before shows it', async () => {
      const { finding, path, isShortest } = await exploredAs({});
      expect([path, isShortest]).toEqual([[0, 0, 1], true]);
      expect(finding?.scenario.operations).toEqual([few.operations[0], few.operations[0], add(1n)]);
      expect(finding?.failure.operation).toBe(2);
    });

    it('but not by one of several parts', async () => {
      const { path, isShortest } = await exploredAs({ shard: { index: 1, count: 2 } });
      expect([path?.length, isShortest]).toEqual([4, false]);
    });
  });

  it('is no success where most cannot be asked', async () => {
    const { end } = await explored(fakeProgram(optimizedDispatcher, { regions: ['ram'] }));
    expect(end).toBe('unsupported');
  });
});
