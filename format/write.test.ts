import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect, Expectation, Operation, Scenario } from '../model/vocabulary/vocabulary.ts';
import { effectsFromJson, operationFromJson } from './decode.ts';
import { readScenario } from './read.ts';
import * as schema from './schema.ts';
import {
  effectsToJson,
  innerFields,
  operationToJson,
  scenarioFields,
  scenarioToJson,
  writePlainScenarioLine,
  writeScenario,
  writeScenarioLine,
} from './write.ts';

const region = fc.constantFrom('memory', 'io', 'bar0', 'A_b.c-9', 'x'.repeat(64));
const notifier = fc.constantFrom('n', 'peer 1, vector 2', '😀', '"\\', '__proto__', 'ü'.repeat(256));
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n),
);
const regionSize = fc.oneof(uint64, fc.constant(2n ** 64n)).filter((size) => size !== 2n ** 64n - 1n);
const accessSize = fc.constantFrom(1, 2, 4, 8);
const eventfdSize = fc.constantFrom(0, 1, 2, 4, 8);
const space = fc.constantFrom('memory', 'io');
const count = fc.maxSafeNat();
const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 64 })
  .map((array) => Buffer.from(array).toString('hex'));
const limits = fc
  .record(
    { min: eventfdSize, max: eventfdSize, unaligned: fc.boolean() },
    { requiredKeys: [], noNullPrototype: true },
  )
  .filter(({ min = 0, max = 0 }) => max === 0 || min <= max);

function record(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) {
  return fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required), noNullPrototype: true },
  );
}

const create = { op: fc.constant('create'), region, size: regionSize };
const written = { op: fc.constant('write'), space, address: uint64 };

const operation = fc.oneof(
  record({ ...create, kind: fc.constantFrom('ram', 'container') }),
  record(
    { ...create, kind: fc.constant('io') },
    { endianness: fc.constantFrom('little', 'big', 'native'), valid: limits, impl: limits },
  ),
  record({ ...create, kind: fc.constant('alias'), target: region }, { targetOffset: uint64 }),
  record(
    { op: fc.constant('map'), region, container: region, offset: uint64 },
    { priority: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) },
  ),
  record({ op: fc.constantFrom('unmap', 'enable', 'disable'), region }),
  record({ op: fc.constant('move'), region, offset: uint64 }),
  record({ op: fc.constant('resize'), region, size: regionSize }),
  record({ op: fc.constant('retarget'), region, targetOffset: uint64 }),
  record(
    {
      op: fc.constantFrom('add-eventfd', 'del-eventfd'),
      region,
      offset: uint64,
      size: eventfdSize,
      notifier,
    },
    { data: uint64 },
  ),
  record({ op: fc.constantFrom('begin', 'commit') }),
  record({ ...written, size: accessSize, data: uint64 }).map((store) => ({
    ...store,
    data: BigInt.asUintN(Number(store['size']) * 8, store['data'] as bigint),
  })),
  record({ ...written, bytes }),
) as fc.Arbitrary<Operation>;

const registration = record({ space, address: uint64, size: eventfdSize, notifier }, { data: uint64 });

const effect = fc.oneof(
  record({ signal: notifier }),
  record({ callback: region, offset: uint64, size: accessSize, value: uint64 }),
  record({ ram: region, offset: uint64, bytes }),
  record({ unassigned: uint64, size: accessSize }),
  record({ rejected: region, offset: uint64, size: accessSize }),
  record({ hostAdd: registration }),
  record({ hostDel: registration }),
  record({ hostRefused: registration, reason: fc.constantFrom('EEXIST', 'ENOSPC', 'EINVAL', 'refused') }),
  record({ error: fc.constantFrom('exists', 'depth') }, { message: fc.string({ unit: 'binary' }) }),
) as fc.Arbitrary<Effect>;

const effects = fc.array(effect, { maxLength: 4 });

const found = record(
  { property: fc.string() },
  {
    clause: fc.string(),
    dispatchers: fc.array(fc.string({ unit: 'binary' }), { maxLength: 2 }),
    operation: count,
    effects: fc.array(effects, { maxLength: 2 }),
    seed: fc.maxSafeInteger(),
    originalLength: count,
    stderr: fc.string(),
  },
);

