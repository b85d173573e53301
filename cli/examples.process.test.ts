import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const pathOf = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

/** Each example: how it is made ready, and started. */
const examples = [
  ['python3', () => `exec:python3 ${pathOf('dispatcher.py')}`],
  [
    'rustc',
    () => {
      const program = command.path('kernel-bus');
      execFileSync('rustc', [
        '--edition',
        '2021',
        '-O',
        '-D',
        'warnings',
        '-o',
        program,
        pathOf('dispatcher.rs'),
      ]);
      return `exec:${program}`;
    },
  ],
] as const;

describe.each(examples.filter(([needed]) => has(needed)))('the example for %s', (_, prepare) => {
  let dispatcher: string;
  beforeAll(() => {
    dispatcher = prepare();
  });

  it('conforms', async () => {
    const { status, out } = await command.run(['conform', dispatcher, '--seed', '1', '--json']);
    expect([status, JSON.parse(out).outcome]).toEqual([0, 'conforms']);
  });

  it('agrees with the model on random scenarios and on the regressions', async () => {
    const { status, error } = await command.run([
      'check',
      'model',
      dispatcher,
      '--seed',
      '2',
      '--runs',
      '1000',
    ]);
    expect([status, error]).toEqual([0, '']);
  });

  it('has a mistake that is found, and shrunk to a few operations', async () => {
    const words = ['check', 'model', `${dispatcher} --mistake`, '--seed', '1', '--no-regressions', '--json'];
    const { status, out } = await command.run(words);
    expect(status).toBe(1);
    expect(JSON.parse(out).finding.scenario.operations.length).toBeLessThanOrEqual(7);
  });
});
