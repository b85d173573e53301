import { afterEach, describe, expect, it } from 'vitest';
import { instrument, type Mutant } from './mutants.ts';
import { activeMutantVariable, reachedMutants } from './outcome.ts';

const source = `
export function isInside(at, range) {
  return at >= range.start && at < range.end;
}

export function isBefore(at, range) {
  return at < range.start;
}

export function isAfter(at, range) {
  return at < range.start;
}
`;

const instrumented = (text: string) => instrument(new Map([['range.ts', text]]));

type RangeModule = { isInside(at: number, range: { start: number; end: number }): unknown };

/** The instrumented module, as it is when this mutant is active. */
async function moduleWith(mutant: Mutant | undefined): Promise<RangeModule> {
  const { sources } = await instrumented(source);
  if (mutant !== undefined) process.env[activeMutantVariable] = `${mutant.id}`;
  const text = `${sources.get('range.ts')}\n// ${mutant?.id}`;
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);
}

afterEach(() => {
  delete process.env[activeMutantVariable];
});

describe('mutants', () => {
  it('say where they are, and what they replace by what', async () => {
    const { mutants } = await instrumented(source);
    const mutant = mutants.find(({ replacement }) => replacement === 'at > range.start');
    expect(mutant).toMatchObject({
      file: 'range.ts',
      line: 3,
      column: 10,
      mutator: 'EqualityOperator',
      code: 'return at >= range.start && at < range.end;',
      original: 'at >= range.start',
      nth: 1,
    });
  });

  it('none is active unless the environment names one', async () => {
    const { isInside } = await moduleWith(undefined);
    expect([1, 2, 3, 4].map((at) => isInside(at, { start: 2, end: 4 }))).toEqual([false, true, true, false]);
  });

  it.each([
    ['at > range.start', [false, false, true, false]],
    ['at <= range.end', [false, true, true, true]],
    ['at >= range.start || at < range.end', [true, true, true, true]],
    ['{}', [undefined, undefined, undefined, undefined]],
  ])('%s is what runs where it is active, and nothing else changes', async (replacement, expected) => {
    const { mutants } = await instrumented(source);
    const mutant = mutants.find((one) => one.replacement === replacement);
    const { isInside } = await moduleWith(mutant);
    expect([1, 2, 3, 4].map((at) => isInside(at, { start: 2, end: 4 }))).toEqual(expected);
  });

  it('are noted where they are come to', async () => {
    const { noting, mutants } = await instrumented(source);
    const text = (noting.get('range.ts') ?? '').replace('(globalThis as any)', 'globalThis');
    const { isInside } = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`
    )) as RangeModule;
    const reached = () => {
      const notes = (globalThis as unknown as Record<string, Uint8Array>)[reachedMutants] ?? [];
      return mutants.filter(({ id }) => notes[id] === 1).map(({ line, original }) => `${line} ${original}`);
    };
    expect(reached()).toEqual([]);
    expect(isInside(1, { start: 2, end: 4 })).toBe(false);
    expect(new Set(reached().filter((one) => !one.includes('{')))).toEqual(
      new Set(['3 at >= range.start && at < range.end', '3 at >= range.start']),
    );
    expect(isInside(2, { start: 2, end: 4 })).toBe(true);
    expect(reached()).toContain('3 at < range.end');
    expect(reached().filter((one) => !one.startsWith('2') && !one.startsWith('3'))).toEqual([]);
  });

  it('keep their keys when they move, and lose them when their line changes', async () => {
    const { mutants } = await instrumented(source);
    const moved = await instrumented(`// a comment\n\n${source}`);
    expect(moved.mutants.map(({ key }) => key)).toEqual(mutants.map(({ key }) => key));
    const changed = await instrumented(source.replace('at < range.end', 'at <= range.end'));
    const kept = new Set(changed.mutants.map(({ key }) => key));
    expect(mutants.filter(({ key, line }) => kept.has(key) && line === 3)).toEqual([]);
    expect(mutants.filter(({ key, line }) => !kept.has(key) && line > 5)).toEqual([]);
  });

  it('are told apart where text and line are the same', async () => {
    const { mutants } = await instrumented(source);
    const twins = mutants.filter(({ replacement }) => replacement === 'at <= range.start');
    expect(twins.map(({ line, nth }) => [line, nth])).toEqual([
      [7, 1],
      [11, 2],
    ]);
    expect(new Set(mutants.map(({ key }) => key)).size).toBe(mutants.length);
  });

  it('are not made of the wording of errors, and of what only validates', async () => {
    const { mutants, ignored } = await instrumented(`
      export class Table {
        size = 1 + 2;
        validate() {
          if (this.size > 3) throw new Error('too many');
        }
      }
      export function sized(table) {
        if (table.size !== 3) throw new Error('two' + 'texts');
        return table;
      }
      function validateAll(tables) {
        for (const table of tables) table.validate(1 + 1);
      }
    `);
    expect(mutants.filter(({ line }) => line < 8).map(({ replacement }) => replacement)).toEqual(['1 - 2']);
    expect(mutants.filter(({ line }) => line > 11)).toEqual([]);
    expect(mutants.some(({ replacement }) => replacement === 'table.size === 3')).toBe(true);
    expect(mutants.some(({ original }) => original === "'two'")).toBe(false);
    expect(ignored).toBeGreaterThan(8);
  });
});
