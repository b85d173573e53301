/** What does not matter in a scenario: what is said to be so is tried again here, by the command. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario, writeScenario } from '../../../format/index.ts';
import type { Operation, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import type { PageData, ScenarioData } from '../../../page/document/page-data.ts';
import { root } from '../../testing/build.ts';
import { TestCommand } from '../../testing/command.ts';
import { ivshmem } from '../../testing/scenarios.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write('ivshmem.json', writeScenario(ivshmem));
  const { expect: _, ...plain } = ivshmem;
  command.write('plain.json', writeScenario(plain));
});
afterAll(() => command.remove());

const named = (name: string) => join(root, 'properties/scenarios', `${name}.json`);

function dataOf(page: string): readonly ScenarioData[] {
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  return (JSON.parse(json) as PageData).scenarios;
}

async function shown(...words: readonly string[]): Promise<ScenarioData> {
  const { out, error } = await command.run(['show', ...words, '-o', '-', '-q']);
  expect(error).toBe('');
  return dataOf(out)[0] as ScenarioData;
}

/** The scenario without what is said to be of no matter; expectations move along. */
function rest(scenario: Scenario, spare: readonly number[]): Scenario {
  const kept = scenario.operations.flatMap((_, index) => (spare.includes(index) ? [] : [index]));
  return {
    ...scenario,
    operations: kept.flatMap((index) => scenario.operations[index] ?? []),
    expect: (scenario.expect ?? []).map((one) => ({ ...one, operation: kept.indexOf(one.operation) })),
  };
}

describe('for what a file expects, on one side', () => {
  it('leaves out what is not needed for it, and changes values', async () => {
    const { spare } = await shown('ivshmem.json');
    expect(spare).toMatchObject({ verdict: 'model does what the file expects', operations: [2, 5, 6, 7] });
    expect(spare?.fields['0']).toContain('size');
    expect(spare?.fields['4'] ?? []).not.toContain('data');
    expect(spare?.bound).toBeUndefined();
  });

  it.each([
    ['f1-why-the-callback-is-called', ['byte order']],
    ['h4-tcg-nobody-refuses', ['byte order', 'limit', 'refuse']],
    ['f2-contract-ivshmem-with-everything-refused', []],
  ])('of guest and host, in %s, what can be otherwise', async (name, expected) => {
    expect((await shown(named(name))).spare?.surroundings).toEqual(expected);
  });

  it.each(['c1-contract-every-row', 'h4-contract-a-refused-one-goes-unheard'])(
    'the rest of %s still does what is expected',
    async (name) => {
      const scenario = readScenario(readFileSync(named(name), 'utf8'), name);
      const { spare } = await shown(named(name));
      command.write('rest.json', writeScenario(rest(scenario, spare?.operations ?? [])));
      expect((await command.run(['run', 'rest.json'])).status).toBe(0);
    },
  );

  it('one value that does matter is not among them: another one is not expected', async () => {
    const { spare } = await shown('ivshmem.json');
    // Any data would match as well; other data would not.
    expect(spare?.optional['3']).toEqual(['data']);
    const free = new Set(
      Object.entries(spare?.fields ?? {}).flatMap(([at, names]) => names.map((name) => `${at} ${name}`)),
    );
    for (const bound of ['3 data', '3 offset', '4 address', '4 size', '4 data']) {
      expect(free.has(bound), bound).toBe(false);
    }
  });
});

describe('for outside programs', () => {
  const program = (dispatcher: string) => `exec:${command.program} serve ${dispatcher}`;

  it('that differ from the model', async () => {
    const inside = await shown('ivshmem.json', '--on', 'model@contract,model@tcg');
    const outside = await shown('ivshmem.json', '--on', `model@contract,${program('model@tcg')}`);
    expect(outside.difference).toEqual(inside.difference);
    expect(outside.spare?.operations).toEqual(inside.spare?.operations);
    expect(outside.spare?.fields).toEqual(inside.spare?.fields);
  });

  it('for what a file expects', async () => {
    const { spare } = await shown('ivshmem.json', '--on', program('impl'));
    expect(spare?.operations).toEqual([2, 5, 6, 7]);
  });
});

it('says where there is no verdict that could stay', async () => {
  expect((await shown('plain.json')).notTried).toBe(
    'the file expects nothing, and there is no second side to differ from',
  );
  expect((await shown('plain.json', '--on', 'model,impl')).notTried).toBe(
    'the sides do not differ, and the file expects nothing',
  );
});

/** Devices side by side, and a write to each, of which the file expects something. */
function sideBySide(count: number): Scenario {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const devices = indexes.flatMap((index): Operation[] => [
    { op: 'create', region: `r${index}`, kind: 'io', size: 1n },
    { op: 'map', region: `r${index}`, container: 'memory', offset: BigInt(index) },
  ]);
  const writes = indexes.map(
    (index): Operation => ({ op: 'write', space: 'memory', address: BigInt(index), size: 1, data: 0n }),
  );
  const expected = indexes.map((index) => ({
    operation: devices.length + index,
    effects: [{ callback: `r${index}`, offset: 0n, size: 1, value: 0n } as const],
  }));
  return { operations: [...devices, ...writes], expect: expected };
}

it('says where not everything was tried, and where nothing was', async () => {
  command.write('many.json', writeScenario(sideBySide(60)));
  expect((await shown('many.json')).spare?.bound).toMatch(/operations were run|took its part/);
  command.write('most.json', writeScenario(sideBySide(700)));
  expect((await shown('most.json')).notTried).toBe('2,100 operations are too many to be run again and again');
});
