import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireBounds } from '../../format/bounds.ts';
import { InputError, readScenario } from '../../format/index.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { lockstep } from '../compare/lockstep.ts';

const folder = new URL('../scenarios/', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'));

/** Every place of a JSON value: its holder and its key. */
function places(value: unknown): { readonly holder: Record<string, unknown>; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...places(holder[key])]);
}

const values: readonly unknown[] = [
  0,
  1,
  -1,
  3,
  4,
  8,
  2 ** 53,
  1e300,
  0.5,
  null,
  true,
  '',
  '0x0',
  '0x4',
  '0xffffffffffffffff',
  '0x10000000000000000',
  '0X4',
  'd',
  'memory',
  'io',
  'ram',
  'alias',
  'container',
  'write',
  'commit',
  [],
  {},
  [[]],
  '__proto__',
];

/** A file with one thing changed, by three numbers. */
function mutated(text: string, how: number, where: number, what: number): string {
  if (how === 0) {
    const bytes = Buffer.from(text);
    bytes[where % bytes.length] = what & 0xff;
    return bytes.toString('latin1');
  }
  const document = JSON.parse(text);
  const all = places(document);
  const { holder, key } = all[where % all.length] ?? { holder: document, key: 'title' };
  const value = values[what % values.length];
  if (how === 1) delete holder[key];
  else if (how === 2) holder[key] = value;
  else if (how === 3) Object.defineProperty(holder, '__proto__', { value, enumerable: true });
  else if (Array.isArray(document.operations)) {
    // Operations again, elsewhere: ids in use, regions in each other, deletions of what is not there.
    const [moved] = document.operations.splice(where % document.operations.length, 1);
    document.operations.splice(what % (document.operations.length + 1), 0, moved, moved);
  }
  return JSON.stringify(document);
}

/** What becomes of a text: one line that names the place, a run on which both sides agree, or something that must not be. */
function outcomeOf(text: string): 'refused' | 'run' | string {
  try {
    const scenario = readScenario(text, 'file.json');
    requireBounds(scenario, 'file.json');
    const failure = lockstep(modelDispatcher, optimizedDispatcher, scenario);
    return failure === undefined ? 'run' : failure.message;
  } catch (error) {
    if (error instanceof InputError && /^file\.json: [^\n]+$/.test(error.message)) return 'refused';
    return String(error);
  }
}

describe('a named scenario with something changed', () => {
  it('is refused in one line, or runs, and both sides agree on it', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(4), fc.nat(), fc.nat(), (text, how, where, what) => {
        const outcome = outcomeOf(mutated(text, how, where, what));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        return outcome === 'run' || outcome === 'refused';
      }),
      { numRuns: 1200, seed: 20 },
    );
    // Both happen, often.
    expect(outcomes.get('refused')).toBeGreaterThan(200);
    expect(outcomes.get('run')).toBeGreaterThan(200);
  });
});
