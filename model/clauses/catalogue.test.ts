import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderContract } from '../../docs/generate/contract-document.ts';
import { readScenario } from '../../format/index.ts';
import { clauseOf, clauseSections, clauses, isClauseId } from './catalogue.ts';
import { divergences } from './divergences.ts';

const folder = new URL('../../properties/scenarios/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));
const named = files.filter((name) => !name.startsWith('recorded-'));

describe('the clause catalogue', () => {
  test('numbers the clauses of each section from 1, without gaps', () => {
    for (const { letter, clauses } of clauseSections) {
      expect(clauses.map(({ id }) => id)).toEqual(clauses.map((_, index) => `${letter}${index + 1}`));
    }
  });

  test('finds each clause by its id, and nothing else', () => {
    for (const clause of clauses) expect(clauseOf(clause.id)).toBe(clause);
    expect(isClauseId('D3')).toBe(true);
    expect(isClauseId('D99')).toBe(false);
  });

  test('refers only to clauses that exist', () => {
    const texts = clauses.flatMap((clause) => [clause.statement, ...Object.values(clause.remarks ?? {})]);
    const references = texts.flatMap((text) => text.match(/\b[RDSTMHFPCK][1-9][0-9]?\b/g) ?? []);
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((id) => !isClauseId(id))).toEqual([]);
  });
});

describe('the named scenarios', () => {
  test('begin with the id of a clause', () => {
    expect(named.filter((name) => !isClauseId((name.split('-')[0] ?? '').toUpperCase()))).toEqual([]);
  });

  test('have operations, expectations, and a title of their own', () => {
    const scenarios = files.map((name) =>
      readScenario(readFileSync(new URL(`${name}.json`, folder), 'utf8'), name),
    );
    expect(files.filter((_, index) => scenarios[index]?.operations.length === 0)).toEqual([]);
    expect(files.filter((_, index) => !scenarios[index]?.expect?.length)).toEqual([]);
    expect(new Set(scenarios.map(({ title }) => title ?? '')).size).toBe(files.length);
  });

  test('show every divergence, and what the contract says instead', () => {
    const wanted = divergences.flatMap((divergence) => [
      divergence.scenario,
      ...('counterpart' in divergence ? [divergence.counterpart] : []),
    ]);
    expect(wanted.filter((name) => !files.includes(name))).toEqual([]);
  });
});

test('docs/contract.md is that of the catalogue: if not, build, and run `node dist/docs/generate/write-contract-document.js`', () => {
  const committed = readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8');
  expect(committed).toBe(renderContract(files));
});