const outline = record(
  { operations: fc.array(operation, { maxLength: 8 }) },
  {
    $schema: fc.constantFrom('', '../scenario.schema.json', 'two\nlines'),
    confirmed: fc.constantFrom([], ['qemu-7.2 tcg, qtest', 'linux-6.18 kvm']),
    title: fc.constantFrom('', 'a title', 'Überschrift "\\ 😀'),
    profile: fc.constantFrom('contract', 'tcg', 'tcg-7.2', 'kvm'),
    target: fc.constantFrom('little', 'big'),
    host: record({}, { limit: count, refuse: fc.oneof(fc.constant('all'), fc.array(count)) }),
    found,
  },
) as fc.Arbitrary<Scenario>;

const scenarios: fc.Arbitrary<Scenario> = outline.chain((scenario) => {
  const last = scenario.operations.length - 1;
  if (last < 0) return fc.constant(scenario);
  const expectation: fc.Arbitrary<Expectation> = record({
    operation: fc.nat(last),
    effects,
  }) as fc.Arbitrary<Expectation>;
  return fc.option(fc.array(expectation, { maxLength: 3 }), { nil: undefined }).map((expected) => {
    return expected === undefined ? scenario : { ...scenario, expect: expected };
  });
});

describe('writing', () => {
  test('what is written is read back, and written again gives the same bytes', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const text = writeScenario(scenario);
        const back = readScenario(text, 'written');
        expect(back).toStrictEqual(scenario);
        expect(writeScenario(back)).toBe(text);
        const line = writeScenarioLine(scenario);
        expect(line).not.toContain('\n');
        expect(readScenario(line, 'line')).toStrictEqual(scenario);
        expect(writeScenarioLine(back)).toBe(line);
        expect(line).toBe(JSON.stringify(scenarioToJson(scenario)));
        const { $schema: _, title: __, confirmed: ___, expect: ____, found: _____, ...plain } = scenario;
        expect(writePlainScenarioLine(scenario)).toBe(writeScenarioLine(plain));
      }),
      { numRuns: 1000 },
    );
  });

  test('the order in which fields were given does not matter', () => {
    fc.assert(
      fc.property(operation, (given) => {
        const reversed = Object.fromEntries(Object.entries(given).reverse()) as Operation;
        expect(writeScenarioLine({ operations: [reversed] })).toBe(
          writeScenarioLine({ operations: [given] }),
        );
        expect(JSON.stringify(operationToJson(reversed))).toBe(JSON.stringify(operationToJson(given)));
      }),
    );
  });

  test('operations and effects survive the way to JSON and back', () => {
    fc.assert(
      fc.property(operation, effects, (given, list) => {
        expect(operationFromJson(JSON.parse(JSON.stringify(operationToJson(given))))).toStrictEqual(given);
        expect(effectsFromJson(JSON.parse(JSON.stringify(effectsToJson(list))))).toStrictEqual(list);
      }),
    );
  });

  test('a file for people has an operation a line', () => {
    const document = readFileSync(new URL('../docs/scenario-format.md', import.meta.url), 'utf8');
    const example = document.match(/^```json\n(\{\n.*?^\}\n)```/ms)?.[1] ?? '';
    expect(writeScenario(readScenario(example, 'example.json'))).toBe(example);
  });

  test('what was found has a side a line', () => {
    const text = writeScenario({
      operations: [],
      expect: [],
      found: {
        property: 'lockstep',
        dispatchers: ['model', 'impl'],
        effects: [[{ signal: 'n' }], []],
        seed: 1,
      },
    });
    expect(text).toBe(`{
  "format": "ioeventfd-scenario/1",
  "operations": [],
  "expect": [],
  "found": {
    "property": "lockstep",
    "dispatchers": ["model", "impl"],
    "effects": [
      [{ "signal": "n" }],
      []
    ],
    "seed": 1
  }
}
`);
  });

  test('every field of the format has its place in the order', () => {
    expect([...scenarioFields].sort()).toEqual(Object.keys(schema.scenarioSchema.def.shape).sort());
    const text = JSON.stringify(fc.sample(scenarios, { numRuns: 2000, seed: 1 }), (_, value: unknown) =>
      typeof value === 'bigint' ? 0 : value,
    );
    const used = new Set([...text.matchAll(/"([$A-Za-z]+)":/g)].map((match) => match[1] ?? ''));
    const known = new Set<string>([...scenarioFields, ...innerFields]);
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
    expect(innerFields.filter((name) => !used.has(name))).toEqual([]);
    expect(new Set(innerFields).size).toBe(innerFields.length);
  });
});
