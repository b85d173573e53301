import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Scenario, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { randomScenarios } from './batch-plan.ts';
import { check } from './check.ts';

/** The model, with a list of what it was asked to open: in lockstep, the scenario itself. */
function watched(): { readonly dispatcher: Dispatcher; readonly opened: ScenarioHeader[] } {
  const opened: ScenarioHeader[] = [];
  const open: Dispatcher['open'] = (header) => {
    opened.push(header);
    return modelDispatcher.open(header);
  };
  return { dispatcher: { ...modelDispatcher, open }, opened };
}

describe('randomScenarios', () => {
  it.each([
    { profiles: ['contract', 'tcg', 'tcg-7.2', 'kvm'] as const, runs: 260 },
    { profiles: ['kvm'] as const, runs: 20 },
  ])('are those that check runs, in its order: $runs of $profiles', async ({ profiles, runs }) => {
    const { dispatcher, opened } = watched();
    await check({ a: dispatcher, b: optimizedDispatcher, profiles, runs, seed: 77, regressions: [] });
    const ran = opened.filter((header): header is Scenario => 'operations' in header);
    const generated = [...randomScenarios({ seed: 77, runs, profiles })];
    expect(generated.length).toBe(runs);
    // The properties run variations of a scenario between it and the next.
    let at = 0;
    for (const scenario of generated) {
      const text = textOf(scenario);
      while (at < ran.length && textOf(ran[at]) !== text) at++;
      at++;
    }
    expect(at).toBeLessThanOrEqual(ran.length);
  });

  it('are others with another seed', () => {
    const of = (seed: number) => textOf([...randomScenarios({ seed, runs: 5, profiles: ['tcg'] })]);
    expect(of(1)).toBe(of(1));
    expect(of(1)).not.toBe(of(2));
  });
});

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `0x${field.toString(16)}` : field));
}
