import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../../format/index.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { canary, mutantNamed, mutants } from '../../impl/mutants/index.ts';
import { isClauseId } from '../../model/clauses/catalogue.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import { lockstep } from '../compare/lockstep.ts';
import { dispatcherNamed } from '../engine/dispatchers.ts';
import { findAtRandom, isShownBy, matrix, medianOf, shown } from './matrix.ts';

const seed = 1;
const mostScenarios = 600;

const folder = new URL('../scenarios/', import.meta.url);
const named = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((source) => ({
    source,
    scenario: readScenario(readFileSync(new URL(source, folder), 'utf8'), source),
  }));

describe('the seeded bugs', () => {
  it('are many, and each has a name of its own, a clause, a story and profiles', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(60);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    const bad = mutants.filter(
      ({ name, clause, story, profiles }) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ||
        !isClauseId(clause) ||
        story.length < 20 ||
        profiles.length === 0,
    );
    expect(bad.map(({ name }) => name)).toEqual([]);
  });

  it('are dispatchers with names to type', () => {
    for (const { name, dispatcher } of mutants) {
      expect(mutantNamed(name)?.dispatcher).toBe(dispatcher);
      expect(dispatcherNamed(`mutant:${name}`)).toBe(dispatcher);
    }
    expect(() => dispatcherNamed('mutant:off-by-one-e')).toThrow('is it off-by-one-end?');
  });

  // All take half a minute of processor time. `ioeventfd-check mutants` tries all.
  const some = mutants.filter((_, i) => i % 16 === 0);
  const sample = some.filter(({ isRare }) => !isRare);
  it('fall to random testing, soon; none by an exception', () => {
    const found = sample.map(({ name, dispatcher, profiles }) => {
      const one = findAtRandom(dispatcher, profiles, seed, mostScenarios);
      const { scenarios = Number.POSITIVE_INFINITY, failure } = one ?? {};
      return { name, scenarios, kind: failure?.kind ?? 'none' };
    });
    // A few take more scenarios than a test has time for.
    expect(found.filter(({ kind }) => kind === 'none').length).toBeLessThanOrEqual(found.length / 10);
    expect(found.filter(({ kind }) => kind.includes('exception'))).toEqual([]);
    expect(medianOf(found.map(({ scenarios }) => scenarios))).toBeLessThanOrEqual(60);
  });

  it('are shown by named scenarios too: most of them', () => {
    const shownByName = some.filter(({ dispatcher, profiles }) =>
      named.some(({ scenario }) => isShownBy(dispatcher, profiles, scenario)),
    );
    expect(shownByName.length).toBeGreaterThan(some.length / 2);
  });

  it('have rows in the matrix, which say how they were found, what shows them, and which scenarios do by name', async () => {
    const chosen = ['deletion-ignores-data', 'match-data-dropped'].flatMap((name) => mutantNamed(name) ?? []);
    const rows = await matrix({ mutants: chosen, seeds: [1, 2, 3], scenarios: 500, named, search: false });
    expect(rows.map(({ mutant }) => mutant)).toEqual(chosen);
    for (const { mutant, scenarios, median, worst, shrunk } of rows) {
      const counts = scenarios.map((count) => count ?? Number.NaN).sort((a, b) => a - b);
      expect([median, worst]).toEqual([counts[1], counts[2]]);
      const failure = shrunk && lockstep(modelDispatcher, mutant.dispatcher, shrunk);
      expect(failure?.kind).not.toMatch(/exception/);
      expect(shrunk?.operations.length).toBeLessThan(10);
    }
    expect(rows[0]?.named).toContain('r2-deletion-names-offset-size-data-and-notifier.json');
    expect(rows[0]?.named).not.toContain('d1-data-zero-is-not-no-data.json');
  });

  it('differ from the dispatcher that is not broken: it survives, and the canary falls at once', async () => {
    expect(findAtRandom(optimizedDispatcher, profileNames, seed, 100)).toBeUndefined();
    const found = findAtRandom(canary, profileNames, seed, mostScenarios);
    expect(found?.scenarios).toBeLessThan(20);
    expect(found && (await shown(found, profileNames, seed)).operations.length).toBe(4);
  });
});
