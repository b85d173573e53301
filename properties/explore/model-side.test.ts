import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { sameKey } from './hash.ts';
import type { Live } from './live.ts';
import { SessionSide } from './live.ts';
import { ModelSide } from './model-side.ts';
import { loadScope, scopeNames } from './scope/load.ts';

const profiles = ['contract', 'tcg', 'kvm'] as const;
const cases = scopeNames().flatMap((name) => profiles.map((profile) => [name, profile] as const));

it.each(cases)('the model by its tables is the model: scope %s under %s', async (name, profile) => {
  const { operations: alphabet, header: given } = await loadScope(name);
  const header = { ...given, profile };
  const tabled = new ModelSide('model', header, alphabet);
  const plain = new SessionSide(modelDispatcher, header, alphabet);
  const writes = [...alphabet.keys()].filter((index) => alphabet[index]?.op === 'write');
  const scenario = fc.array(fc.nat(alphabet.length - 1), { maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(scenario, (operations) => {
      let one: Live = tabled.start();
      let other: Live = plain.start();
      for (const operation of operations) {
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
