/** Modules of a user that end the process, take all memory, or never load: one clear line, and a documented status. */
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

describe('a module that ends the program, never loads, or throws when nobody calls it', () => {
  it.each([
    ['exits', 'process.exit(3)', 'ivshmem.json: ./exits.mjs ends its process (exit code 3) at operation 0'],
    [
      'later',
      'setTimeout(() => { throw new Error("later"); }); const end = Date.now() + 20; while (Date.now() < end); return []',
      'FILE: throws: later',
    ],
  ])('%s', async (name, statement, said) => {
    const module = doing(command, name, statement);
    const { status, error } = await command.spawn(['run', 'ivshmem.json', '--on', module]);
    const line = said.replace('FILE', command.path(`${name}.mjs`));
    expect([status, error]).toEqual([2, `ioeventfd-check: ${line}\n`]);
  });

  it('waits for ever at its top level', async () => {
    command.write('waits.mjs', 'await new Promise(() => {}); export default {};');
    const { status, error } = await command.spawn(['check', 'model', './waits.mjs']);
    const reason = 'cannot be loaded: its top-level await waits for something that never comes';
    expect([status, error]).toEqual([2, `ioeventfd-check: ./waits.mjs: ${reason}\n`]);
  });

  it('takes all memory', async () => {
    const module = doing(command, 'hungry', 'const all = []; for (;;) all.push(new Array(1e5).fill(1.5))');
    const { status, error } = await command.run([
      'run',
      'ivshmem.json',
      '--on',
      module,
      '--limit-memory',
      '200',
    ]);
    const said = `ivshmem.json: ${module} takes more than 200 MiB at operation 0`;
    expect([status, error]).toEqual([2, `ioeventfd-check: ${said}\n`]);
  });
});
