import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Failure, Property } from '../compare/property.ts';
import { ScenarioArbitrary } from '../generate/scenario-arbitrary.ts';
import { properties } from './index.ts';

const scenariosPerProfile = 60;

const scenarios: Readonly<Record<Profile, readonly Scenario[]>> = {
  contract: scenariosOf('contract', 11),
  tcg: scenariosOf('tcg', 12),
  'tcg-7.2': scenariosOf('tcg-7.2', 14),
  kvm: scenariosOf('kvm', 13),
};

function scenariosOf(profile: Profile, seed: number): readonly Scenario[] {
  return fc.sample(new ScenarioArbitrary({ profiles: [profile] }), { numRuns: scenariosPerProfile, seed });
}

/** The minimum of random scenarios, in percent, to which each property applies under each of its profiles. */
const minimumApplied: Readonly<Record<string, number>> = {
  accounting: 90,
  'without-registrations': 85,
  'repeated-writes': 90,
  'add-then-delete': 90,
  'registration-order': 65,
  'net-effect': 85,
  'host-difference': 75,
  'other-regions': 70,
  'moved-map': 75,
  'renamed-notifiers': 90,
  'through-alias': 90,
  'shifted-priorities': 90,
  refusals: 70,
};

type Tally = { readonly applied: number; readonly failures: readonly Failure[] };

function tally(property: Property, dispatcher: Dispatcher, profile: Profile): Tally {
  let applied = 0;
  const failures: Failure[] = [];
  for (const scenario of scenarios[profile]) {
    const verdict = property.check(dispatcher, scenario);
    if (verdict === 'does not apply') continue;
    applied++;
    if (verdict !== 'holds') failures.push(verdict);
  }
  return { applied: (100 * applied) / scenariosPerProfile, failures };
}

describe.each([modelDispatcher, optimizedDispatcher])('on random scenarios, $name', (dispatcher) => {
  it.each(properties.map((property) => [property.name, property] as const))(
    'keeps %s, which applies often enough',
    (_, property) => {
      for (const profile of property.profiles) {
        const { applied, failures } = tally(property, dispatcher, profile);
        expect(failures.slice(0, 1), `${property.name} under ${profile}`).toEqual([]);
        expect(applied).toBeGreaterThanOrEqual(minimumApplied[property.name] ?? 100);
      }
    },
  );
});

describe('a property', () => {
  it('has nothing to say of a scenario under a profile that does not promise it', () => {
    const strict = properties.filter(({ profiles }) => !profiles.includes('kvm'));
    const verdicts = strict.map((property) => tally(property, modelDispatcher, 'kvm').applied);
    expect(verdicts).toEqual(strict.map(() => 0));
  });

  it('gives the same verdict each time', () => {
    const broken = { ...modelDispatcher, open: () => modelDispatcher.open({ profile: 'kvm' }) };
    for (const property of properties) {
      const [once, again] = [1, 2].map(() =>
        scenarios.contract.slice(0, 12).map((scenario) => property.check(broken, scenario)),
      );
      expect(again).toEqual(once);
    }
  });
});
