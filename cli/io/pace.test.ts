/** What long work shows of its progress, where a terminal would see it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenario, writeScenarioLine } from '../../format/index.ts';
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import { type Action, actionOf, perform } from '../actions.ts';
import { testContext } from '../testing/context.ts';
import { ivshmem } from '../testing/scenarios.ts';

let directory: string;
let small: string;
let large: string;
let wide: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-pace-'));
  [small, large, wide] = ['small.json', 'large.json', 'wide.jsonl'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const operations = Array.from(
    { length: 100 },
    (_, index): Operation => ({ op: 'create', region: `d${index}`, kind: 'container', size: 1n }),
  );
  writeFileSync(small, writeScenario({ ...ivshmem, expect: [] }));
  writeFileSync(large, writeScenario({ operations }));
  const line = `${writeScenarioLine({ ...ivshmem, expect: [] })}\n`;
  writeFileSync(wide, line.repeat(Math.ceil(2 ** 20 / line.length)));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The first text of each display that an action begins. */
async function displaysOf(action: Action): Promise<readonly string[]> {
  const { context, displays } = testContext();
  // A scenario on which the pair agrees cannot be shrunk.
  await perform(action, context).catch(() => {});
  return displays;
}

const reporter = 'text';

describe('a large scenario', () => {
  it('has a display for each dispatcher that runs it', async () => {
    expect(await displaysOf(actionOf('run', [large], { on: 'impl' }))).toEqual([
      `${large}: impl, operation 0 of 100`,
    ]);
    expect(await displaysOf(actionOf('replay', [large], { reporter }))).toEqual([
      `${large}: model, operation 0 of 100`,
      `${large}: impl, operation 0 of 100`,
    ]);
    expect(await displaysOf(actionOf('explain', [large], { on: 'model' }))).toEqual([
      `${large}: operation 0 of 100`,
    ]);
    expect(await displaysOf(actionOf('shrink', large, { search: true }))).toEqual([
      'shrinking 100 operations',
    ]);
  });

  it('has none where a program reads the output, or the user wants quiet', async () => {
    expect(await displaysOf(actionOf('run', [large], { on: 'impl', json: true }))).toEqual([]);
    expect(await displaysOf(actionOf('replay', [large], { reporter, json: true }))).toEqual([]);
    expect(await displaysOf(actionOf('replay', [large, wide], { reporter, quiet: true }))).toEqual([]);
    expect(await displaysOf(actionOf('explain', [large], { on: 'model', json: true }))).toEqual([]);
    expect(await displaysOf(actionOf('shrink', large, { search: true, quiet: true }))).toEqual([]);
  });
});

it('a small scenario has none, and a large file has one while it is read', async () => {
  expect(await displaysOf(actionOf('replay', [small], { reporter }))).toEqual([]);
  expect(await displaysOf(actionOf('replay', [wide], { reporter }))).toEqual([`reading ${wide}`]);
});
