import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../format/index.ts';
import { clauses } from '../model/clauses/catalogue.ts';
import type { Dispatcher, Scenario } from '../model/vocabulary/vocabulary.ts';
import { differenceOf, runScenario } from './compare/compare.ts';
import { without } from './testing/rule-switch.ts';
import { ruleSwitches } from './testing/rule-switches.ts';

const folder = new URL('./scenarios/', import.meta.url);
const named = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && !file.startsWith('recorded-'))
  .map((file) => ({
    file,
    clause: (file.split('-')[0] ?? '').toUpperCase(),
    scenario: readScenario(readFileSync(new URL(file, folder), 'utf8'), file),
  }));

function isMet(dispatcher: Dispatcher, { expect: expectations = [], ...scenario }: Scenario): boolean {
  const effects = runScenario(dispatcher, scenario);
  return expectations.every(({ operation, effects: expected }) => {
    return differenceOf(effects[operation] ?? [], expected) < 0;
  });
}

/** The switches of a scenario's clause that turn it red. */
function provenBy(clause: string, scenario: Scenario): string[] {
  return ruleSwitches
    .filter((rule) => rule.clauses.some((id) => id === clause))
    .filter((rule) => !isMet(without(rule, scenario), scenario))
    .map(({ name }) => name);
}

const proofs = named.map(({ file, clause, scenario }) => ({ file, clause, by: provenBy(clause, scenario) }));

/** Clauses that no scenario can prove, and why. */
const unprovable = new Map([
  ['D7', 'reads never signal, and the format has no reads'],
  ['K13', 'it lists what the model leaves out'],
]);

describe('a named scenario', () => {
  it('turns red when the rule of its clause is switched off in the model', () => {
    expect(proofs.filter(({ by }) => by.length === 0).map(({ file }) => file)).toEqual([]);
  });
});

it('every clause is proven by a named scenario, but for those that none can prove', () => {
  const proven = new Set(proofs.filter(({ by }) => by.length > 0).map(({ clause }) => clause));
  const missing = clauses.map(({ id }) => id).filter((id) => !proven.has(id));
  expect(missing).toEqual([...unprovable.keys()]);
});

it('the model with nothing switched off meets every expectation', () => {
  const nothing = { name: 'nothing', clauses: [], bend: {} };
  const unmet = named.filter(({ scenario }) => !isMet(without(nothing, scenario), scenario));
  expect(unmet.map(({ file }) => file)).toEqual([]);
});

it('every switch turns some scenario red', () => {
  const used = new Set(proofs.flatMap(({ by }) => by));
  expect(ruleSwitches.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
});
