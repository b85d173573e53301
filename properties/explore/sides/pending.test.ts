/**
 * Why the model's fingerprint leaves out whether registrations are to be looked at again (`eventfdsPending`). Where nothing is
 * pending, the host has been told just what is visible, in that order, so to look again would find nothing new. A state in
 * which the flag is set and one in which it is not can thus be equal in all else only where it makes no difference.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleIoeventfds } from '../../../model/host/visible.ts';
import { step } from '../../../model/reference/reference.ts';
import { initialState, type State } from '../../../model/reference/state.ts';
import type { Scenario } from '../../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../../generate/scenario-arbitrary.ts';

/** The states of a scenario in which nothing is pending. */
function statesAtRest(scenario: Scenario): State[] {
  let state = initialState(scenario);
  return scenario.operations.flatMap((operation) => {
    state = step(state, operation).state;
    return state.mapPending || state.eventfdsPending ? [] : [state];
  });
}

function toldIn({ host }: State, space: 'memory' | 'io') {
  return host[space].told.map(({ address, size, data, rank }) => ({ address, size, data, rank }));
}

function visibleIn({ rendered, regions, decisions }: State, space: 'memory' | 'io') {
  return visibleIoeventfds(rendered, regions, space, decisions).map(({ address, size, data, rank }) => ({
    address,
    size,
    data,
    rank,
  }));
}

it('where nothing is pending, the host was told what is visible', () => {
  const scenarios = fc.sample(new ScenarioArbitrary(), { numRuns: 600, seed: 31 });
  let inTransactions = 0;
  for (const state of scenarios.flatMap(statesAtRest)) {
    if (state.depth > 0 && state.host.memory.told.length > 0) inTransactions++;
    for (const space of ['memory', 'io'] as const) {
      expect(toldIn(state, space)).toEqual(visibleIn(state, space));
    }
  }
  expect(inTransactions).toBeGreaterThan(30);
});
