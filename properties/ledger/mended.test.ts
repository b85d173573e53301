/** The rules of docs/for-qemu.md: each removes its lines from the ledger, and adds none. By exploration. */
import { describe, expect, it } from 'vitest';
import type { DecisionName } from '../../model/vocabulary/decisions.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { loadScope } from '../explore/scope/load.ts';
import { differingDecisions, type LedgerPair } from './pair.ts';
import { keyOf, searchScope } from './search.ts';
import { shippedLedger } from './witnesses.ts';

/** What QEMU can mend, and a scope that shows it. */
const rules = [
  ['hostChanges', 'order'],
  ['visibility', 'clip'],
  ['sizeZeroIdentity', 'limit-one'],
] as const satisfies readonly (readonly [DecisionName, string])[];

const bounds = { mostOperations: 6, mostStates: 700 };

const cases = rules.flatMap(([decision, scope]) =>
  (['tcg', 'kvm'] as const).map((profile) => ({ decision, scope, profile })),
);

const kindsIn = async (pair: LedgerPair, scope: string): Promise<readonly string[]> => {
  const found = (['host', 'guest'] as const).map(async (view) =>
    searchScope(pair, await loadScope(scope), view, bounds),
  );
  return (await Promise.all(found)).flatMap(({ witnesses }) => witnesses.map(keyOf));
};

/** The ledger's lines of the other decisions. */
const known = new Set(shippedLedger().map(keyOf));

const others = (profile: Profile, decision: DecisionName) =>
  differingDecisions(profile).filter((name) => name !== decision);

describe('a rule that mends QEMU', () => {
  it.each(cases)(
    '$decision under $profile: the scope shows it as it is',
    async ({ decision, scope, profile }) => {
      expect(await kindsIn({ profile, decisions: [decision] }, scope)).not.toEqual([]);
    },
  );

  it.each(cases)(
    '$decision under $profile: mended, it shows nothing',
    async ({ decision, scope, profile }) => {
      expect(await kindsIn({ profile, decisions: [decision], mended: [decision] }, scope)).toEqual([]);
    },
  );

  it.each(cases)(
    '$decision under $profile: mended, the others show nothing new',
    async ({ decision, scope, profile }) => {
      for (const other of others(profile, decision)) {
        const kinds = await kindsIn({ profile, decisions: [other], mended: [decision] }, scope);
        expect(kinds.filter((kind) => !known.has(kind))).toEqual([]);
      }
    },
  );
});
