/** Dispatchers of a user that are wrong in any way: one clear line, a documented status, and never a stack trace. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenario } from '../format/index.ts';
import { TestCommand } from './testing/command.ts';
import { doing } from './testing/modules.ts';
import { ivshmem } from './testing/scenarios.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write('ivshmem.json', writeScenario(ivshmem));
});
afterAll(() => command.remove());

const wrong = [
  ['throws', 'throw new TypeError("no\\x1b[31m\\nluck")', 'throws: no\\u001b[31m\\u000aluck'],
  ['throws-nothing', 'throw null', 'throws: null'],
  ['throws-textless', 'throw { toString() { throw new Error("!"); } }', 'throws: something that has no text'],
  ['nothing', '', 'gives undefined, expected a list of effects'],
  ['promise', 'return Promise.resolve([])', 'gives a promise, expected a list of effects'],
  [
    'circular',
    'const circle = {}; circle.circle = circle; return circle',
    'gives an object, expected a list of effects',
  ],
  ['nonsense', 'return [{ signal: 7 }]', 'gives {"signal":7} as effect 0: its signal is 7'],
] as const;

describe('run and explain end with the line of what the dispatcher did, and status 2', () => {
  it.each(wrong)('%s', async (name, statement, said) => {
    const module = doing(command, name, statement);
    // Either way of printing is another path; each takes a process where `run` does the work.
    const json = name === 'throws' ? [[], ['--json']] : [[]];
    for (const words of ['run', 'explain'].flatMap((one) => json.map((option) => [one, ...option]))) {
      const { status, error } = await command.run([...words, 'ivshmem.json', '--on', module]);
      expect([status, error]).toEqual([2, `ioeventfd-check: ${module}, operation 0: ${said}\n`]);
    }
  });

  it('and what happened before stands', async () => {
    const module = doing(
      command,
      'third',
      'if (operation.op === "add-eventfd") throw new Error("no"); return []',
    );
    const { status, out, error } = await command.run(['run', 'ivshmem.json', '--on', module]);
    expect([status, error]).toEqual([2, `ioeventfd-check: ${module}, operation 2: throws: no\n`]);
    expect(out).toContain('[1] map');
  });
});

describe('replay and shrink take it for a difference', () => {
  it.each(wrong)('%s', async (name, statement, said) => {
    const module = doing(command, name, statement);
    const replay = await command.run(['replay', 'ivshmem.json', '--on', `model,${module}`]);
    expect([replay.status, replay.error]).toEqual([1, '']);
    expect(replay.out).toMatch(/^differs {2}ivshmem\.json/);
    expect(replay.out).toContain(`  model and ${module} differ at operation 0; ${module} ${said}\n`);
    const shrink = await command.run(['shrink', 'ivshmem.json', '--on', `model,${module}`]);
    expect([shrink.status, shrink.error]).toEqual([0, 'shrunk from 8 operations to 1\n']);
  });
});

describe('an effect that cannot be looked at', () => {
  it.each(['run', 'replay', 'explain', 'shrink', 'check', 'explore'])('%s names the file', async (name) => {
    const module = doing(command, 'getter', 'return [{ get signal() { throw new Error("seen"); } }]');
    const on = ['run', 'explain'].includes(name) ? module : `model,${module}`;
    const words = {
      check: ['check', 'model', module, '--workers', '1', '--runs', '250'],
      explore: ['explore', 'model', module, '--scope', 'tiny', '--workers', '1'],
    }[name] ?? [name, 'ivshmem.json', '--on', on];
    const { status, error } = await command.run(words);
    expect([status, error]).toEqual([2, `ioeventfd-check: ${command.path('getter.mjs')}: throws: seen\n`]);
  });
});
