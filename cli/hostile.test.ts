/** What files and names hold is shown, never obeyed: no escape sequence, no bidirectional mark, no line that was not printed here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenario } from '../format/index.ts';
import type { Scenario } from '../model/vocabulary/vocabulary.ts';
import { TestCommand } from './testing/command.ts';

/** What a scenario's texts may hold: it turns the line round, and hides. */
const hidden = '\u202eevil\u200b\u2066\ufeff';
/** What names of files and other texts may hold besides. */
const control = `${hidden}\u001b[31m\r\u009b`;

const scenario: Scenario = {
  $schema: control,
  title: `title ${hidden}`,
  confirmed: [hidden],
  operations: [
    { op: 'create', region: 'd', kind: 'io', size: 0x10n },
    { op: 'create', region: 'e', kind: 'io', size: 0x10n },
    { op: 'map', region: 'd', container: 'memory', offset: 0n },
    { op: 'add-eventfd', region: 'd', offset: 4n, size: 4, notifier: `n${hidden}` },
    { op: 'add-eventfd', region: 'd', offset: 4n, size: 4, data: 7n, notifier: `m${hidden}` },
    { op: 'map', region: 'e', container: 'memory', offset: 0n, priority: 1 },
    { op: 'write', space: 'memory', address: 0n, size: 8, data: 0x1_0000_0001n },
    { op: 'disable', region: 'e' },
    { op: 'write', space: 'memory', address: 0n, size: 8, data: 0x1_0000_0001n },
    { op: 'del-eventfd', region: 'd', offset: 4n, size: 4, notifier: hidden },
  ],
  expect: [{ operation: 1, effects: [{ signal: hidden }, { error: 'absent', message: control }] }],
  found: {
    property: control,
    dispatchers: ['model', 'impl'],
    clause: control,
    effects: [[{ signal: hidden }]],
  },
};

const file = `file ${control}\n::error ::\n.json`;
const module = `./module ${control}.mjs`;
const nonsense = `./nonsense ${control}.mjs`;

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write(file, writeScenario(scenario));
  const effects = `[{ callback: ${JSON.stringify(control)}, offset: 0n, size: 4, value: 0n }]`;
  command.write(module, `export default { name: 'x', open: () => ({ apply: () => ${effects} }) };`);
  command.write(nonsense, `export default ${JSON.stringify(control)};`);
});
afterAll(() => command.remove());

/** What must not reach a terminal: anything but a line feed that is a control, hides, or separates lines. */
const forbidden = /[^\n\P{C}]|\p{Zl}|\p{Zp}/u;

describe('is printed so that it does nothing', () => {
  it.each([
    ['run'],
    ['run', '--json'],
    ['run', '--on', module],
    ['run', '--on', nonsense],
    ['run', '--on', control],
    ['run', '--on', `model@${control}`],
    ['explain'],
    ['explain', '--every-step'],
    ['explain', '--on', 'model@kvm'],
    ['explain', '--on', module],
    ['explain', '--json', '--on', module],
    ['replay'],
    ['replay', '--json', '--on', `model,${module}`],
    ['replay', '--on', `model,${module}`],
    ['replay', '--on', `model,${module}`, '--reporter', 'junit'],
    ['replay', '--on', `model,${module}`, '--reporter', 'github'],
    ['shrink', '--on', `model,${module}`],
    ['shrink', '--on', `model,${module}`, '-o', `out ${control}.json`],
    ['shrink', '-o', `${control}/out.json`],
    [`--${control}`],
  ])('%j', async (...words) => {
    const { status, out, error } = await command.run([...words, file]);
    expect(out.match(forbidden)).toBeNull();
    expect(error.match(forbidden)).toBeNull();
    expect([0, 1, 2]).toContain(status);
    if (status === 2) expect(error).toMatch(/^ioeventfd-check: .*\n$/);
    // A line that begins like a command of GitHub Actions is one of the reporter's own.
    expect(out.split('\n').filter((line) => /^::(?!error file=)/.test(line))).toEqual([]);
  });

  it.each([
    ['check', control],
    ['check', '--save', file],
    ['check', '--regressions', control],
    ['check', 'model', module, '--runs', '250', '--workers', '1', '--reporter', 'github'],
    ['check', 'model', module, '--runs', '250', '--workers', '1', '--save', `saved ${control}`],
    ['explore', '--scope', control],
    ['merge', control],
    ['mutants', control],
    ['init', file],
    ['init', `no/${control}`],
    ['init', `new ${control}.json`],
    ['caller', control],
    ['completion', control],
    [control],
  ])('%j', async (...words) => {
    const { out, error } = await command.run(words);
    expect(out.match(forbidden)).toBeNull();
    expect(error.match(forbidden)).toBeNull();
  });
});
