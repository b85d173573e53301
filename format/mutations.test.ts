/**
 * Thousands of damaged files, always the same ones. Each is read, or refused with one line that names the place;
 * and whatever JSON.parse can read, the published JSON Schema judges as the reader does.
 */

import { doesNotMatch, match, ok, strictEqual } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from './errors.ts';
import { readScenario, readScenarios } from './read.ts';

const samples = readFileSync(new URL('testdata/samples.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const schemaText = readFileSync(new URL('scenario.schema.json', import.meta.url), 'utf8');
const validate = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(
  JSON.parse(schemaText) as object,
);

/** Small random numbers, the same on every run (a linear congruential generator, Numerical Recipes). */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function expectOneLine(error: unknown, source: string): asserts error is FormatError {
  if (!(error instanceof FormatError)) throw error;
  match(error.message, /^[ -~\u00a0-\uffff]{1,600}$/);
  ok(error.message.startsWith(source), error.message);
  doesNotMatch(error.message, /Invalid input|undefined|\[object/);
}

/** The error that reading gives, if any. */
function readingError(text: string): FormatError | undefined {
  try {
    readScenario(text, 'mutant');
    return undefined;
  } catch (error) {
    expectOneLine(error, 'mutant: ');
    return error;
  }
}

type Container = Record<string, unknown> | unknown[];

/** Every place in a document: the list or object, and the key in it. */
function* places(value: unknown): Generator<{ container: Container; key: string }> {
  if (typeof value !== 'object' || value === null) return;
  const container = value as Container;
  for (const key of Object.keys(container)) {
    yield { container, key };
    yield* places((container as Record<string, unknown>)[key]);
  }
}

const marker = '@raw@';

/** JSON texts to put where something else is wanted. */
const strangers: readonly string[] = [
  ...[
    'null',
    'true',
    '-1',
    '0',
    '1.5',
    '3',
    '16',
    '256',
    '1e400',
    '-1e400',
    '9223372036854775808',
    '9007199254740991',
  ],
  ...[
    '""',
    '"0x"',
    '"0x00"',
    '"0X1"',
    '"0xAB"',
    '"0x100"',
    '"0xffffffffffffffff"',
    '"0x10000000000000000"',
    '"-0x1"',
  ],
  ...[
    '"__proto__"',
    '"constructor"',
    '"memory"',
    '"all"',
    '"n\\u0000"',
    '"\\ud800"',
    '"io"',
    '"write"',
    '"alias"',
  ],
  ...['[]', '{}', '[[]]', '{"__proto__":null}', '{"signal":"n"}', `${'['.repeat(30)}${']'.repeat(30)}`],
];

/** Texts that JSON.parse would take otherwise than the reader, or not at all. */
const traps: readonly string[] = [
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  '{"a":'.repeat(100_000),
  '{"a":1,"a":1}',
  '01',
  '+1',
  'NaN',
  '"\n"',
  '"\\x"',
  ',',
];

function* structural(sample: string): Generator<{ text: string; isTrap: boolean }> {
  const count = [...places(JSON.parse(sample))].length;
  for (let index = 0; index < count; index += 1) {
    const put = (edit: (container: Record<string, unknown>, key: string) => void) => {
      const document: unknown = JSON.parse(sample);
      const place = [...places(document)][index];
      if (place !== undefined) edit(place.container as Record<string, unknown>, place.key);
      return JSON.stringify(document);
    };
    const set = (container: Record<string, unknown>, key: string) => {
      container[key] = marker;
    };
    const marked = put(set);
    const filled = (raw: string) => marked.replace(`"${marker}"`, () => raw);
    const rename = (name: string) => (container: Record<string, unknown>, key: string) => {
      const value = container[key];
      delete container[key];
      Object.defineProperty(container, name, { value, enumerable: true });
    };
    // A third of them at each place, another third at the next.
    for (const stranger of strangers.filter((_, turn) => turn % 3 === index % 3))
      yield { text: filled(stranger), isTrap: false };
    // The long ones at some places: there they take most of the time.
    for (const trap of traps.filter(({ length }) => length < 100 || index % 10 === 0))
      yield { text: filled(trap), isTrap: true };
    yield { text: put((container, key) => delete container[key]), isTrap: false };
    for (const name of ['x', '__proto__', 'constructor', 'size', 'bytes', 'data']) {
      yield { text: put(rename(name)), isTrap: false };
    }
  }
}

describe('damaged files', () => {
  test('fields removed, renamed, of another type, of another value', () => {
    let seen = 0;
    for (const { text, isTrap } of samples.flatMap((sample) => [...structural(sample)])) {
      seen += 1;
      const error = readingError(text);
      if (isTrap) {
        ok(error !== undefined, text);
        continue;
      }
      // The one rule that a JSON Schema cannot state.
      const isIndexRule = error?.reason.startsWith('expected the index') ?? false;
      if (!isIndexRule) strictEqual(validate(JSON.parse(text)), error === undefined, text);
    }
    expect(seen).toBeGreaterThan(2000);
  });

  test('a removed field is named, or what remains is valid without it', () => {
    const sample = samples[1] ?? '';
    const document = JSON.parse(sample) as { operations: Record<string, unknown>[] };
    for (const [index, operation] of document.operations.entries()) {
      for (const name of Object.keys(operation)) {
        const copy = structuredClone(document);
        delete copy.operations[index]?.[name];
        const error = readingError(JSON.stringify(copy));
        if (error !== undefined) expect(error.path.startsWith(`operations[${index}].`)).toBe(true);
        if (error !== undefined && name !== 'bytes') expect(error.path).toBe(`operations[${index}].${name}`);
      }
    }
  });

  describe('as bytes in a file', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'scenario-mutations-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    async function readFrom(content: Uint8Array): Promise<void> {
      const path = join(folder, 'mutant');
      writeFileSync(path, content);
      try {
        for await (const { source } of readScenarios(path)) expect(source.startsWith(path)).toBe(true);
      } catch (error) {
        expectOneLine(error, path);
      }
    }

    test('flipped, dropped, inserted, repeated, cut', async () => {
      const roll = dice(20160203);
      const original = Buffer.from(`${samples.join('\n')}\n`);
      const pretty = Buffer.from(JSON.stringify(JSON.parse(samples[1] ?? ''), null, 1));
      for (let round = 0; round < 800; round += 1) {
        const base = round % 2 === 0 ? original : pretty;
        const at = roll(base.length);
        const to = Math.min(base.length, at + roll(40));
        const [before, middle, after] = [base.subarray(0, at), base.subarray(at, to), base.subarray(to)];
        const noise = Buffer.from(Array.from({ length: 1 + roll(8) }, () => roll(256)));
        const flipped = Buffer.from(base);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << roll(8));
        const mutants = [
          flipped,
          before,
          Buffer.concat([before, after]),
          Buffer.concat([before, middle, middle, after]),
          Buffer.concat([before, noise, after]),
        ];
        await readFrom(mutants[roll(mutants.length)] ?? base);
      }
    });

    test('random bytes', async () => {
      const roll = dice(7);
      for (let round = 0; round < 200; round += 1) {
        const bytes = Array.from({ length: roll(2000) }, () => roll(256));
        await readFrom(Uint8Array.from(round % 2 === 0 ? bytes : [0x7b, ...bytes]));
      }
    });
  });
});
