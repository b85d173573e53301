import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readScenario, writeScenario } from '../format/index.ts';
import { optimizedDispatcher } from '../impl/index.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Dispatcher, Scenario } from '../model/vocabulary/vocabulary.ts';
import { differenceOf, runScenario } from './compare/compare.ts';
import { lockstep } from './compare/lockstep.ts';

const folder = fileURLToPath(new URL('./scenarios/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const texts = files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
const scenarios = texts.map(({ file, text }) => ({ file, scenario: readScenario(text, file) }));

/** The operations whose effects are not the expected ones. */
function unmet(dispatcher: Dispatcher, { expect: expectations = [], ...scenario }: Scenario): number[] {
  const effects = runScenario(dispatcher, scenario);
  return expectations
    .filter(({ operation, effects: expected }) => differenceOf(effects[operation] ?? [], expected) >= 0)
    .map(({ operation }) => operation);
}

describe('named scenarios', () => {
  it.each(['model', 'impl'])('give what is expected of them on %s', (name) => {
    const dispatcher = name === 'model' ? modelDispatcher : optimizedDispatcher;
    const failures = scenarios.flatMap(({ file, scenario }) =>
      unmet(dispatcher, scenario).map((operation) => `${file}: operation ${operation}`),
    );
    expect(failures).toEqual([]);
  });

  it('give the same on model and impl, operation by operation', () => {
    const differing = scenarios.filter(({ scenario }) =>
      lockstep(modelDispatcher, optimizedDispatcher, scenario),
    );
    expect(differing.map(({ file }) => file)).toEqual([]);
  });

  it('are written as the writer writes them', () => {
    const other = texts.filter(({ text, file }) => writeScenario(readScenario(text, file)) !== text);
    expect(other.map(({ file }) => file)).toEqual([]);
  });

  it('each state a rule, expect effects, and are told apart by their titles', () => {
    const silent = scenarios.filter(
      ({ scenario }) => !scenario.title || (scenario.expect ?? []).length === 0,
    );
    expect(silent.map(({ file }) => file)).toEqual([]);
    expect(new Set(scenarios.map(({ scenario }) => scenario.title)).size).toBe(scenarios.length);
  });

  it('each say which running systems confirmed them, or that none did', () => {
    const silent = scenarios.filter(({ scenario }) => scenario.confirmed === undefined);
    expect(silent.map(({ file }) => file)).toEqual([]);
    const recorded = scenarios.filter(({ file }) => file.startsWith('recorded-'));
    const unconfirmed = recorded.filter(
      ({ scenario }) => !scenario.confirmed?.includes('qemu-7.2 tcg, qtest'),
    );
    expect(unconfirmed.map(({ file }) => file)).toEqual([]);
  });
});
