import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isClauseId } from '../../model/clauses/catalogue.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Property } from '../compare/property.ts';
import { properties } from './index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function rowOf({ name, clauses, against, profiles, statement }: Property): string {
  const where = profiles.length === profileNames.length ? 'all' : profiles.join(', ');
  return `| \`${name}\` | ${clauses.join(', ')} | ${where} | ${against} | ${statement} |`;
}

it('each property stands in the table of properties/README.md as it says of itself', () => {
  const missing = properties.map(rowOf).filter((row) => !readme.includes(row));
  expect(missing).toEqual([]);
});

it('lockstep stands there too, and nothing that is not a property', () => {
  const named = [...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(named).toEqual(['lockstep', ...properties.map(({ name }) => name)]);
});

it('the clauses that properties name exist', () => {
  const unknown = properties.flatMap(({ clauses }) => clauses.filter((clause) => !isClauseId(clause)));
  expect(unknown).toEqual([]);
});
