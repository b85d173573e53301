import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { mutantNamed } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
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
    const sent: string[] = [];
    const program = fakeProgram(optimizedDispatcher, {}, ({ operations: path }) =>
      sent.push(path.map(({ op }) => op).join()),
    );
    const report = await explored(program);
    expect(report).toMatchObject({ end: 'paths', finding: undefined, unsupported: 0 });
    expect(report.transitions).toBe(sent.length);
    expect(report.statesOfA).toBeGreaterThan(8);
    expect(report.transitions).toBeLessThanOrEqual(report.statesOfA * operations.length);
  });

  it('finds a seeded bug', async () => {
    const mutant = mutantNamed('deletion-ignores-data');
    if (mutant === undefined) throw new Error('no such mutant');
    const { end, finding } = await explored(fakeProgram(mutant.dispatcher));
    expect([end, finding?.scenario.operations.at(-1)?.op]).toEqual(['difference', 'del-eventfd']);
  });

  it('is no success where most cannot be asked', async () => {
    const { end } = await explored(fakeProgram(optimizedDispatcher, { regions: ['ram'] }));
    expect(end).toBe('unsupported');
  });
});
