import fc from 'fast-check';
import { expect, it } from 'vitest';
import { effectsToJson } from '../../format/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../../properties/compare/compare.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { ivshmem } from '../testing/scenarios.ts';
import { type ExplainJsonOptions, explanationPieces } from './explanation-json.ts';

/** The fields that these tests look at. */
type Document = {
  profile: string;
  effects: unknown[];
  traces: { kind: string; parts: { pieces: { accesses: { candidates: { verdict: string }[] }[] }[] }[] }[];
  other?: unknown;
};

function documentOf(scenario: Scenario, options: ExplainJsonOptions = { source: 'file.json' }): Document {
  return JSON.parse([...explanationPieces(scenario, options)].join('')) as Document;
}

it('has the effects that the model gives, and a trace for each operation', () => {
  for (const scenario of fc.sample(new ScenarioArbitrary(), { numRuns: 200, seed: 8 })) {
    const { effects, traces } = documentOf(scenario);
    const given = runScenario(modelDispatcher, scenario);
    expect(effects).toEqual(given.map(effectsToJson));
    expect(traces).toHaveLength(scenario.operations.length);
    const writes = scenario.operations.map(({ op }) => op === 'write');
    expect(traces.map(({ kind }) => kind === 'write')).toEqual(writes);
  }
});

it('says of each ioeventfd whether it matches, and if not, why', () => {
  const { traces } = documentOf(ivshmem);
  const verdictsOf = (operation: number) =>
    traces[operation]?.parts[0]?.pieces[0]?.accesses[0]?.candidates.map(({ verdict }) => verdict);
  expect(verdictsOf(4)).toEqual(['other data', 'matches']);
  expect(verdictsOf(5)).toEqual(['other data', 'other data']);
});

it('has the effects of another dispatcher beside those of the model, under the profile that its name has', () => {
  const silent: Dispatcher = { name: 'silent@kvm', open: () => ({ apply: () => [] }) };
  const { profile, other } = documentOf(ivshmem, { source: '-', profile: 'kvm', other: silent });
  expect(profile).toBe('kvm');
  expect(other).toEqual({ name: 'silent@kvm', effects: ivshmem.operations.map(() => []) });
});

it('is made a piece at a time, since the traces of a long scenario take far more than the scenario', () => {
  const pieces = [...explanationPieces(ivshmem, { source: '-' })];
  expect(pieces.length).toBeGreaterThan(3 * ivshmem.operations.length);
});

it('is whole for a scenario without operations', () => {
  expect(documentOf({ operations: [] })).toMatchObject({ operations: [], effects: [], traces: [] });
});
