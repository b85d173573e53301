/** What random scenarios come upon rarely: found by the mutants of `npm run mutation` that survived. */
import { expect, it } from 'vitest';
import { optimizedDispatcher } from '../impl/index.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Effect, Operation, Profile } from '../model/vocabulary/vocabulary.ts';
import { runScenario } from './compare/compare.ts';

/** The effects of the last operation, of the model and of the dispatcher. */
function lastEffects(profile: Profile, operations: readonly Operation[]): (readonly Effect[] | undefined)[] {
  return [modelDispatcher, optimizedDispatcher].map((dispatcher) =>
    runScenario(dispatcher, { profile, operations }).at(-1),
  );
}

it('stores to two RAM regions are told apart, though the offset in the second goes on where that in the first ends', () => {
  const effects = [
    { ram: 'upper', offset: 0xffn, bytes: '01' },
    { ram: 'lower', offset: 0x100n, bytes: '02' },
  ];
  expect(
    lastEffects('contract', [
      { op: 'create', region: 'lower', kind: 'ram', size: 0x200n },
      { op: 'create', region: 'upper', kind: 'ram', size: 0x100n },
      { op: 'map', region: 'lower', container: 'memory', offset: 0n },
      { op: 'map', region: 'upper', container: 'memory', offset: 0n, priority: 1 },
      { op: 'write', space: 'memory', address: 0xffn, bytes: '0102' },
    ]),
  ).toEqual([effects, effects]);
});

it.each(['tcg', 'kvm'] as const)(
  'under %s, a word that would begin below address 0 is not told',
  (profile) => {
    const word = (offset: bigint, size: 2 | 4) =>
      ({ op: 'add-eventfd', region: 'device', offset, size, notifier: 'n' }) as const;
    const withWord = (offset: bigint, size: 2 | 4) =>
      lastEffects(profile, [
        { op: 'create', region: 'device', kind: 'io', size: 8n },
        { op: 'create', region: 'window', kind: 'alias', size: 8n, target: 'device', targetOffset: 2n },
        { op: 'map', region: 'window', container: 'memory', offset: 0n },
        word(offset, size),
      ]);
    expect(withWord(0n, 4)).toEqual([[], []]);
    const told = [{ hostAdd: { space: 'memory', address: 0n, size: 2, notifier: 'n' } }];
    expect(withWord(2n, 2)).toEqual([told, told]);
  },
);
