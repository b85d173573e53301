import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import { loadScope, scopeNames } from '../scope/load.ts';
import { sameKey } from '../store/key.ts';
import { ModelSide } from './model-side.ts';
import { SessionSide } from './session-side.ts';
import type { LiveState } from './side.ts';

const profiles = ['contract', 'tcg', 'tcg-7.2', 'kvm'] as const;
const cases = scopeNames().flatMap((name) => profiles.map((profile) => [name, profile] as const));

it.each(cases)('the model by its tables is the model: scope %s under %s', async (name, profile) => {
  const { operations, header: given } = await loadScope(name);
  const header = { ...given, profile };
  const tabled = new ModelSide(header, operations);
  const plain = new SessionSide(modelDispatcher, header, operations);
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
    { numRuns: 6, seed: 1 },
  );
});
