/** Programs in the matrix of seeded bugs. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const hasPython = spawnSync('python3', ['--version']).status === 0;
const served = (name: string) => `exec:node "${command.program}" serve ${name}`;

describe('a program is a row of the matrix', () => {
  it.runIf(hasPython)('with a mistake it is found at each seed, and made short as by check', async () => {
    const example = fileURLToPath(new URL('../examples/dispatcher.py', import.meta.url));
    const program = `exec:python3 ${example} --mistake`;
    const few = ['--seeds', '2', '--runs', '100', '--no-explore', '--workers', '1', '--json'];
    const { status, out, error } = await command.run(['mutants', program, ...few]);
    expect([status, error]).toEqual([0, '']);
    const [row] = JSON.parse(out).rows;
    expect(row).toMatchObject({ name: program, story: 'plain list 1', proof: null });
    expect(row.scenarios.every((count: number) => count > 0 && count <= 100)).toBe(true);
    expect(row.shrunk).toBeLessThanOrEqual(7);
  });

  it('one that is right survives, which fails', async () => {
    const few = ['--seeds', '1', '--runs', '20', '--no-explore', '--workers', '1'];
    const { status, out } = await command.run(['mutants', served('impl'), ...few]);
    expect(status).toBe(1);
    expect(out).toMatch(/^ {2}survived +exec:node /m);
  });

  it('one that cannot be started is one line, and status 3', async () => {
    const { status, error } = await command.run([
      'mutants',
      'exec:false',
      '--seeds',
      '1',
      '--runs',
      '20',
      '--no-explore',
    ]);
    expect(status).toBe(3);
    expect(error).toMatch(/^ioeventfd-check: exec:false: ended with exit status 1, before it said hello\n$/);
  });
});
