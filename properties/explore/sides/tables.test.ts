/** The model's tables carry the proofs. Here they are compared with the plain model, state for state; `npm run scopes` does more of it. */
import { expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import { explore } from '../explore.ts';
import { loadScope, scopeNames } from '../scope/load.ts';

it.each(scopeNames())(
  'the tables are the plain model in every state of scope %s, up to some depth',
  async (name) => {
    const { end, pairs, flaw } = await explore({
      a: modelDispatcher,
      b: modelDispatcher,
      plainModel: 'b',
      scope: await loadScope(name),
      mostPairs: 50,
      walkSteps: 300,
    });
    expect(['exhausted', 'bounded']).toContain(end);
    expect(flaw).toBeUndefined();
    expect(pairs).toBeGreaterThan(20);
  },
);
