/** Explorations in parts: together they say what the whole says, and no more. */
import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../properties/explore/explore.ts';
import { loadScope } from '../../properties/explore/scope/load.ts';
import type { Scope } from '../../properties/explore/scope/scope.ts';
import { exploreJson } from '../text/explore-report.ts';
import { plain } from '../text/style.ts';
import { joined } from './join.ts';

let tiny: Scope;
/** Two parts of an exploration without a difference. */
let agreeing: Awaited<ReturnType<typeof partsOf>>;
beforeAll(async () => {
  tiny = await loadScope('tiny');
  agreeing = await partsOf('model@contract', 'model@contract', 2);
});

/** The reports of all shards, as they stand in files. */
async function partsOf(a: string, b: string, count: number) {
  const texts = [];
  for (let index = 1; index <= count; index++) {
    const report = await explore({ a, b, scope: tiny, walkSteps: 100, shard: { index, count } });
    const text = exploreJson(report, undefined);
    texts.push({ document: JSON.parse(text) as Record<string, unknown>, text, source: `${index}.json` });
  }
  return texts;
}

/** The same with the first one changed. */
function changed(parts: typeof agreeing, change: Readonly<Record<string, unknown>>): typeof agreeing {
  return parts.map((part, index) => {
    const document = index === 0 ? { ...part.document, ...change } : part.document;
    return { ...part, document, text: JSON.stringify(document) };
  });
}

const whole = (a: string, b: string) => explore({ a, b, scope: tiny, walkSteps: 100 });

describe('a difference', () => {
  // Each needs five operations, so that it comes after the split.
  it.each([
    ['model@tcg', 'mutant:last-notifier-first@tcg', 2],
    ['model@contract', 'mutant:equal-priorities-first-mapped-wins@contract', 3],
    ['model@tcg', 'mutant:two-notifiers-signalled@tcg', 3],
  ])('%s and %s in %i parts: the same shortest scenario as in one', async (a, b, count) => {
    const parts = await partsOf(a, b, count);
    const depths = parts.map(({ document }) => (document['split'] as { depth: number } | null)?.depth ?? 99);
    expect(Math.max(...depths)).toBeLessThan(5);
    const one = await whole(a, b);
    const { status, json, text } = joined(parts, 'ioeventfd-check');
    expect(status).toBe(1);
    expect(JSON.parse(json())).toMatchObject({ end: 'difference', path: one.path, isShortest: true });
    expect(text(plain).join('\n')).toContain('no shorter scenario of this scope shows a difference');
  });

  it('is not proven to be the shortest where a part did not come that far', async () => {
    const cut = { end: 'interrupted', finding: null, path: null, depth: 3 };
    const parts = changed(await partsOf('model@tcg', 'mutant:last-notifier-first@tcg', 2), cut);
    const { status, json, text } = joined(parts, 'ioeventfd-check');
    expect([status, JSON.parse(json()).isShortest]).toEqual([1, false]);
    expect(text(plain).join('\n')).toContain('not known to be the shortest');
  });
});

describe('no difference', () => {
  it('is proven by all parts together, of every length', () => {
    const { status, json, text } = joined(agreeing, 'ioeventfd-check');
    const report = JSON.parse(json());
    expect([status, report.end, report.findings]).toEqual([0, 'exhausted', []]);
    // As many as the whole has, and those that both parts reach once more.
    expect(report.pairs).toBeGreaterThanOrEqual(4123);
    expect(text(plain)[0]).toBe(
      'model@contract and model@contract agree on every scenario of scope tiny, of any length.',
    );
  });

  it.each([
    ['interrupted', 130, 'Interrupted: not complete.'],
    ['memory', 1, 'Out of memory: not complete.'],
  ])('is not where a part ended by %s', (end, status, line) => {
    const result = joined(changed(agreeing, { end, depth: 6 }), 'ioeventfd-check');
    expect([result.status, result.text(plain)[0]]).toEqual([status, expect.stringContaining(line)]);
    expect(result.text(plain)[0]).toContain('below depth 6');
  });
});

it.each([
  ['of another scope', { scope: 'other' }, '2.json: scope: "tiny", but 1.json has "other": not the same run'],
  ['split elsewhere', { split: null }, '2.json: split: '],
  ['of no shard', { shard: null }, '1.json: shard: this run had no --shard, there is nothing to join'],
  ['that contradicts itself', { end: 'difference' }, '1.json: end: a finding and its path belong to'],
  ['of another form', { pairs: -1 }, '1.json: pairs: expected a whole number from 0 to'],
])('a report %s is one line', (_, change, line) => {
  expect(() => joined(changed(agreeing, change), 'ioeventfd-check')).toThrow(line);
});
