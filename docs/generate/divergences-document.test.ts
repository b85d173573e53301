import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { shippedLedger } from '../../properties/ledger/witnesses.ts';
import { renderDivergences } from './divergences-document.ts';

it('docs/divergences.md is what the shipped ledger and what is known of it make', () => {
  const document = readFileSync(new URL('../divergences.md', import.meta.url), 'utf8');
  expect(document).toBe(renderDivergences(shippedLedger()));
});
