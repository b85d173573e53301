import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { ScenarioHeader } from '../../../model/vocabulary/vocabulary.ts';
import { anyChangedProfile } from '../../testing/any-decisions.ts';
import { loadScope, scopeNames } from '../scope/load.ts';
import type { Scope } from '../scope/scope.ts';
import { sameKey } from '../store/key.ts';
import { ModelSide } from './model-side.ts';
import { SessionSide } from './session-side.ts';
import type { LiveState } from './side.ts';

const profiles = ['contract', 'tcg', 'tcg-7.2', 'kvm'] as const;
const cases = scopeNames().flatMap((name) => profiles.map((profile) => [name, profile] as const));

/** Compares the tables with plain sessions, along random scenarios of a scope, and for each write at their ends. */
function compare({ operations, header: given }: Scope, header: ScenarioHeader, numRuns: number): void {
  const own = { ...given, ...header };
  const tabled = new ModelSide(own, operations);
  const plain = new SessionSide(modelDispatcher, own, operations);
  const writes = [...operations.keys()].filter((index) => operations[index]?.op === 'write');
  const scenario = fc.array(fc.nat(operations.length - 1), { maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(scenario, (indexes) => {
      let one: LiveState = tabled.start();
      let other: LiveState = plain.start();
      for (const operation of indexes) {
        const [nextOne, nextOther] = [one.after(operation), other.after(operation)];
        expect(nextOne.effects).toEqual(nextOther.effects);
        // What plain sessions take for one state, the tables do too.
        if (sameKey(nextOther.key(), other.key())) expect(sameKey(nextOne.key(), one.key())).toBe(true);
        [one, other] = [nextOne, nextOther];
      }
      for (const write of writes) expect(one.probe(write)).toEqual(other.probe(write));
    }),
    { numRuns, seed: 1 },
  );
}

it.each(cases)('the model by its tables is the model: scope %s under %s', async (name, profile) => {
  compare(await loadScope(name), { profile }, 6);
});

it.each(scopeNames())('the model by its tables is the model, whatever is decided: scope %s', async (name) => {
  const scope = await loadScope(name);
  for (const changed of fc.sample(anyChangedProfile, { numRuns: 4, seed: 2 })) compare(scope, changed, 3);
});
